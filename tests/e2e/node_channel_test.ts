// Node's IPC channel with the real node: an app that says it is ready, and one that is asked to go by a message.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { Installed } from "../support/installed_runner.ts";
import { type RunnerProcess, Sandbox } from "../support/runner_process.ts";
import { isAlive, until } from "../support/wait.ts";

/** An app that says so when a file is there; what it hears it writes down. */
const APP = `
const { existsSync, appendFileSync } = require("node:fs");
const note = (text) => appendFileSync("heard", text + "\\n");
note("channel " + process.connected + " " + process.env.NODE_CHANNEL_FD);
process.send({ type: "process:msg", data: { padding: "x".repeat(100000) } });
process.send({ cmd: "NODE_SOMETHING" });
process.send({ type: "axm:monitor", data: {} });
const look = setInterval(() => {
  if (!existsSync("go")) return;
  clearInterval(look);
  process.send("ready");
}, 10);
process.on("message", (message) => {
  note("message " + JSON.stringify(message));
  if (existsSync("deaf")) return;
  process.disconnect();
  clearInterval(look);
  clearInterval(stay);
});
for (const name of ["SIGTERM", "SIGINT"]) process.on(name, () => { note(name); process.exit(3); });
const stay = setInterval(() => {}, 1000);
`;

const PROGRAM = `
[program.app]
command = "node app.js"
startsecs = 0
startretries = 0
autorestart = false
`;

async function statusOf(box: Sandbox, name: string): Promise<string> {
  const run = box.run(["status", name]);
  await run.status;
  return await run.stdout();
}

function running(runner: RunnerProcess, name = "app"): Promise<unknown> {
  return runner.said(`success: ${name} entered RUNNING`);
}

async function stopApp(box: Sandbox): Promise<void> {
  assertEquals((await box.run(["stop", "app"]).status).code, 0);
}

Deno.test("a Node app is RUNNING when it has sent ready, and goes when it gets the message", async () => {
  await using box = new Sandbox();
  box.write("app.js", APP);
  const runner = box.start(
    `[runner]\nloglevel = "debug"\n${PROGRAM}ready = "message"\nstop_message = "shutdown"\n`,
  );
  await runner.said(/message: app:app sent \{"type":"axm:monitor"/);
  assertTrue((await statusOf(box, "app")).includes("waiting for message"), "not ready yet");
  assertTrue(!(await runner.stderr()).includes("entered RUNNING"), "nothing else makes it ready");
  box.write("go", "");
  await running(runner);
  await stopApp(box);
  await runner.said("stopped: app (exit status 0)");
  assertEquals(await box.read("heard"), 'channel true undefined\nmessage "shutdown"\n');
  assertTrue(!(await runner.stderr()).includes("NODE_SOMETHING"), "Node's own are not told of");
  assertEquals(await runner.stop(), 0);
});

Deno.test("a Node app that never sends ready has failed to start", async () => {
  await using box = new Sandbox();
  box.write("app.js", APP);
  const runner = box.start(
    `${PROGRAM}ready = "message"\nready_timeout = "300ms"\nstop_message = "go"\n`,
  );
  await runner.said(
    /spawnerr: app: not ready within 300ms \(message\)[^]*stopping: app with message "go" \(not-ready\)[^]*exited: app/,
  );
  assertEquals(await runner.stop(), 0);
});

Deno.test("a Node app that does not heed the message gets the next signal, or SIGKILL", async () => {
  await using box = new Sandbox();
  box.write("app.js", APP);
  box.write("deaf", "");
  box.write("go", "");
  const manifest = (signals: string) =>
    `${PROGRAM}ready = "message"\nstop_message = "bye \\"you\\""\nstop_signals = "${signals}"\n`;
  const polite = box.start(manifest("TERM 100ms, INT 60s"));
  await running(polite);
  await stopApp(box);
  await polite.said("stopped: app (exit status 3)");
  const heard = 'channel true undefined\nmessage "bye \\"you\\""\n';
  assertEquals(await box.read("heard"), `${heard}SIGINT\n`);
  assertEquals(await polite.stop(), 0);
  await Deno.remove(box.path("heard"));
  const rough = box.start(manifest("TERM 100ms"));
  await running(rough);
  await stopApp(box);
  await rough.said(/killing 'app' \(\d+\) with SIGKILL/);
  assertEquals(await box.read("heard"), heard);
  assertEquals(await rough.stop(), 0);
});

Deno.test("a Node app that has closed its channel gets the signal at once", async () => {
  await using box = new Sandbox();
  box.write("app.js", `process.send("ready"); process.disconnect(); setInterval(() => {}, 1000);`);
  const runner = box.start(
    `${PROGRAM}ready = "message"\nstop_message = "shutdown"\nstop_signals = "TERM 60s"\n`,
  );
  await running(runner);
  await stopApp(box);
  await runner.said('message: app:app does not hear "shutdown": it gets the signal');
  await runner.said("stopped: app (terminated by SIGTERM)");
  assertEquals(await runner.stop(), 0);
});

Deno.test("a channel lives through an upgrade, before and after its program is ready", async () => {
  await using box = new Installed();
  box.write("app.js", APP);
  box.write("runner.toml", `${PROGRAM}ready = "message"\nstop_message = "shutdown"\n`);
  const runner = box.own(["start", "runner.toml"]);
  const pid = await runner.spawnOf("app");
  await until("the app", async () => (await box.read("heard")).includes("channel true"));
  for (let count = 1; count <= 2; count++) {
    const { code, said } = await box.upgrade("--reexec");
    assertEquals(code, 0, said);
    await until(
      `takeover ${count}`,
      async () => (await runner.stderr()).split("has taken over from").length > count,
    );
    if (count > 1) break;
    box.write("go", "");
    await running(runner);
  }
  assertTrue(isAlive(pid), "the same child");
  await stopApp(box);
  await runner.said("stopped: app (exit status 0)");
  assertTrue((await box.read("heard")).endsWith('message "shutdown"\n'), await box.read("heard"));
  assertEquals(await runner.stop(), 0);
});
