// Alerts of the binary: webhooks, mail and commands, receivers that fail, and nothing secret anywhere.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { BINARY, CHILDREN, Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";
import { Receiver } from "../support/webhook_receiver.ts";

const FOREVER = `[program.web]\ncommand = "${CHILDREN}/forever.sh"\nstartsecs = 0\n`;
const BAD = `[program.bad]\ncommand = "/bin/sh -c 'exit 3'"\nstartretries = 0\n`;

function alert(own: string): string {
  return `[alert.ops]\ngroup_wait = 0\nevery = 0\n${own}\n`;
}

/** A file, once it has a whole line. */
async function written(box: Sandbox, name: string): Promise<string> {
  return await until(`${name} to be written`, async () => {
    const text = await box.read(name);
    return text.endsWith("\n") && text;
  });
}

async function runBinary(box: Sandbox, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(BINARY, {
    args: [...args],
    cwd: box.folder,
    env: { RUNNER_RUNTIME_DIR: box.path("run"), NO_COLOR: "1" },
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

Deno.test("a webhook is told of what has happened, to the last word", async () => {
  await using receiver = new Receiver();
  await using box = new Sandbox();
  const url = receiver.url("/t0ken");
  const runner = box.start(`${FOREVER}${BAD}${
    alert(`to = "${url}"\nsecret = "s3cret"
on = ["fatal", "down", "recovered", "runner-start", "runner-stop"]\nprograms = ["bad"]`)
  }`);
  await until("fatal", () => receiver.events.includes("fatal"));
  assertEquals(await runner.stop(), 0);
  assertEquals(receiver.events, ["runner-start", "down", "fatal", "runner-stop"]);
  assertEquals(receiver.got[0]?.headers["authorization"], "Bearer s3cret");
  const shown = [
    await runner.stderr(),
    await runBinary(box, "check", "runner.toml"),
    await runBinary(box, "check", "--json", "runner.toml"),
  ];
  for (const text of shown) {
    assertTrue(!text.includes("t0ken") && !text.includes("s3cret"), text);
  }
});

Deno.test("a webhook that fails is tried again, and its outage is told once", async () => {
  await using receiver = new Receiver();
  await using box = new Sandbox();
  receiver.answerNext(500, "sorry");
  const runner = box.start(`${BAD}${alert(`to = "${receiver.url("/t0ken")}"\non = "fatal"`)}`);
  await runner.said("alert: ops cannot be delivered, trying again: HTTP status 500: sorry");
  await runner.said("alert: ops is delivered again, 1 event");
  assertEquals(receiver.events, ["fatal", "fatal"]);
  assertEquals(await runner.stop(), 0);
});

Deno.test("a receiver that is gone does not hold up the end for long, and what is lost is told", async () => {
  const receiver = new Receiver();
  const url = receiver.url("/t0ken");
  await receiver[Symbol.asyncDispose]();
  await using box = new Sandbox();
  const manifest = `[runner]\nshutdown_timeout = "1s"\n${FOREVER}`;
  const runner = box.start(`${manifest}${alert(`to = "${url}"\non = "runner-stop"`)}`);
  await runner.spawnOf("web");
  assertEquals(await runner.stop(), 0);
  const said = await runner.stderr();
  assertTrue(said.includes("alert: ops is given up, 1 event lost: the end came first"), said);
  assertTrue(!said.includes("t0ken"), said);
});

Deno.test("an alert by mail goes through sendmail", async () => {
  await using box = new Sandbox();
  box.write(
    "sendmail",
    `#!/bin/sh\n{ echo "$@"; cat; } >"${box.path("mail.new")}"
mv "${box.path("mail.new")}" "${box.path("mail")}"\n`,
    0o755,
  );
  const env = { PATH: `${box.folder}:${Deno.env.get("PATH") ?? ""}` };
  box.start(`${BAD}${alert('to = "mailto:ops@example.org"\non = "fatal"')}`, { env });
  const mail = await written(box, "mail");
  assertTrue(mail.startsWith("-i -t\nTo: ops@example.org\nSubject: ["), mail);
  assertTrue(/^Subject: \[.+\] bad is given up: /m.test(mail), mail);
});

Deno.test("an alert to a command has the events on its stdin; a new plan is followed at once", async () => {
  await using box = new Sandbox();
  const to = (name: string) =>
    alert(`to = "exec:/bin/sh -c 'cat >>${box.path(name)}'"\non = "exit"`);
  const runner = box.start(`${FOREVER}${to("first")}`);
  const pid = await runner.spawnOf("web");
  Deno.kill(pid, "SIGUSR1");
  const event = JSON.parse(await written(box, "first")).events[0];
  assertEquals([event.event, event.process, event.detail.signal], ["exit", "web", "SIGUSR1"]);
  box.write("runner.toml", `${FOREVER}${to("second")}`);
  await runBinary(box, "update");
  await runner.said("update: changed alert:ops");
  Deno.kill(await runner.spawnOf("web", 2), "SIGUSR1");
  await written(box, "second");
});

Deno.test("runner alert sends a test message by each alert, and says how it went", async () => {
  await using receiver = new Receiver();
  await using box = new Sandbox();
  box.write(
    "runner.toml",
    `${FOREVER}${alert(`to = "${receiver.url("/t0ken")}"\non = "fatal"`)}
[alert.command]\non = "fatal"\nto = "exec:/bin/sh -c 'cat >${box.path("sent")}; echo >>${
      box.path("sent")
    }'"
[alert.broken]\non = "fatal"\nto = "exec:/bin/sh -c 'echo no line; exit 3'"\n`,
  );
  const good = box.run(["alert", "ops", "command"]);
  assertEquals([(await good.status).code, await good.stderr()], [0, ""]);
  assertEquals(receiver.messages[0]?.text.endsWith("this is a test of the alert ops"), true);
  assertTrue(
    (await box.read("sent")).includes("this is a test of the alert command"),
    "it is sent",
  );
  const byFile = box.run(["alert", "runner.toml", "ops"]);
  assertEquals([(await byFile.status).code, await byFile.stderr()], [0, ""]);
  const missing = box.run(["alert", "sub/runner.toml"]);
  assertEquals((await missing.status).code, 2);
  assertTrue((await missing.stderr()).includes('the manifest "sub/runner.toml"'), "it is a file");
  const all = box.run(["alert", "--json"]);
  assertEquals((await all.status).code, 1);
  assertEquals(
    JSON.parse(await all.stdout()).map((one: { alert: string; fault: string | null }) => [
      one.alert,
      one.fault,
    ]),
    [["ops", null], ["command", null], ["broken", "exit status 3: no line"]],
  );
  const unknown = box.run(["alert", "comand"]);
  assertEquals((await unknown.status).code, 2);
  assertTrue((await unknown.stderr()).includes('Did you mean "command"?'), await unknown.stderr());
});
