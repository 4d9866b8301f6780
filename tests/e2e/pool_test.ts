// The pool of a compiled runner: starts, restarts, stops, and says so in the words people grep for.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CHILDREN, Sandbox } from "../support/runner_process.ts";
import { isAlive, until } from "../support/wait.ts";

Deno.test("start runs programs, brings a crashed one back at once, and stops all on SIGTERM", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.web]
command = "${CHILDREN}/forever.sh"
startsecs = 0
`);
  const first = await runner.spawnOf("web");
  await runner.said("success: web entered RUNNING state");
  Deno.kill(first, "SIGKILL");
  await runner.said("exited: web (terminated by SIGKILL; not expected)");
  const second = await runner.spawnOf("web", 2);
  assertTrue(second !== first, "a new child");
  assertEquals(await runner.stop(), 0);
  assertTrue(!isAlive(second), "the child is gone");
  const said = await runner.stderr();
  assertTrue(said.includes("received SIGTERM indicating exit request"), said);
  assertTrue(said.includes("stopped: web (terminated by SIGTERM)"), said);
});

Deno.test("start keeps supervisord's attempts and gives up with its words", async () => {
  await using box = new Sandbox();
  const runner = box.start(
    `
[program:bad]
command=${CHILDREN}/exit_with.sh 3
startretries=1
`,
    { file: "pool.ini" },
  );
  await runner.said("exited: bad (exit status 3; not expected)");
  await runner.said("gave up: bad entered FATAL state, too many start retries too quickly");
  assertEquals((await runner.pidsOf("bad")).length, 2);
  assertEquals(await runner.stop(), 0);
});

Deno.test("start runs the others when one command does not exist", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.good]
command = "${CHILDREN}/forever.sh"
startsecs = 0
[program.bad]
command = "no-such-command-here"
startretries = 0
[program.lost]
command = "${CHILDREN}/forever.sh"
directory = "/no/such/folder"
startretries = 0
`);
  await runner.said("spawnerr: bad: can't find command 'no-such-command-here'");
  await runner.said("gave up: bad entered FATAL state");
  await runner.said(/spawnerr: lost: .*\/no\/such\/folder.*/);
  await runner.said("gave up: lost entered FATAL state");
  await runner.said("success: good entered RUNNING state");
  assertEquals(await runner.stop(), 0);
});

Deno.test("start stops in reverse order of priority", async () => {
  await using box = new Sandbox();
  const program = (name: string, priority: number) =>
    `[program.${name}]\ncommand = "${CHILDREN}/forever.sh"\npriority = ${priority}\nstartsecs = 0\n`;
  const runner = box.start(program("c", 30) + program("a", 10) + program("b", 20));
  for (const name of ["a", "b", "c"]) await runner.said(`success: ${name} entered RUNNING`);
  assertEquals(await runner.stop(), 0);
  const said = await runner.stderr();
  const order = (pattern: RegExp) => [...said.matchAll(pattern)].map((match) => match[1]);
  assertEquals(order(/spawned: '(\w)'/g), ["a", "b", "c"]);
  assertEquals(order(/stopped: (\w) /g), ["c", "b", "a"]);
});

Deno.test("a second SIGTERM kills at once, and the log says who had to be killed", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.stubborn]
command = "${CHILDREN}/ignores_term.sh"
startsecs = 0
stopwaitsecs = 600
stdout_logfile = "${box.path("out.log")}"
`);
  const pid = await runner.spawnOf("stubborn");
  await until("ready", async () => (await box.read("out.log")).includes("ready"));
  runner.signal("SIGTERM");
  await runner.said("stopping everything");
  // Signals within a quarter of a second count as one: a terminal and its tool often send both.
  const again = setInterval(() => runner.signal("SIGTERM"), 400);
  const { code } = await runner.status;
  clearInterval(again);
  assertEquals(code, 0);
  assertTrue(!isAlive(pid), "the child is gone");
  await runner.said("had to be killed: stubborn");
});

Deno.test("SIGKILL follows after stopwaitsecs", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.stubborn]
command = "${CHILDREN}/ignores_term.sh"
startsecs = 0
stopwaitsecs = 1
stdout_logfile = "${box.path("out.log")}"
`);
  const pid = await runner.spawnOf("stubborn");
  await until("ready", async () => (await box.read("out.log")).includes("ready"));
  assertEquals(await runner.stop(), 0);
  assertTrue(!isAlive(pid), "the child is gone");
  await runner.said(`killing 'stubborn' (${pid}) with SIGKILL`);
});

Deno.test("stop_signals are sent in their order", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.listener]
command = "${CHILDREN}/says_what_it_gets.sh"
startsecs = 0
stop_tree = false
stop_signals = "HUP 300ms, USR1 300ms, TERM 10s"
stdout_logfile = "${box.path("out.log")}"
`);
  await runner.spawnOf("listener");
  await until("ready", async () => (await box.read("out.log")).includes("ready"));
  assertEquals(await runner.stop(), 0);
  const got = [...(await box.read("out.log")).matchAll(/got (\w+)/g)].map((match) => match[1]);
  assertEquals(got, ["HUP", "USR1", "TERM"]);
});

for (
  const [file, open] of [["pool.ini", "[program:web]"], ["pool.toml", "[program.web]"]] as const
) {
  Deno.test(`nothing is left of a stopped program, its own sessions included (${file})`, async () => {
    await using box = new Sandbox();
    const pids = box.path("pids");
    const command = `${CHILDREN}/with_grandchildren.sh ${pids}`;
    const value = file.endsWith("toml") ? JSON.stringify(command) : command;
    const runner = box.start(`${open}\ncommand = ${value}\n`, { file });
    const family = await until("the family", async () => {
      const found = (await box.read("pids")).trim().split(/\s+/).map(Number);
      return found.length === 4 ? found : null;
    });
    assertTrue(family.every(isAlive), "all are up");
    assertEquals(await runner.stop(), 0);
    for (const pid of family) await until(`${pid} to be gone`, () => !isAlive(pid), 2_000);
  });
}

Deno.test("on_exit is honoured from the first millisecond, and ends the runner with its status", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.planned]
command = "${CHILDREN}/exit_with.sh 12"
on_exit = { "12" = "stop" }
[program.final]
command = "${CHILDREN}/exit_with.sh 42 0.3"
on_exit = { "40-49" = "shutdown 7" }
[program.other]
command = "${CHILDREN}/forever.sh"
`);
  assertEquals((await runner.status).code, 7);
  await runner.said("exited: planned (exit status 12; expected)");
  assertEquals((await runner.pidsOf("planned")).length, 1);
});

Deno.test("shutdown_when = all-exited ends with the first failure's status", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[runner]
shutdown_when = "all-exited"
[program.good]
command = "${CHILDREN}/exit_with.sh 0"
[program.bad]
command = "${CHILDREN}/exit_with.sh 5"
autorestart = false
`);
  assertEquals((await runner.status).code, 5);
});

Deno.test("a critical program that is FATAL ends the runner", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.heart]
command = "${CHILDREN}/exit_with.sh 3"
startretries = 0
critical = true
[program.other]
command = "${CHILDREN}/forever.sh"
`);
  assertEquals((await runner.status).code, 3);
  await runner.said("it is critical");
});

Deno.test("a program that ends at once is slowed down", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.hasty]
command = "/bin/true"
autorestart = true
startsecs = 0
`);
  await runner.spawnOf("hasty", 4);
  await runner.said(/exited: hasty \(exit status 0; expected\); again in/);
  assertEquals(await runner.stop(), 0);
  assertTrue((await runner.pidsOf("hasty")).length < 40, "no hot loop");
});

Deno.test("start_limit is FATAL", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.worker]
command = "/bin/false"
startsecs = 0
start_limit = "3 in 1m"
`);
  await runner.said("gave up: worker entered FATAL state, 3 starts within 60 s (start_limit)");
  assertEquals((await runner.pidsOf("worker")).length, 3);
  assertEquals(await runner.stop(), 0);
});

Deno.test("a hundred programs run at once, and all stop", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.many]
command = "${CHILDREN}/forever.sh"
numprocs = 100
process_name = "%(program_name)s_%(process_num)03d"
startsecs = 0
`);
  await until(
    "a hundred running",
    async () => [...(await runner.stderr()).matchAll(/success: many_\d+/g)].length === 100,
  );
  const pids = [...(await runner.stderr()).matchAll(/spawned: .* with pid (\d+)/g)].map((match) =>
    Number(match[1])
  );
  assertEquals(pids.filter(isAlive).length, 100);
  assertEquals(await runner.stop(), 0);
  assertEquals(pids.filter(isAlive), []);
});
