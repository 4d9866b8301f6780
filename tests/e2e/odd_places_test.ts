// Manifests that are no plain files, or lie where one may not look: one clear error, never a trace, never a wait.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { Sandbox } from "../support/runner_process.ts";

const NOBODY = 65534;
/** Hands the manifest over in a pipe, as `<(…)` does. */
const PIPED = ["bash", "-c", 'exec "$@" /dev/stdin < <(cat pool.ini)', "bash"];

Deno.test("a manifest in a pipe is checked, imported and exported, and neither started nor installed", async () => {
  await using box = new Sandbox();
  box.write("pool.ini", "[program:web]\ncommand=/bin/sleep 1000\n");
  const piped = (...args: readonly string[]) => box.ask(args, { wrapper: PIPED });
  const checked = await piped("check");
  assertEquals([checked.code, checked.err], [0, ""]);
  assertTrue(checked.out.includes("/bin/sleep 1000"), checked.out);
  const imported = await piped("import");
  assertEquals([imported.code, imported.err], [0, "runner: /dev/stdin: no difference\n"]);
  assertEquals((await piped("export", "systemd")).code, 0);
  const started = await piped("start");
  assertEquals([started.code, started.err.split("\n")[0]], [
    2,
    '/dev/stdin: Cannot read "/dev/stdin": it is a pipe, not a file',
  ]);
  const installed = await piped("install", "--dry-run", "--init", "systemd");
  assertEquals(installed.code, 2);
  assertTrue(installed.err.includes('Cannot install "/dev/stdin"'), installed.err);
});

Deno.test("what keeps a manifest from being read is said without a trace", async () => {
  await using box = new Sandbox();
  Deno.mkdirSync(box.path("folder"));
  Deno.symlinkSync("loop", box.path("loop"));
  const cases: [string, string, readonly string[]][] = [
    ["folder", "it is a folder", []],
    ["loop", "ELOOP", []],
    ["none/x.toml", "there is no such file", []],
  ];
  if (Deno.uid() === 0) {
    Deno.mkdirSync(box.path("closed"), { mode: 0o700 });
    box.write("closed/x.toml", "");
    const words = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
    cases.push(["closed/x.toml", "permission denied", ["setpriv", ...words]]);
  }
  for (const [path, reason, wrapper] of cases) {
    for (const command of [["check"], ["start", "-c"], ["status", "-c"], ["import"]]) {
      const { code, err } = await box.ask([...command, path], { wrapper });
      const what = `${command[0]} ${path}:\n${err}`;
      assertEquals(code, 2, what);
      assertTrue(err.includes(`"${path}": ${reason}`) && err.split("\n").length === 2, what);
    }
  }
});

Deno.test("variables from a pipe or a device are refused, /dev/null has none", async () => {
  await using box = new Sandbox();
  await new Deno.Command("mkfifo", { args: [box.path("pipe")] }).output();
  const program = (name: string, file: string) =>
    `[program.${name}]\ncommand = "/bin/sleep 1000"\nenv_file = "${file}"\n`;
  box.write("a.toml", program("a", "pipe") + program("b", "/dev/zero") + program("c", "/dev/null"));
  const { code, err } = await box.ask(["check", "a.toml"]);
  assertEquals([code, err.trim().split("\n")], [2, [
    `a.toml:3: [program:a] env_file: Cannot read "${box.path("pipe")}": it is a pipe, not a file`,
    'a.toml:6: [program:b] env_file: Cannot read "/dev/zero": it is a device, not a file',
    "a.toml: 2 problems",
  ]]);
});
