// Hooks in manifests: how commands are read, what is said of them, and what a plan shows.
import type { HooksPlan } from "../../src/manifest/plan_work.ts";
import { planAsText } from "../../src/manifest/plan_view.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { planOfText, problemsOf } from "./fake_machine.ts";

const TOML = { name: "test.toml" } as const;

async function hooksOf(text: string, options = {}): Promise<readonly (HooksPlan | undefined)[]> {
  const { groups } = await planOfText(text, options);
  return groups.flatMap(({ processes }) => processes.map(({ hooks }) => hooks));
}

const INI = "[program:web]\ncommand=/bin/cat\n";

Deno.test("hooks are split into words, in both dialects", async () => {
  const [ini] = await hooksOf(`${INI}pre_start=/bin/check -x "a b"\nhook_timeout=5s\n`);
  const wanted = { command: ["/bin/check", "-x", "a b"], timeout: 5_000, onFailure: "fail" };
  assertEquals(ini?.preStart, wanted);
  assertEquals([ini?.postStart, ini?.preStop, ini?.postExit], [null, null, null]);
  const text = `[program.web]\ncommand = "/bin/cat"\npost_exit = ["/bin/tell", "a b"]\n`;
  const [toml] = await hooksOf(text, TOML);
  assertEquals(toml?.postExit, {
    command: ["/bin/tell", "a b"],
    timeout: 30_000,
    onFailure: "warn",
  });
});

Deno.test("a hook is a line for the shell exactly when the command is", async () => {
  const text = `[program.web]\ncommand = "cat"\nshell = true\npre_stop = "a && b > $C"
post_exit = ["plain", "&&"]\n`;
  const [hooks] = await hooksOf(text, TOML);
  assertEquals(hooks?.preStop?.command, ["/bin/sh", "-c", "a && b > $C"]);
  assertEquals(hooks?.postExit?.command, ["plain", "&&"]);
});

Deno.test("hooks of each process have its number", async () => {
  const text = `${INI}numprocs=2\nprocess_name=%(program_name)s_%(process_num)d
post_start=/bin/register %(process_num)d\n`;
  const commands = (await hooksOf(text)).map((hooks) => hooks?.postStart?.command);
  assertEquals(commands, [["/bin/register", "0"], ["/bin/register", "1"]]);
});

Deno.test("hook_failure is for all hooks", async () => {
  const text = `${INI}pre_start=/bin/a\npost_exit=/bin/b\nhook_failure=ignore\n`;
  const [hooks] = await hooksOf(text);
  assertEquals([hooks?.preStart?.onFailure, hooks?.postExit?.onFailure], ["ignore", "ignore"]);
});

const PROBLEMS: readonly (readonly [string, string])[] = [
  ["pre_start=\n", 'Cannot read "" as a command'],
  ['pre_start="a b\n', 'Cannot read ""a b" as a command'],
  ["pre_start=/bin/a\nhook_timeout=0\n", "No hook would ever have the time to end"],
  ["pre_start=/bin/a\nhook_timeout=soon\n", 'Cannot read "soon" as a time'],
  ["pre_start=/bin/a\nhook_failure=war\n", 'Cannot read "war" (did you mean "warn"?)'],
  ["hook_timeout=5s\n", "Ignored without a hook"],
];

for (const [lines, wanted] of PROBLEMS) {
  Deno.test(`a hook is complained about: ${wanted}`, async () => {
    const problems = await problemsOf(INI + lines);
    assertTrue(problems.length === 1 && (problems[0] ?? "").includes(wanted), problems.join("\n"));
  });
}

Deno.test("a plan shows hooks with their time and what a failure means", async () => {
  const text = planAsText(await planOfText(`${INI}pre_start=/bin/a "b c"\npost_exit=/bin/d\n`));
  assertTrue(/^ {2}pre_start +\/bin\/a ['"]b c['"] {2}within 30s, else fail$/m.test(text), text);
  assertTrue(/^ {2}post_exit +\/bin\/d {2}within 30s, else warn$/m.test(text), text);
  assertTrue(!text.includes("pre_stop"), text);
});
