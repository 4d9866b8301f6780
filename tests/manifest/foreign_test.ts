// PM2 files, Procfiles, systemd units and compose services: what they mean here, and what is said of the rest.
import { formatProblem } from "../../src/base/errors.ts";
import type { ForeignChoice } from "../../src/manifest/foreign_choice.ts";
import { loadPlan } from "../../src/manifest/load_plan.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { shellCommand } from "../../src/manifest/shell_command.ts";
import { expandVariables, unitWords } from "../../src/manifest/systemd_words.ts";
import { timeSpan } from "../../src/manifest/systemd_service.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type FakeMachine, fakeMachine } from "./fake_machine.ts";

interface Options extends FakeMachine {
  readonly choice?: ForeignChoice;
}

async function load(name: string, text: string, options: Options = {}) {
  const files = { ...options.files, [`/srv/${name}`]: text };
  const chosen = options.choice === undefined ? {} : { choice: options.choice };
  const paths = { "/": "directory", ...options.paths } as const;
  const machine = { ...fakeMachine({ ...options, files, paths }), cpus: 8, ...chosen };
  const { plan, problems } = await loadPlan(name, machine);
  const processes = plan?.groups.flatMap((group) => group.processes) ?? [];
  return { plan, processes, said: problems.map(formatProblem) };
}

function only(processes: readonly ProcessPlan[]): ProcessPlan {
  const [first, ...more] = processes;
  assertTrue(first !== undefined && more.length === 0, `one process, not ${processes.length}`);
  return first;
}

Deno.test("a PM2 file with a full-width colon has one clear error", async () => {
  const { plan, said } = await load(
    "app.json",
    '{ // 注释\n  "script": "a.php",\n  "cwd"： "../" // x\n}',
  );
  assertEquals(plan, null);
  assertEquals(said, [
    'app.json:3: Cannot read as JSON: column 8 has "：" (U+FF1A, a full-width colon): write ":"',
  ]);
});

Deno.test("a PM2 file may be one app, a list of apps, or have them in apps", async () => {
  for (
    const text of [
      '{"script":"cat"}',
      '[{"script":"cat"}]',
      '{"apps":{"script":"cat"}}',
      '{"apps":[{"script":"cat"}]}',
    ]
  ) {
    const { processes, said } = await load("pm2.json", text);
    assertEquals(said, []);
    const { id, command, directory, stop } = only(processes);
    assertEquals([id, command, directory], ["cat:cat", ["cat"], "/srv"]);
    assertEquals(stop.steps.map(({ signal }) => signal), [2]);
  }
});

const COMMANDS: readonly (readonly [string, readonly string[]])[] = [
  ['"script":"a.js"', ["node", "/srv/a.js"]],
  ['"script":"a.py","args":["-x","a b"]', ["python", "/srv/a.py", "-x", "a b"]],
  ['"script":"symfony","exec_interpreter":"php","args":"a:b  --split=4"', [
    "php",
    "/srv/symfony",
    "a:b",
    "--split=4",
  ]],
  ['"script":"a.js","interpreter":"none"', ["/srv/a.js"]],
  ['"script":"a.js","node_args":"--inspect --x"', ["node", "--inspect", "--x", "/srv/a.js"]],
  ['"script":"ls -l | cat","args":"x"', ["bash", "-c", "ls -l | cat x"]],
  ['"script":"/bin/ls","cwd":"app"', ["/bin/ls"]],
  ['"script":"work.php","cwd":"app"', ["php", "/srv/app/work.php"]],
  ['"script":"nowhere"', ["node", "/srv/nowhere"]],
];

Deno.test("a PM2 script runs behind the interpreter of its ending, or the one named", async () => {
  for (const [keys, command] of COMMANDS) {
    const { processes } = await load("pm2.json", `{"name":"x",${keys}}`);
    assertEquals(only(processes).command, command);
  }
});

Deno.test("PM2's instances count processors, and each has its number and its port", async () => {
  for (
    const [written, count] of [['"max"', 8], ["0", 8], ["-2", 6], ["-20", 1], ["3", 3]] as const
  ) {
    const { processes } = await load("pm2.json", `{"script":"cat","instances":${written}}`);
    assertEquals(processes.length, count);
  }
  const text =
    '{"script":"cat","instances":2,"increment_var":"PORT","env":{"PORT":9001,"R":"5%(x)s"}}';
  const { processes } = await load("pm2.json", text);
  assertEquals(processes.map(({ name }) => name), ["cat_0", "cat_1"]);
  assertEquals(processes.map(({ environment }) => environment), [
    { PORT: "9001", R: "5%(x)s", NODE_APP_INSTANCE: "0" },
    { PORT: "9002", R: "5%(x)s", NODE_APP_INSTANCE: "1" },
  ]);
});

Deno.test("-e puts env_NAME over env, and asks for one that is there", async () => {
  const text = '{"script":"cat","env":{"A":1,"B":2},"env_stage":{"B":3}}';
  const choose = (env: string) => load("pm2.json", text, { choice: { env, formation: null } });
  const { A, B } = only((await choose("stage")).processes).environment;
  assertEquals([A, B], ["1", "3"]);
  assertEquals((await choose("stag")).said, [
    'pm2.json: env_stag: No app has it, and --environment stag asks for it (did you mean "stage"?): there are stage',
  ]);
});

Deno.test("faults of a PM2 file are told by line, all at once", async () => {
  const { said } = await load(
    "pm2.json",
    '{"apps": [\n{"script":"cat",\n"instances":"two",\n"env":[],\n"kill_timeout":"soon",\n"max_restarts":{}},\n' +
      '{"scrpt":"x"}, 7]}',
  );
  assertEquals(
    said.filter((one) => !one.includes("warning:")),
    [
      'pm2.json:3: [program:cat] instances: Cannot read "two" as a number of processes',
      "pm2.json:4: [program:cat] env: Cannot read a list as a table of texts",
      'pm2.json:5: [program:cat] kill_timeout: Cannot read "soon" as a time in milliseconds',
      "pm2.json:6: [program:cat] max_restarts: Cannot read a table as a text",
      'pm2.json:7: apps: Cannot read "7" as an app: write { script: … }',
      'pm2.json:7: script: The app "app" has none: write script instead of scrpt',
    ],
  );
});

Deno.test("PM2's restart keys become ours", async () => {
  const text =
    `{"script":"cat","stop_exit_codes":[0,9],"exp_backoff_restart_delay":100,"min_uptime":"2s",
    "max_restarts":4,"kill_timeout":1600,"treekill":false,"max_memory_restart":"1K"}`;
  const { restart, stop, memory } = only((await load("pm2.json", text)).processes);
  assertEquals([restart.autorestart, restart.exitCodes], ["unexpected", [0, 9]]);
  assertEquals(restart.backoff, {
    kind: "exponential",
    initial: 100,
    factor: 1.5,
    max: 15_000,
    jitter: 0,
    resetAfter: 30_000,
  });
  assertEquals([restart.startSeconds, restart.startRetries], [2000, 4]);
  assertEquals([stop.steps, stop.scope], [[{ signal: 2, wait: 1600 }], "process"]);
  assertEquals(memory.cap, 1024);
});

Deno.test("a Procfile gives each type its port, and .env to all", async () => {
  const text = "web: serve\n\n# no\nworker: work $PORT\n";
  const formation = new Map([["web", 2], ["worker", 1]]);
  const files = { "/srv/.env": "PORT=7000\nKEY='a b'\n" };
  const { processes, said } = await load("Procfile", text, {
    files,
    choice: { env: null, formation },
  });
  assertEquals(said.filter((one) => !one.includes("warning:")), []);
  assertEquals(
    processes.map(({ id, environment }) => [id, environment["PORT"], environment["PS"]]),
    [
      ["web:web_0", "7000", "web.1"],
      ["web:web_1", "7001", "web.2"],
      ["worker:worker", "7100", "worker.1"],
    ],
  );
  assertEquals(processes.map(({ environment }) => environment["KEY"]), ["a b", "a b", "a b"]);
});

Deno.test("faults of a Procfile and of a formation are told", async () => {
  const formation = new Map([["wrker", 2]]);
  const { said } = await load("Procfile", "web： x\nworker: y\nnonsense\n", {
    choice: { env: null, formation },
  });
  assertEquals(said, [
    'Procfile: There is no "wrker" for --formation (did you mean "worker"?): there are worker',
    'Procfile:1: Cannot read as TYPE: COMMAND: column 4 has "：", a full-width colon: write ":"',
    "Procfile:3: Cannot read as TYPE: COMMAND: write for instance web: php -S 0.0.0.0:$PORT",
  ]);
});

const SHELL: readonly (readonly [string, readonly string[]])[] = [
  ["php -S x 'a b'", ["php", "-S", "x", "a b"]],
  ["serve -p $PORT", ["/bin/sh", "-c", "exec serve -p $PORT"]],
  ["A=1 serve", ["/bin/sh", "-c", "A=1 serve"]],
  ["cd x && serve", ["/bin/sh", "-c", "cd x && serve"]],
  ["exec serve", ["/bin/sh", "-c", "exec serve"]],
  ["serve > log", ["/bin/sh", "-c", "exec serve > log"]],
  ["serve 'open", ["/bin/sh", "-c", "exec serve 'open"]],
];

Deno.test("shellCommand() uses a shell only where one is needed", () => {
  for (const [text, words] of SHELL) assertEquals(shellCommand(text), words);
});

Deno.test("a unit's words are split and filled in as systemd does it", () => {
  const table: readonly (readonly [string, readonly string[] | null])[] = [
    [`a "b c" 'd e'`, ["a", "b c", "d e"]],
    [`a\\x20b "\\t" '\\t' \\s`, ["a b", "\t", "\\t", " "]],
    [`"" x""y`, ["", "xy"]],
    [`"open`, null],
    [`C:\\path`, ["C:\\path"]],
  ];
  for (const [text, words] of table) assertEquals(unitWords(text), words);
  const variables = new Map([["A", "x y"], ["E", ""]]);
  const words = ["$A", "${A}", "-${A}-", "$$A", "$E", "${E}", "a$A", "${NO}"];
  assertEquals(expandVariables(words, (name) => variables.get(name)), {
    words: ["x", "y", "x y", "-x y-", "$A", "", "a$A", ""],
    unknown: ["NO"],
  });
  const spans = [["5min 20s", 320_000], ["90", 90_000], ["infinity", Infinity], [
    "3 parsecs",
    null,
  ]] as const;
  for (const [text, millis] of spans) assertEquals(timeSpan(text), millis);
});

const RESTARTS: readonly (readonly [string, string, readonly string[]])[] = [
  ["", "never", []],
  ["always", "always", []],
  ["on-failure", "unexpected", [
    "signal 1 stop",
    "signal 2 stop",
    "signal 15 stop",
    "signal 13 stop",
  ]],
  ["on-abnormal", "always", [
    ...["signal 1 stop", "signal 2 stop", "signal 15 stop", "signal 13 stop"],
    ...["any-signal restart", "rest stop"],
  ]],
  ["on-success", "always", [
    ...["codes restart", "signal 1 restart", "signal 2 restart", "signal 15 restart"],
    ...["signal 13 restart", "rest stop"],
  ]],
];

Deno.test("a unit's Restart becomes autorestart and on_exit", async () => {
  for (const [policy, autorestart, rules] of RESTARTS) {
    const { processes } = await load(
      "a.service",
      `[Service]\nExecStart=/bin/cat\nRestart=${policy}\n`,
    );
    const { restart } = only(processes);
    const written = restart.onExit.map(({ match, action }) =>
      [match.kind, "signal" in match ? match.signal : "", action.kind].filter((one) => one !== "")
        .join(" ")
    );
    assertEquals([restart.autorestart, written], [autorestart, rules]);
  }
});

Deno.test("a unit that leaves for the background is told of, and check stops at it", async () => {
  const text = "[Service]\nType=forking\nPIDFile=/run/x\nExecStart=/bin/cat\n";
  const { said } = await load("a.service", text);
  assertEquals(said, [
    "a.service:2: warning: [program:a] Type: It leaves for the background, where nobody can supervise it: give its command the option that keeps it in the foreground, and Type=simple",
  ]);
});

Deno.test("faults of a unit are told by line", async () => {
  const text = 'x\n[Service]\nExecStart=/bin/cat "a\nEnvironment=A\nTimeoutStopSec=soon\nNice=%Z\n';
  const { said } = await load("a.service", text);
  assertEquals(said.filter((one) => !one.includes("command")), [
    "a.service:1: Cannot read as KEY=VALUE: write [Service] and KEY=VALUE below it",
    "a.service:4: [program:a] Environment: Cannot read as KEY=VALUE: quote what holds blanks",
    'a.service:5: [program:a] TimeoutStopSec: Cannot read "soon" as a time',
    'a.service:6: [program:a] Nice: Cannot expand "%Z": write %% for a percent sign',
  ]);
});

Deno.test("a compose service with a command runs, one without is told of", async () => {
  const text = JSON.stringify({
    services: {
      web: { command: "cat ${FILE:-/etc/hosts} $$HOME", depends_on: ["db"], image: "x" },
      db: { image: "mysql" },
    },
  });
  const { processes, said } = await load("compose.json", text);
  const web = only(processes);
  assertEquals(web.command, ["cat", "/etc/hosts", "$HOME"]);
  assertEquals(web.restart.autorestart, "never");
  assertTrue(said.some((one) => one.includes("db: Left out: it has no command")), said.join("\n"));
});

Deno.test("%(process_num+N)d counts from N", async () => {
  const text = `[program.web]\ncommand = "cat"\nnumprocs = 2\nprocess_name = "w%(process_num)d"\n` +
    `environment = { PORT = "%(process_num+8080)d", OTHER = "%(process_num+1)03d" }\n`;
  const { processes } = await load("runner.toml", text);
  assertEquals(processes.map(({ environment }) => Object.values(environment)), [
    ["8080", "001"],
    ["8081", "002"],
  ]);
});
