// Dependencies on the compiled binary: waves, oneshots that fail and are repaired, restarts that follow others.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { Sandbox } from "../support/runner_process.ts";
import type { Said } from "../support/run_words.ts";
import { until } from "../support/wait.ts";

function runner(box: Sandbox, ...args: readonly string[]): Promise<Said> {
  return box.ask(args);
}

interface Shown {
  readonly shown: string;
  readonly state: string;
  readonly pid: number | null;
  readonly waitingFor: readonly string[];
  readonly done: boolean;
}

async function processes(box: Sandbox): Promise<readonly Shown[]> {
  const { out } = await runner(box, "status", "--json");
  return out === "" ? [] : JSON.parse(out).processes;
}

async function processOf(box: Sandbox, name: string): Promise<Shown | undefined> {
  return (await processes(box)).find(({ shown }) => shown === name);
}

/** Writes in `order` when it comes, and when it is told to go. */
const WITNESS = `#!/bin/sh
echo "$1 up" >> order
trap 'echo "$1 down" >> order; exit 0' TERM
while :; do sleep 0.02; done
`;

Deno.test("programs come in waves and go in reverse, whatever their priorities say", async () => {
  await using box = new Sandbox();
  box.write("witness.sh", WITNESS, 0o755);
  const started = box.start(`
[program.web]
command = "./witness.sh web"
priority = 1
startsecs = 0
depends_on = ["migrate", "cache:started"]
[program.migrate]
type = "oneshot"
command = "sh -c 'echo migrate >> order'"
depends_on = "db"
[program.cache]
command = "./witness.sh cache"
startsecs = 0
depends_on = "db"
[program.db]
command = "./witness.sh db"
priority = 2
startsecs = 0.1
[program.web2]
command = "./witness.sh web2"
startsecs = 0
autostart = false
depends_on = "late"
[program.late]
command = "./witness.sh late"
startsecs = 0
autostart = false
ready = "exec:grep -q 'late up' order"
`);
  const order = async () => (await box.read("order")).trim().split("\n");
  await until("web to be up", async () => (await order()).includes("web up"));
  assertEquals((await order()).filter((line) => !line.startsWith("cache")), [
    "db up",
    "migrate",
    "web up",
  ]);
  await started.said("waiting: migrate waits for db: ready");
  const { code, out } = await runner(box, "start", "web2");
  assertEquals([code, out], [0, "web2: started\n"]);
  await until("web2 to be up", async () => (await order()).includes("web2 up"));
  const lines = await order();
  assertTrue(lines.indexOf("late up") < lines.indexOf("web2 up"), lines.join());
  assertEquals(await started.stop(), 0);
  const down = (await order()).filter((line) => line.endsWith("down"));
  for (const [first, second] of [["web", "cache"], ["cache", "db"], ["web2", "late"]]) {
    assertTrue(down.indexOf(`${first} down`) < down.indexOf(`${second} down`), down.join());
  }
  assertEquals(down.length, 5);
});

Deno.test("what waits for a oneshot that has failed says so, and starts when that is repaired", async () => {
  await using box = new Sandbox();
  const started = box.start(`
[program.web]
command = "sleep 1000"
startsecs = 0
depends_on = "migrate"
[program.migrate]
type = "oneshot"
command = "sh -c 'test -e database || exit 3'"
`);
  const text = "migrate: done, but migrate has failed (exit status 3)";
  await started.said(`waiting: web waits in vain for ${text}`);
  await until("the control socket", async () => (await processes(box)).length === 2);
  assertEquals((await processOf(box, "web"))?.waitingFor, [text]);
  const before = await runner(box, "status");
  assertTrue(before.out.includes(`waits for ${text}`), before.out);
  assertEquals(before.code, 3);
  const inVain = await runner(box, "start", "web");
  // What is needed is tried again first.
  assertEquals([inVain.code, inVain.out], [1, `web: waiting (waits for ${text})\n`]);
  const described = await runner(box, "describe", "web");
  assertTrue(described.out.includes(text), described.out);
  box.write("database", "");
  const repaired = await runner(box, "start", "migrate");
  assertEquals([repaired.code, /^migrate: started \(ended: exit status 0/.test(repaired.out)], [
    0,
    true,
  ]);
  await until("web to run", async () => (await processOf(box, "web"))?.state === "RUNNING");
  // A oneshot that is done is as it should be.
  assertEquals((await runner(box, "status")).code, 0);
  assertEquals(await started.stop(), 0);
});

Deno.test("start -d says what waits in vain and why; a pool of work ends with the status of the failure", async () => {
  await using box = new Sandbox();
  const manifest = (when: string) => `
[runner]
shutdown_when = "${when}"
[program.web]
command = "sleep 1000"
startsecs = 0
depends_on = "migrate"
[program.migrate]
type = "oneshot"
command = "sh -c 'exit 3'"
`;
  const once = box.start(manifest("all-exited"), { file: "once.toml" });
  assertEquals((await once.status).code, 3);
  assertTrue(/web:web waited in vain/.test(await once.stderr()), await once.stderr());
  box.write("runner.toml", manifest("never"));
  const { code, err } = await runner(box, "start", "-d", "runner.toml");
  try {
    assertEquals(code, 1);
    assertTrue(err.includes("web: waits for migrate: done, but migrate has failed"), err);
  } finally {
    assertEquals((await runner(box, "shutdown")).code, 0);
  }
});

Deno.test("restart_with restarts what depends on a program that has come up again", async () => {
  await using box = new Sandbox();
  const started = box.start(`
[program.web]
command = "sleep 1000"
startsecs = 0
depends_on = "db"
restart_with = true
[program.other]
command = "sleep 1000"
startsecs = 0
depends_on = "db"
[program.db]
command = "sleep 1000"
startsecs = 0
`);
  const first = await started.spawnOf("web");
  await until("the control socket", async () => (await processes(box)).length === 3);
  const { code, err } = await runner(box, "restart", "db");
  assertEquals([code, err], [0, ""]);
  const second = await started.spawnOf("web", 2);
  assertTrue(second !== first, "it is another one");
  await started.said("stopping: web with SIGTERM (dependency)");
  const detail = JSON.parse((await runner(box, "describe", "--json", "web")).out);
  const found = Array.isArray(detail) ? detail[0] : detail;
  assertEquals(found.restartsBy, { dependency: 1 });
  assertEquals(await started.pidsOf("other").then((pids) => pids.length), 1);
  const stopped = await runner(box, "stop", "db");
  assertEquals([stopped.code, stopped.out], [0, "db: stopped\n"]);
  assertTrue(
    /web, other depend on db, and run on|other, web depend on db, and run on/.test(stopped.err),
    stopped.err,
  );
  assertEquals((await started.pidsOf("web")).length, 2);
  assertEquals(await started.stop(), 0);
});

Deno.test("check refuses targets that are unknown, and what waits for itself", async () => {
  await using box = new Sandbox();
  box.write(
    "runner.toml",
    `
[program.a]
command = "sleep 1"
depends_on = "b"
[program.b]
command = "sleep 1"
depends_on = ["a", "cc"]
`,
  );
  const { code, err } = await runner(box, "check", "runner.toml");
  assertEquals(code, 2);
  assertTrue(err.includes("a -> b -> a: each waits for the next"), err);
  assertTrue(err.includes('There is no program or group "cc"'), err);
});
