// %(name)s: which names are known where, how often a value is expanded, and what is said of unknown ones.
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { assertEquals } from "../support/assert.ts";
import { type FakeMachine, loadText, problemsOf } from "./fake_machine.ts";

const ENV = { HOME: "/root", PATH: "/bin", X: "ex" };

async function processes(text: string, options: FakeMachine = {}): Promise<readonly ProcessPlan[]> {
  const { plan } = await loadText(text, { env: ENV, ...options });
  return plan?.groups.flatMap((group) => group.processes) ?? [];
}

Deno.test("names are those of the process", async () => {
  const [, second] = await processes(`[program:web]
command=/bin/cat %(program_name)s %(group_name)s %(process_num)02d %(numprocs)d %(host_node_name)s %(ENV_X)s
process_name=%(program_name)s_%(process_num)d
numprocs=2
numprocs_start=5
directory=%(here)s
[group:g]
programs=web
`);
  assertEquals(second?.id, "g:web_6");
  assertEquals(second?.instance, 6);
  assertEquals(second?.command, ["/bin/cat", "web", "g", "06", "2", "box", "ex"]);
  assertEquals(second?.directory, "/srv");
});

Deno.test("variables of the runner's section and of the program are known, each to those after it", async () => {
  const [process] = await processes(`[supervisord]
environment=ALL="all",X="over"
[program:p]
command=/bin/cat %(ENV_ALL)s %(ENV_X)s %(ENV_OWN)s
environment=OWN="own",OVER="%(ENV_X)s"
stdout_logfile=/log/%(ENV_OWN)s
`);
  assertEquals(process?.command, ["/bin/cat", "all", "over", "own"]);
  assertEquals(process?.environment, { ALL: "all", X: "over", OWN: "own", OVER: "over" });
  assertEquals(process?.stdout.destination, { kind: "file", path: "/log/own" });
});

Deno.test("log files are expanded twice in INI and once in TOML", async () => {
  const ini = await processes("[program:p]\ncommand=/bin/cat 1%%\nstdout_logfile=/log/%%%%.log\n");
  assertEquals(ini[0]?.stdout.destination, { kind: "file", path: "/log/%.log" });
  assertEquals(ini[0]?.command, ["/bin/cat", "1%"]);
  const { plan } = await loadText(
    `[program.p]\ncommand = "/bin/cat"\nstdout_logfile = "/log/%%.log"\n`,
    { name: "test.toml" },
  );
  const toml = plan?.groups[0]?.processes[0];
  assertEquals(toml?.stdout.destination, { kind: "file", path: "/log/%.log" });
});

Deno.test("an included file has its own %(here)s", async () => {
  const files = { "/srv/d/a.ini": "[program:a]\ncommand=%(here)s/run %(ENV_X)s\n" };
  const text = "[include]\nfiles=%(here)s/d/*.ini\n[program:b]\ncommand=%(here)s/run\n";
  const [a, b] = await processes(text, { files });
  assertEquals([a?.command, b?.command], [["/srv/d/run", "ex"], ["/srv/run"]]);
});

const FAULTS: readonly (readonly [string, string])[] = [
  [
    "priority=%(process_num)d",
    'Cannot expand "%(process_num)d": there is no process_num: available are group_name, here, ' +
    "host_node_name, program_name, ENV_HOME, ENV_PATH, ENV_X",
  ],
  [
    "directory=/x/%(progam_name)s",
    'Cannot expand "%(progam_name)s": there is no progam_name (did you mean "program_name"?): ' +
    "available are group_name, here, host_node_name, numprocs, process_num, program_name, " +
    "ENV_HOME, ENV_PATH, ENV_X",
  ],
  [
    "directory=/x/%d",
    'Cannot expand "%d": no name in parentheses after the percent sign: ' +
    "write %% for a percent sign, %(NAME)s for a value",
  ],
  [
    "directory=50%",
    'Cannot expand "%": incomplete format: write %% for a percent sign, %(NAME)s for a value',
  ],
  [
    "directory=%(program_name)d",
    'Cannot expand "%(program_name)d": %d format: a number is required, not text: ' +
    "write %% for a percent sign, %(NAME)s for a value",
  ],
  [
    'environment=A="1",B="%(ENV_A)s"',
    'Cannot expand "%(ENV_A)s": there is no ENV_A (did you mean "ENV_X"?): available are ' +
    "group_name, here, host_node_name, numprocs, process_num, program_name, " +
    "ENV_HOME, ENV_PATH, ENV_X",
  ],
];

Deno.test("an unknown name is an error that lists the known ones", async () => {
  for (const [line, expected] of FAULTS) {
    const [told] = await problemsOf(`[program:p]\ncommand=/bin/cat\n${line}\n`, { env: ENV });
    const key = line.slice(0, line.indexOf("="));
    assertEquals(told, `test.ini:3: [program:p] ${key}: ${expected}`);
  }
});
