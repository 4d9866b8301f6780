// What is said of a bad manifest: every problem at once, in full; and what counts as an error where.
import type { Problem } from "../../src/base/errors.ts";
import { judgeProblems, sortProblems } from "../../src/manifest/problems.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type FakeMachine, loadText, problemsOf } from "./fake_machine.ts";

Deno.test("loadPlan() reports all problems at once, sorted by line", async () => {
  const text = `[program:web]
command = /bin/cat
autorestrat = true
priority = high
stopsignal = KABOOM
stdout_logfile_maxbytes = 1K
user = wwww
numprocs = 2

[program:shy]
comand = /bin/cat

[groop:g]
programs = web

[group:h]
programs = web, wbe
`;
  const { plan } = await loadText(text);
  assertEquals(plan, null);
  assertEquals(await problemsOf(text), [
    "test.ini:1: [program:web] process_name: Must hold %(process_num) when numprocs is above 1: " +
    "use %(program_name)s_%(process_num)02d",
    'test.ini:3: warning: [program:web] autorestrat: Unknown key, ignored (did you mean "autorestart"?)',
    'test.ini:4: [program:web] priority: Cannot read "high" as a whole number: use a whole number',
    'test.ini:5: [program:web] stopsignal: Cannot read "KABOOM" as a signal: ' +
    "use a name such as TERM, INT, QUIT, HUP, USR1, or its number",
    'test.ini:6: [program:web] stdout_logfile_maxbytes: Cannot read "1K" as a size: ' +
    "use a whole number of bytes, or with KB, MB or GB",
    'test.ini:7: [program:web] user: There is no user "wwww": ' +
    "use the name or number of a user of this machine",
    "test.ini:10: [program:shy] command: Required, but not set: " +
    "use a program and its arguments; quotes protect blanks, no shell is involved",
    'test.ini:11: warning: [program:shy] comand: Unknown key, ignored (did you mean "command"?)',
    'test.ini:13: warning: [groop:g] Unknown section, ignored (did you mean "group"?): there are ' +
    "program, group, supervisord, include, fcgi-program, eventlistener, unix_http_server, " +
    "inet_http_server, alert, supervisorctl, rpcinterface, ctlplugin",
    'test.ini:17: [group:h] programs: There is no program "wbe" (did you mean "web"?): ' +
    "name programs of this manifest",
  ]);
});

const WARNINGS: readonly (readonly [string, string])[] = [
  ["numprocs = 0", "3: warning: [program:p] numprocs: No process will ever run: use 1 or more"],
  ["startsecs = -1", "3: warning: [program:p] startsecs: -1 counts as 0: use 0 or more"],
  [
    "stopsignal = 0",
    "3: warning: [program:p] stopsignal: 0 is no signal: nothing is sent before SIGKILL",
  ],
  ["stdout_logfile_maxbytes = -1", "stdout_logfile_maxbytes: -1 counts as 0: use 0 or more"],
  [
    "stdout_logfile_maxbytes = 0",
    "An AUTO log without rotation may fill the disk: use a size above 0",
  ],
  [
    "stdout_logfile = syslog",
    'stdout_logfile: The name "syslog" is out of use: write stdout_syslog=true',
  ],
  ["environment = A=~/x", "environment: The value of A may end too early: use KEY="],
  ["directory = /none", 'directory: It will not start: "/none" is not there'],
  [
    "priority = 1\npriority = 2",
    "3: warning: [program:p] priority: Set again in line 4, where the value",
  ],
  [
    "redirect_stderr=1\nstderr_logfile=/x",
    "4: warning: [program:p] stderr_logfile: Ignored: redirect_stderr",
  ],
  [
    "stop_signals=QUIT 1s\nstopsignal=INT",
    "4: warning: [program:p] stopsignal: Ignored: stop_signals says",
  ],
  [
    "max_memory_action = kill",
    "max_memory_action: Ignored without max_memory: set max_memory, too",
  ],
  ["max_age_jitter = 1m", "max_age_jitter: Ignored without max_age: set max_age, too"],
];

Deno.test("loadPlan() warns of what is accepted and cannot be meant", async () => {
  for (const [lines, expected] of WARNINGS) {
    const text = `[program:p]\ncommand=/bin/cat\n${lines}\n`;
    const { plan, problems } = await loadText(text);
    assertTrue(plan !== null, `${lines} is accepted`);
    const told = (await problemsOf(text)).join("\n");
    assertTrue(told.includes(expected), `${lines}\nfound:    ${told}\nexpected: ${expected}`);
    assertEquals(plan?.notices, problems);
  }
});

Deno.test("a comment that cuts a quotation is named as the cause", async () => {
  const hint = `(" ;" starts a comment, also within quotes: the rest of line 2 was cut off)`;
  const text = `[program:p]\ncommand=sh -c "a ; b"\n`;
  const { plan } = await loadText(text);
  const fault = `can't parse command 'sh -c "a': No closing quotation ${hint}`;
  assertEquals(plan?.groups[0]?.processes[0]?.commandFault, fault);
  assertEquals(await problemsOf(text), [
    `test.ini:2: warning: [program:p] command: It will never start: ${fault}`,
  ]);
  const [refused] = await problemsOf(`[program:p]\nenvironment=A="x ; y"\ncommand=/bin/cat\n`);
  assertEquals(
    refused,
    `test.ini:2: [program:p] environment: No closing quotation ${hint}: use KEY="value",` +
      `KEY2="value2"; quote what holds more than letters, digits and _/.+-():`,
  );
});

Deno.test("values of variables and passwords are in no message", async () => {
  const texts = [
    `[program:p]\ncommand=/bin/cat\nenvironment=KEY="hush",B=hush=hush\n`,
    `[program:p]\ncommand=/bin/cat\nenvironment=KEY="hush %(nope)s hush"\n`,
    `[program:p]\ncommand=/bin/cat\nenvironment=KEY="hush\n`,
    `[unix_http_server]\nfile=/tmp/s\npassword=hush\n`,
    `[supervisord]\nenvironment=KEY=~hush\n`,
  ];
  for (const text of texts) {
    const told = await problemsOf(text);
    assertTrue(told.length > 0 && !told.join("\n").includes("hush"), told.join("\n"));
  }
  const toml = `[unix_http_server]\nfile = "/s"\nusername = "u"\npassword = ["hush"]\n` +
    `[program.p]\ncommand = "/bin/cat"\nenvironment = { A = ["hush"] }\n`;
  const told = await problemsOf(toml, { name: "test.toml" });
  assertTrue(told.length > 0 && !told.join("\n").includes("hush"), told.join("\n"));
});

const COMMANDS: readonly (readonly [string, FakeMachine, string | null])[] = [
  ["command=cat", {}, null],
  ["command=none", {}, "can't find command 'none'"],
  ["command=/opt/x", {}, "can't find command '/opt/x'"],
  ["command=/opt/x", { paths: { "/opt/x": "directory" } }, "command at '/opt/x' is a directory"],
  ["command=/opt/x", { paths: { "/opt/x": "file" } }, "command at '/opt/x' is not executable"],
  ["command=./x", { paths: { "/srv/x": "executable" } }, null],
  ["command=./x\ndirectory=/app", { paths: { "/app/x": "executable" } }, null],
  [
    "command=./x\ndirectory=/app",
    { paths: { "/srv/x": "executable" } },
    "can't find command './x'",
  ],
  ['command=x\nenvironment=PATH="/own"', { paths: { "/own/x": "executable" } }, null],
  ['command=cat\nenvironment=PATH="/own"', {}, "can't find command 'cat'"],
  // supervisord takes the first entry that is there at all.
  [
    "command=cat",
    { paths: { "/usr/bin/cat": "file" } },
    "command at '/usr/bin/cat' is not executable",
  ],
];

Deno.test("loadPlan() looks for commands where they will be looked for", async () => {
  for (const [lines, machine, fault] of COMMANDS) {
    const told = await problemsOf(`[program:p]\n${lines}\n`, machine);
    const expected = fault === null
      ? []
      : [`test.ini:2: warning: [program:p] command: It will not start: ${fault}`];
    assertEquals(told, expected, lines);
  }
});

Deno.test("a user that cannot be had is a problem for check when the runner is not root", async () => {
  const { problems } = await loadText(`[program:p]\ncommand=/bin/cat\nuser=www\n`, { uid: 1000 });
  assertEquals(problems.map(({ severity, errorIn }) => [severity, errorIn]), [[
    "warning",
    "check",
  ]]);
});

Deno.test("judgeProblems() makes errors of warnings as strictness grows", () => {
  const base = { file: "f", line: 1, section: "", key: "", what: "", allowed: "" };
  const problems: readonly Problem[] = [
    { ...base, severity: "warning" },
    { ...base, severity: "warning", errorIn: "strict" },
    { ...base, severity: "warning", errorIn: "check" },
    { ...base, severity: "error" },
  ];
  const count = (strictness: "start" | "check" | "strict") =>
    judgeProblems(problems, strictness).filter(({ severity }) => severity === "error").length;
  assertEquals([count("start"), count("check"), count("strict")], [1, 2, 3]);
});

Deno.test("sortProblems() keeps files together in the order read", () => {
  const at = (file: string, line: number): Problem => ({
    severity: "error",
    file,
    line,
    section: "",
    key: "",
    what: "",
    allowed: "",
  });
  const sorted = sortProblems([at("b", 3), at("a", 1), at("b", 1), at("a", 2)]);
  assertEquals(sorted.map(({ file, line }) => `${file}${line}`), ["b1", "b3", "a1", "a2"]);
});

Deno.test("loadPlan() calls the runner's own section as it is written in that format", async () => {
  for (
    const [name, section] of [["test.toml", "runner"], ["test.ini", "supervisord"]] as const
  ) {
    const { problems } = await loadText(`[${section}]\nlogfile_backups = "x"\n`, { name });
    assertEquals(problems.map((problem) => problem.section), [section]);
  }
});
