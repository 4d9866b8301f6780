// TOML manifests: the same keys in native types, with lines and columns for what is wrong.
import fc from "fast-check";
import { readToml } from "../../src/manifest/toml.ts";
import { joinPath, scanKeyLines } from "../../src/manifest/toml_lines.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { loadText, problemsOf } from "./fake_machine.ts";

const TOML = { name: "test.toml" };
const SOURCE = { file: "x.toml", here: "/etc" };

async function first(text: string): Promise<ProcessPlan> {
  const { plan, problems } = await loadText(text, TOML);
  const process = plan?.groups[0]?.processes[0];
  assertTrue(process !== undefined, JSON.stringify(problems));
  return process;
}

Deno.test("scanKeyLines() finds headers and keys in any notation", () => {
  const text = `# comment
a = 1
[program.web]   # here
command = ["x", # [not.a.header]
  "y = 1",
]
"quoted.key" = '''
z = 3
'''
b.c = { d = 1 }

[program."a b"]
text = """
w = "1"""""
e = 2
[[list]]
f = 1
`;
  const lines = scanKeyLines(text);
  const at = (...path: string[]) => lines.get(joinPath(path));
  assertEquals(at("a"), 2);
  assertEquals(at("program", "web"), 3);
  assertEquals(at("program", "web", "command"), 4);
  assertEquals(at("program", "web", "quoted.key"), 7);
  assertEquals(at("program", "web", "b", "c"), 10);
  assertEquals(at("program", "a b"), 12);
  assertEquals(at("program", "a b", "e"), 15);
  assertEquals(at("list", "f"), 17);
  assertEquals(lines.has("z"), false);
});

Deno.test("readToml() takes any text", () => {
  const pieces = fc.constantFrom(
    "[",
    "]",
    "a",
    "=",
    '"',
    "'",
    "\n",
    "#",
    "{",
    "}",
    ",",
    "1",
    "\\",
    ".",
  );
  const text = fc.oneof(fc.string(), fc.array(pieces).map((parts) => parts.join("")));
  fc.assert(fc.property(text, (any) => readToml(any, SOURCE).sections.length >= 0));
});

Deno.test("loadPlan() reads TOML's native types", async () => {
  const process = await first(`
[program.web]
command = ["/bin/sh", "-c", "echo 'a b' ; exit %(process_num)d"]
environment = { A = "x y", B = 2, C = true }
autostart = false
autorestart = true
startsecs = 1.5
stopwaitsecs = "1m30s"
exitcodes = [0, 12]
umask = 0o027
user = 33
stdout_logfile_maxbytes = "1.5GB"
priority = 5
`);
  assertEquals(process.command, ["/bin/sh", "-c", "echo 'a b' ; exit 0"]);
  assertEquals(process.environment, { A: "x y", B: "2", C: "true" });
  assertEquals(process.autostart, false);
  assertEquals(process.restart.autorestart, "always");
  assertEquals(process.restart.startSeconds, 1500);
  assertEquals(process.stop.steps, [{ signal: 15, wait: 90_000 }]);
  assertEquals(process.restart.exitCodes, [0, 12]);
  assertEquals(process.umask, 0o027);
  assertEquals(process.user?.name, "www");
  assertEquals(process.stdout.maxBytes, 1.5 * 1024 ** 3);
  assertEquals(process.priority, 5);
});

Deno.test("loadPlan() has safer defaults in TOML", async () => {
  const process = await first(`[program.web]\ncommand = "/bin/cat 'a b'"\n`);
  assertEquals(process.command, ["/bin/cat", "a b"]);
  assertEquals(process.stdin, "null");
  assertEquals(process.stop.scope, "tree");
  assertEquals(process.stop.killScope, "tree");
  assertEquals(process.stop.sweepOnExit, true);
  assertEquals(process.restart.earlyExitFails, false);
  assertEquals(process.restart.startRetries, 10);
  assertEquals(process.restart.exitCodes, [0]);
  assertEquals(process.stdout.destination, { kind: "auto" });
  assertEquals(process.restart.backoff, {
    kind: "exponential",
    initial: 500,
    factor: 2,
    max: 30_000,
    jitter: 0.1,
    resetAfter: 10_000,
  });
});

Deno.test("loadPlan() knows [runner], groups, servers and includes in TOML", async () => {
  const { plan } = await loadText(
    `
[runner]
shutdown_when = "all-exited"
log_stdout = true
environment = { ALL = "1" }
[unix_http_server]
file = "/run/a.sock"
[unix_http_server.two]
file = "/run/b.sock"
[include]
files = ["conf.d/*.ini"]
[program.a]
command = "/bin/cat"
[group.g]
programs = ["a", "b"]
priority = 3
`,
    { ...TOML, files: { "/srv/conf.d/b.ini": "[program:b]\ncommand=/bin/cat\n" } },
  );
  assertEquals(plan?.dialect, "toml");
  assertEquals(plan?.runner.shutdownWhen, "all-exited");
  assertEquals(plan?.runner.logStdout, true);
  assertEquals(plan?.runner.logfile, { kind: "auto" });
  assertEquals(plan?.servers.map(({ section, address }) => `${section} ${address}`), [
    "unix_http_server /run/a.sock",
    "unix_http_server:two /run/b.sock",
  ]);
  const processes = plan?.groups[0]?.processes ?? [];
  assertEquals(processes.map(({ id }) => id), ["g:a", "g:b"]);
  assertEquals(processes[0]?.environment, { ALL: "1" });
  // The defaults of a program are those of the file it stands in.
  assertEquals(processes.map(({ stdin }) => stdin), ["null", "pipe"]);
});

Deno.test("loadPlan() says what is wrong in TOML, with its line", async () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [`[program.web\n`, [
      "test.toml:1: Cannot read as TOML: illegal character in key (column 13)",
    ]],
    [`[program.web]\ncommand = "/bin/cat"\ncommand = "x"\n`, [
      "test.toml:3: Cannot read as TOML: trying to redefine an already defined table or value (column 1)",
    ]],
    [`x = 1\n`, [
      "test.toml:1: x: Stands outside any section: put it below [program.NAME] or [runner]",
    ]],
    [`[program]\ncommand = "/bin/cat"\n`, [
      `test.toml:2: [program] command: Needs a name of its own: "command" stands in [program] itself: ` +
      "write [program.NAME] above it",
    ]],
    [
      `[program.a]\ncommand = "/bin/cat"\nnice = 99\n\n[program.b]\ncommand = 5.5\nautostart = "y"\n`,
      [
        "test.toml:3: [program:a] nice: 99 is out of range: use a whole number from -20 to 19",
        "test.toml:6: [program:b] command: Cannot read 5.5 as a command: use a program and its arguments; " +
        "quotes protect blanks, no shell is involved",
        'test.toml:7: [program:b] autostart: Cannot read "y" as true or false: ' +
        "use true, yes, on, 1 or false, no, off, 0",
      ],
    ],
    [`[programs.a]\ncommand = "x"\n`, [
      'test.toml:1: warning: [programs] Unknown section, ignored (did you mean "program"?): there are ' +
      "program, defaults, template, group, runner, include, fcgi-program, eventlistener, " +
      "unix_http_server, http, alert, supervisorctl, rpcinterface, ctlplugin, overlay",
    ]],
  ];
  for (const [text, expected] of cases) assertEquals(await problemsOf(text, TOML), expected, text);
});
