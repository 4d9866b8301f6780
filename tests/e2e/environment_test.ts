// The environment of children, and how a command is found in it.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { factsIn } from "../support/facts.ts";
import { CHILDREN, Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

const TELLS = `${CHILDREN}/tells_about_itself.sh`;

/** The variables among the facts of a log, but those of the shell itself. */
async function variablesIn(box: Sandbox, log: string): Promise<Record<string, string>> {
  const facts = [...await factsIn(box, log)].filter(([name]) => name.startsWith("env:"));
  const variables = Object.fromEntries(facts.map(([name, value]) => [name.slice(4), value]));
  for (const own of ["PWD", "OLDPWD", "SHLVL", "_"]) delete variables[own];
  return variables;
}

Deno.test("INI: the runner's environment, SUPERVISOR_*, [supervisord], the program's, in this order", async () => {
  await using box = new Sandbox();
  const runner = box.start(
    `[supervisord]
environment=COMMON="of all",CHANGED="of all",SUPERVISOR_GROUP_NAME="mine"
[program:web]
command=${TELLS}
process_name=%(program_name)s_%(process_num)02d
environment=CHANGED="own",QUOTED="a, b; %(ENV_GIVEN)s",NUMBER="%(process_num)d",PLAIN=x/y.z
stdout_logfile=${box.path("web.log")}
[group:shop]
programs=web
`,
    { file: "pool.ini", env: { GIVEN: "a given", CHANGED: "inherited" } },
  );
  const env = await variablesIn(box, "web.log");
  assertEquals(env["GIVEN"], "a given");
  assertEquals(env["COMMON"], "of all");
  assertEquals(env["CHANGED"], "own");
  assertEquals(env["QUOTED"], "a, b; a given");
  assertEquals([env["NUMBER"], env["PLAIN"]], ["0", "x/y.z"]);
  assertEquals(env["SUPERVISOR_ENABLED"], "1");
  assertEquals(env["SUPERVISOR_PROCESS_NAME"], "web_00");
  assertEquals(env["SUPERVISOR_GROUP_NAME"], "mine");
  assertEquals("SUPERVISOR_SERVER_URL" in env, false);
  assertEquals(env["HOME"], Deno.env.get("HOME"));
  assertEquals(await runner.stop(), 0);
});

Deno.test("inherit_env lets through what it names; env_file comes before environment", async () => {
  await using box = new Sandbox();
  box.write("shop.env", `# a comment\nexport ONE=1\nTWO="two words"\nTHREE='$HOME'\nFOUR=file\n`);
  const runner = box.start(
    `
[program.some]
command = "${TELLS}"
inherit_env = ["PATH", "LC_*"]
env_file = ["shop.env", "-missing.env"]
environment = { FOUR = "manifest" }
stdout_logfile = "some.log"
[program.none]
command = "${TELLS}"
inherit_env = false
environment = { PATH = "/usr/bin:/bin" }
stdout_logfile = "none.log"
`,
    { env: { LC_ALL: "C", LC_TIME: "C", SECRET: "hush" } },
  );
  const some = await variablesIn(box, "some.log");
  const marks = Object.keys(some).filter((name) => name.startsWith("RUNNER_"));
  for (const mark of marks) delete some[mark];
  assertEquals(some, {
    FOUR: "manifest",
    LC_ALL: "C",
    LC_TIME: "C",
    ONE: "1",
    PATH: Deno.env.get("PATH") ?? "",
    SUPERVISOR_ENABLED: "1",
    SUPERVISOR_GROUP_NAME: "some",
    SUPERVISOR_PROCESS_NAME: "some",
    THREE: "$HOME",
    TWO: "two words",
  });
  assertEquals(Object.keys(await variablesIn(box, "none.log")).sort(), [
    "PATH",
    ...marks,
    "SUPERVISOR_ENABLED",
    "SUPERVISOR_GROUP_NAME",
    "SUPERVISOR_PROCESS_NAME",
  ]);
  assertEquals(marks, ["RUNNER_MARK"], "nothing of the runner itself but its mark");
  assertEquals(await runner.stop(), 0);
});

Deno.test("bytes that are no UTF-8 pass through: in the environment, in the arguments", async () => {
  await using box = new Sandbox();
  const broken = [
    "sh",
    "-c",
    `BROKEN=$(printf 'a\\377b\\200') CUT=$(printf '\\344\\270') exec "$@"`,
    "sh",
  ];
  const runner = box.start(
    `[program:dump]
command=/bin/sh -c "cat /proc/self/environ | tr '\\0' '\\n' | grep -a -E '^(BROKEN|CUT|COPY)='; echo 中文 %(ENV_BROKEN)s"
environment=COPY="%(ENV_CUT)s"
stdout_logfile=${box.path("dump.log")}
startsecs=0
autorestart=false
`,
    { file: "pool.ini", wrapper: broken },
  );
  await runner.said("exited: dump (exit status 0; expected)");
  const bytes = await Deno.readFile(box.path("dump.log"));
  const lines = [...bytes].map((byte) => String.fromCharCode(byte)).join("").split("\n").sort();
  assertEquals(lines, [
    "",
    "BROKEN=a\xffb\x80",
    "COPY=\xe4\xb8",
    "CUT=\xe4\xb8",
    "\xe4\xb8\xad\xe6\x96\x87 a\xffb\x80",
  ]);
  assertEquals(await runner.stop(), 0);
});

Deno.test("a command is looked up in the program's PATH, and relative ones in its folder", async () => {
  await using box = new Sandbox();
  for (const folder of ["bin", "place", "place/tools"]) Deno.mkdirSync(box.path(folder));
  box.write("bin/tool", "#!/bin/sh\necho tool of bin\n", 0o755);
  box.write("bin/locked", "#!/bin/sh\n", 0o644);
  box.write("place/tool", "#!/bin/sh\necho tool of place, $0\n", 0o755);
  box.write("place/tools/deep", "#!/bin/sh\necho deep tool\n", 0o755);
  const program = (name: string, command: string, more: string) =>
    `[program.${name}]\ncommand = "${command}"\nstdout_logfile = "${box.path(name)}.log"\n` +
    `startsecs = 0\nautorestart = false\nstartretries = 0\n${more}\n`;
  const path = `environment = { PATH = "${box.path("bin")}:/usr/bin:/bin" }`;
  const runner = box.start(
    program("by_path", "tool", path) +
      program("relative", "./tool", `directory = "${box.path("place")}"`) +
      program("relative_both", "./tool", 'directory = "place"') +
      program("deeper", "tools/deep", 'directory = "place"') +
      program("relative_path", "deep", `directory = "place"\nenvironment = { PATH = "tools" }`) +
      program("no_program", "locked", path) +
      program("nowhere", "tool", ""),
  );
  for (
    const [name, said] of [
      ["by_path", "tool of bin"],
      ["relative", "tool of place, ./tool"],
      ["relative_both", "tool of place, ./tool"],
      ["deeper", "deep tool"],
      ["relative_path", "deep tool"],
    ] as const
  ) {
    await until(`${name} to say "${said}"`, async () => {
      return (await box.read(`${name}.log`)) === `${said}\n`;
    });
  }
  await runner.said(
    `spawnerr: no_program: command at '${box.path("bin/locked")}' is not executable`,
  );
  await runner.said("spawnerr: nowhere: can't find command 'tool'");
  assertTrue(!(await runner.stderr()).includes("couldn't exec"), await runner.stderr());
  assertEquals(await runner.stop(), 0);
});
