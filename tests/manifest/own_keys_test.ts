// Our own keys, the same in both dialects: values, combinations, refusals.
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type FakeMachine, loadText, problemsOf } from "./fake_machine.ts";

const GB = 1024 ** 3;

async function program(lines: string, options: FakeMachine = {}): Promise<ProcessPlan> {
  const { plan, problems } = await loadText(`[program:p]\ncommand=/bin/cat\n${lines}\n`, options);
  const process = plan?.groups[0]?.processes[0];
  assertTrue(process !== undefined, `${lines}\n${JSON.stringify(problems, null, 1)}`);
  return process;
}

async function tomlProgram(lines: string): Promise<ProcessPlan> {
  const text = `[program.p]\ncommand = "/bin/cat"\n${lines}\n`;
  const { plan, problems } = await loadText(text, { name: "test.toml" });
  const process = plan?.groups[0]?.processes[0];
  assertTrue(process !== undefined, `${lines}\n${JSON.stringify(problems, null, 1)}`);
  return process;
}

/** The complaint about one line, without its place. */
async function complaint(line: string): Promise<string> {
  const problems = await problemsOf(`[program:p]\ncommand=/bin/cat\n${line}\n`);
  return problems.map((problem) => problem.replace(/^test\.ini:3: \[program:p\] /, "")).join("\n");
}

Deno.test("on_exit reads the same table in INI and TOML, the narrowest rule first", async () => {
  const expected: ProcessPlan["restart"]["onExit"] = [
    { match: { kind: "codes", from: 12, to: 12 }, action: { kind: "restart", delay: 0 } },
    { match: { kind: "signal", signal: 9 }, action: { kind: "shutdown", status: 3 } },
    { match: { kind: "codes", from: 1, to: 9 }, action: { kind: "restart", delay: 30_000 } },
    { match: { kind: "any-signal" }, action: { kind: "fatal" } },
    { match: { kind: "rest" }, action: { kind: "stop" } },
  ];
  const ini = await program(
    "on_exit = *=stop, 1-9=restart after 30s, 12=restart, SIGKILL=shutdown 3, signal=fatal",
  );
  assertEquals(ini.restart.onExit, expected);
  const toml = await tomlProgram(
    `on_exit = { "*" = "stop", "1-9" = "restart after 30s", "12" = "restart", ` +
      `SIGKILL = "shutdown 3", signal = "fatal" }`,
  );
  assertEquals(toml.restart.onExit, expected);
});

Deno.test("backoff makes an INI program exponential, and fills in what is left out", async () => {
  assertEquals((await program("")).restart.backoff, { kind: "linear" });
  const defaults = (await tomlProgram("")).restart.backoff;
  assertEquals((await program("backoff = factor=2")).restart.backoff, defaults);
  const expected = {
    kind: "exponential",
    initial: 1000,
    factor: 3,
    max: 60_000,
    jitter: 0.2,
    resetAfter: 10_000,
  };
  const ini = await program("backoff = initial=1s factor = 3, max=1m jitter=20% reset_after=10s");
  assertEquals(ini.restart.backoff, expected);
  const table =
    `backoff = { initial = "1s", factor = 3, max = 60, jitter = 0.2, reset_after = "10s" }`;
  assertEquals((await tomlProgram(table)).restart.backoff, expected);
  assertEquals((await tomlProgram(`backoff = "linear"`)).restart.backoff, { kind: "linear" });
});

Deno.test("memory keys read sizes and shares, and PM2's name", async () => {
  assertEquals((await program("max_memory = 25%")).memory, {
    cap: 2 * GB,
    action: "restart",
    hardLimit: null,
  });
  const { memory } = await program(
    "max_memory_restart = 1.5G\nmax_memory_action = USR1\nmemory_hard_limit = 50%",
  );
  assertEquals(memory, { cap: 1.5 * GB, action: { signal: 10 }, hardLimit: 4 * GB });
  assertEquals((await tomlProgram(`max_memory = "200MB"`)).memory.cap, 200 * 1024 ** 2);
  assertEquals((await tomlProgram("max_memory = 4096")).memory.cap, 4096);
  const env = { CAP: "64MB", PATH: "/bin" };
  assertEquals((await program("max_memory = %(ENV_CAP)s", { env })).memory.cap, 64 * 1024 ** 2);
});

Deno.test("restart keys read times and counts", async () => {
  const { restart } = await program(
    "restart_delay = 500ms\nstart_limit = 5 in 1m\nmax_age = 1h +- 10m\ncritical = true",
  );
  assertEquals(restart.restartDelay, 500);
  assertEquals(restart.startLimit, { starts: 5, within: 60_000 });
  assertEquals(restart.maxAge, { age: 3_600_000, jitter: 600_000 });
  const split = await program("max_age = 1h\nmax_age_jitter = 5m");
  assertEquals(split.restart.maxAge, { age: 3_600_000, jitter: 300_000 });
  assertEquals((await program("max_age = 90")).restart.maxAge, { age: 90_000, jitter: 0 });
  const table = await tomlProgram(`start_limit = { starts = 5, within = "1m" }`);
  assertEquals(table.restart.startLimit, { starts: 5, within: 60_000 });
});

Deno.test("stop keys make sequences and scopes", async () => {
  const sequence = [{ signal: 15, wait: 10_000 }, { signal: 3, wait: 5000 }];
  const text = "stop_signals = TERM 10s, QUIT 5s, KILL";
  assertEquals((await program(text)).stop.steps, sequence);
  assertEquals((await tomlProgram(`stop_signals = ["TERM 10s", "QUIT 5s"]`)).stop.steps, sequence);
  const tables =
    `stop_signals = [{ signal = "TERM", wait = 10 }, { signal = "QUIT", wait = "5s" }]`;
  assertEquals((await tomlProgram(tables)).stop.steps, sequence);
  const waits = await program("stop_signals = RTMIN+3, KILL\nstopwaitsecs = 7");
  assertEquals(waits.stop.steps, [{ signal: 37, wait: 7000 }]);
  assertEquals((await program("stop_signals = KILL 1s")).stop.steps, [{ signal: 9, wait: 1000 }]);

  assertEquals((await program("")).stop.message, null);
  assertEquals((await program("stop_message = bye %%")).stop.message, "bye %");

  const scopes: readonly (readonly [string, string, string, boolean])[] = [
    ["", "process", "process", false],
    ["stopasgroup=true", "group", "group", false],
    ["killasgroup=true", "process", "group", false],
    ["stop_tree=true", "tree", "tree", true],
  ];
  for (const [lines, scope, killScope, sweepOnExit] of scopes) {
    const { stop } = await program(lines);
    assertEquals([stop.scope, stop.killScope, stop.sweepOnExit], [scope, killScope, sweepOnExit]);
  }
  const group = (await tomlProgram("stop_tree = false\nstopasgroup = true")).stop;
  assertEquals([group.scope, group.killScope, group.sweepOnExit], ["group", "group", false]);
});

Deno.test("surroundings are read", async () => {
  const process = await program(
    [
      "inherit_env = PATH, LC_*",
      "nice = 10",
      "oom_score_adj = -500",
      "stdin = null",
      "user = www",
      "group_name = staff",
      "rlimit_nofile = 1024:65536",
      "rlimit_core = 0",
      "rlimit_as = 2GB:",
      "rlimit_cpu = 1h",
      "rlimit_rttime = 1s",
      "rlimit_nproc = unlimited",
    ].join("\n"),
  );
  assertEquals(process.inheritEnv, ["PATH", "LC_*"]);
  assertEquals([process.nice, process.oomScoreAdj, process.stdin], [10, -500, "null"]);
  assertEquals(process.user?.gid, 50);
  assertEquals(process.user?.groups, [50, 33, 44]);
  assertEquals(process.rlimits, [
    { resource: "as", soft: 2 * GB, hard: null },
    { resource: "core", soft: 0, hard: 0 },
    { resource: "cpu", soft: 3600, hard: 3600 },
    { resource: "nofile", soft: 1024, hard: 65536 },
    { resource: "nproc", soft: "unlimited", hard: "unlimited" },
    { resource: "rttime", soft: 1_000_000, hard: 1_000_000 },
  ]);
  assertEquals((await program("inherit_env = false")).inheritEnv, []);
  assertEquals((await tomlProgram("inherit_env = true")).inheritEnv, null);
});

Deno.test("env_file goes before environment and after the runner's", async () => {
  const files = { "/srv/env/a.env": "A=file\nB=file\n", "/srv/env/b.env": "B=second\n" };
  const text = `[supervisord]
environment=A="all",Z="all"
[program:p]
command=/bin/cat
env_file=env/a.env, env/b.env, -env/none.env
environment=C="%(ENV_Z)s"
`;
  const { plan } = await loadText(text, { files });
  const environment = plan?.groups[0]?.processes[0]?.environment;
  assertEquals(environment, { A: "file", Z: "all", B: "second", C: "all" });
  assertEquals(await problemsOf("[program:p]\ncommand=/bin/cat\nenv_file=none.env\n"), [
    'test.ini:3: [program:p] env_file: Cannot read "/srv/none.env": there is no such file: ' +
    "write a - before a file that may be missing",
  ]);
  const broken = await problemsOf("[program:p]\ncommand=/bin/cat\nenv_file=x.env\n", {
    files: { "/srv/x.env": "A=1\nhush hush\n" },
  });
  assertEquals(broken, [
    "/srv/x.env:2: Cannot read as KEY=VALUE: write KEY=VALUE, with quotes where needed",
  ]);
});

Deno.test("log keys are read for both streams", async () => {
  const { stdout, stderr } = await program(
    [
      "stdout_logfile = /var/log/p.log",
      "stdout_logfile_max_age = 7d",
      "stdout_logfile_daily = true",
      "stdout_logfile_compress = true",
      "stdout_logfile_total_max = 1GB",
      "stderr_logfile = /dev/stderr",
      "log_format = json",
      "strip_ansi = true",
    ].join("\n"),
  );
  assertEquals(stdout.destination, { kind: "file", path: "/var/log/p.log" });
  assertEquals([stdout.maxAge, stdout.totalMax], [7 * 86_400_000, GB]);
  assertEquals([stdout.daily, stdout.compress, stdout.stripAnsi], [true, true, true]);
  assertTrue(stderr !== "stdout", "two streams");
  assertEquals(stderr.destination, { kind: "stderr" });
  assertEquals([stderr.maxBytes, stderr.format, stderr.daily], [0, "json", false]);
});

const REFUSED: readonly (readonly [string, string])[] = [
  ["on_exit = 12", 'on_exit: Cannot read "12" as exits and actions: '],
  ["on_exit = 300=stop", 'on_exit: "300" is no range of exit codes: '],
  ["on_exit = 9-1=stop", 'on_exit: "9-1" is no range of exit codes: '],
  ["on_exit = KABOOM=stop", 'on_exit: Cannot read "KABOOM" as an exit: '],
  [
    "on_exit = 1=restrat",
    'on_exit: Cannot read "restrat" as an action (did you mean "restart"?): ',
  ],
  ["on_exit = 1=restart soon", 'on_exit: Cannot read "restart soon" as an action'],
  ["on_exit = 1=shutdown 999", 'on_exit: Cannot read "shutdown 999" as an action'],
  ["backoff = fast", 'backoff: Cannot read "fast" as a back-off: '],
  ["backoff = intial=1s", 'backoff: There is no "intial" in it (did you mean "initial"?): '],
  ["backoff = factor=0.5", 'backoff: Cannot read "0.5" as factor: '],
  ["backoff = initial=1m max=30s", 'backoff: Cannot read "30s" as max: '],
  ["backoff = jitter=2", 'backoff: Cannot read "2" as jitter: '],
  ["max_memory = 64XB", 'max_memory: Cannot read "64XB" as a size: '],
  ["max_memory = 0", 'max_memory: "0" would never let it run: '],
  [
    "max_memory_action = explode\nmax_memory = 1G",
    'max_memory_action: Cannot read "explode" as an action: ',
  ],
  ["start_limit = often", 'start_limit: Cannot read "often" as a start limit: use STARTS in TIME'],
  ["max_age = 1h +- 2h", 'max_age: "1h +- 2h" could be negative: '],
  ["stop_signals = TERM soon", 'stop_signals: Cannot read "soon" as a time: '],
  [
    "stop_signals = TREM 1s",
    'stop_signals: Cannot read "TREM" as a signal (did you mean "TERM"?): ',
  ],
  ["nice = 20", "nice: 20 is out of range: use a whole number from -20 to 19"],
  ["stdin = file", 'stdin: Cannot read "file": use null or pipe'],
  ["rlimit_nofile = 10:5", 'rlimit_nofile: "10:5" has its soft limit above the hard one: '],
  [
    "rlimit_core = lots",
    'rlimit_core: Cannot read "lots" as a limit: use 64MB, SOFT:HARD, or unlimited',
  ],
  ["group_name = nobodies", 'group_name: There is no group of users "nobodies": '],
  ["stop_message =", 'stop_message: Cannot read "" as a message: use a text, such as shutdown'],
  ["stop_tree = maybe", 'stop_tree: Cannot read "maybe" as true or false: '],
];

Deno.test("our own keys refuse what cannot be meant, and say what is allowed", async () => {
  for (const [line, expected] of REFUSED) {
    const found = await complaint(line);
    assertTrue(found.includes(expected), `${line}\nfound:    ${found}\nexpected: ${expected}`);
  }
});
