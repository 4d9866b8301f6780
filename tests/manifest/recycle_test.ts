// The keys of planned replacement and of restarts on change: what they become, and what is refused.
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { rememberFiles } from "../../src/manifest/manifest_files.ts";
import { expandAll, splitPatterns } from "../../src/manifest/watch_words.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { fakeMachine, loadText, planOfText, problemsOf } from "./fake_machine.ts";

async function processes(lines: string, name = "test.toml"): Promise<readonly ProcessPlan[]> {
  const head = name.endsWith("toml")
    ? `[program.p]\ncommand = "/bin/cat"\n`
    : "[program:p]\ncommand=/bin/cat\n";
  const plan = await planOfText(`${head}${lines}\n`, { name });
  return plan.groups.flatMap((group) => group.processes);
}

async function watchOf(lines: string, name?: string): Promise<ProcessPlan["watch"]> {
  const [first] = await processes(lines, name);
  return first?.watch ?? null;
}

/** The complaints about lines of INI, without their places. */
async function complaints(...lines: readonly string[]): Promise<readonly string[]> {
  const problems = await problemsOf(`[program:p]\ncommand=/bin/cat\n${lines.join("\n")}\n`);
  return problems.map((problem) => problem.replace(/^test\.ini:\d+: \[program:p\] /, ""));
}

Deno.test("a spare is one process more, the last one, and not one of the number", async () => {
  const plans = await processes('numprocs = 2\nprocess_name = "p_%(process_num)d"\nspare = 1');
  assertEquals(plans.map(({ name, recycle }) => [name, recycle.isSpare]), [
    ["p_0", false],
    ["p_1", false],
    ["p_2", true],
  ]);
  assertEquals(plans.map(({ recycle }) => recycle.spare), [1, 1, 1]);
});

Deno.test("a spare of a single process has a name of its own", async () => {
  const plans = await processes("spare = 1\nmax_jobs = 500");
  assertEquals(plans.map(({ id }) => id), ["p:p", "p:p_1"]);
  assertEquals(plans.map(({ recycle }) => recycle.maxJobs), [500, 500]);
});

Deno.test("no process at all has no spare", async () => {
  assertEquals(await processes('numprocs = 0\nprocess_name = "p_%(process_num)d"\nspare = 1'), []);
});

const WATCHES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['watch = ["src/**", "/etc/x.json"]', ["/srv/src/**", "/etc/x.json"], []],
  ["watch = true", ["/srv/**"], []],
  ['directory = "/app"\nwatch = true', ["/app/**"], []],
  ['directory = "/app"\nwatch = "../lib/*.{ts,js}"', ["/lib/*.ts", "/lib/*.js"], []],
  ['watch = "a, b"\nwatch_ignore = ["*.md", "gen/**"]', ["/srv/a", "/srv/b"], [
    "*.md",
    "/srv/gen/**",
  ]],
];

for (const [lines, paths, ignore] of WATCHES) {
  Deno.test(`${lines.replace("\n", ", ")} watches ${paths.join(" and ")}`, async () => {
    assertEquals(await watchOf(lines), { paths, ignore, debounce: 200 });
  });
}

Deno.test("watch means the same in INI, where false is not at all", async () => {
  const expected = { paths: ["/srv/src/**", "/srv/a.ts"], ignore: [], debounce: 1_500 };
  assertEquals(await watchOf("watch = src/**, a.ts\nwatch_delay = 1.5", "test.ini"), expected);
  assertEquals(await watchOf("watch = false", "test.ini"), null);
  assertEquals((await watchOf("watch = yes", "test.ini"))?.paths, ["/srv/**"]);
});

Deno.test("watch is of the folder of each process", async () => {
  const lines = 'numprocs = 2\nprocess_name = "p_%(process_num)d"\n' +
    'directory = "/app/%(process_num)d"\nwatch = ["src"]';
  const plans = await processes(lines);
  assertEquals(plans.map(({ watch }) => watch?.paths), [["/app/0/src"], ["/app/1/src"]]);
});

Deno.test("what cannot be meant is refused, with what can", async () => {
  assertEquals(await complaints("max_jobs = 0"), [
    "max_jobs: 0 is out of range: use a whole number of 1 or more",
  ]);
  assertEquals(await complaints("spare = 2"), [
    "spare: 2 is out of range: use a whole number from 0 to 1",
  ]);
  assertEquals(await complaints("watch ="), [
    'watch: Cannot read "" as patterns of files: ' +
    'use patterns such as ["src/**", "*.json"], or true for the program\'s folder',
  ]);
  const job = await complaints("schedule = @daily", "spare = 1");
  assertTrue(
    job.includes("spare: A job has no spare: it runs when it is due: remove it"),
    `${job}`,
  );
});

Deno.test("keys that mean nothing without watch are told of", async () => {
  const text = "[program:p]\ncommand=/bin/cat\nwatch_delay = 1\n";
  const { plan } = await loadText(text, { name: "test.ini" });
  assertEquals(plan?.notices.map(({ key, what }) => [key, what]), [
    ["watch_delay", "Ignored without watch"],
  ]);
});

Deno.test("watch_manifest is of the runner, and off unless asked for", async () => {
  const on = await loadText("[runner]\nwatch_manifest = true\n", { name: "test.toml" });
  const off = await loadText("[supervisord]\nwatch_manifest = off\n", { name: "test.ini" });
  assertEquals([on.plan?.runner.watchManifest, off.plan?.runner.watchManifest], [true, undefined]);
});

Deno.test("splitPatterns() leaves commas within braces alone", () => {
  assertEquals(splitPatterns("a,*.{ts,js}\n b"), ["a", "*.{ts,js}", " b"]);
  assertEquals(splitPatterns(""), []);
});

Deno.test("expandAll() writes out every choice", () => {
  assertEquals(expandAll(["a.{ts,js}"]), ["a.ts", "a.js"]);
  assertEquals(expandAll(["{a,b}/{c,d}"]), ["a/c", "a/d", "b/c", "b/d"]);
  assertEquals(expandAll(["{a,{b,c}}x"]), ["ax", "bx", "cx"]);
  for (const odd of ["a{b}", "a{b", "a}b", "{}"]) assertEquals(expandAll([odd]), [odd]);
});

Deno.test("expandAll() refuses patterns whose choices would fill the memory", async () => {
  assertEquals(expandAll(["{a,b}".repeat(9)])?.length, 512);
  for (const many of [["{a,b}".repeat(24)], ["{a,b}".repeat(5000)], Array(1001).fill("a")]) {
    assertEquals(expandAll(many), null);
  }
  const fault = "Its braces stand for too many patterns: use 1000 of 4096 characters at most";
  const word = "{a,b}".repeat(24);
  assertEquals(await complaints(`watch = ["${word}"]`), [`watch: ${fault}`]);
  assertEquals(await complaints(`watch = true\nwatch_ignore = ["${word}"]`), [
    `watch_ignore: ${fault}`,
  ]);
});

Deno.test("rememberFiles() knows what a manifest was made of", () => {
  const { machine, files } = rememberFiles(fakeMachine({ files: { "/srv/a": "1" } }));
  assertEquals(machine.readText("/srv/a"), { kind: "text", text: "1" });
  machine.readText("/srv/none");
  machine.glob("conf.d/*.toml", "/srv");
  assertEquals([...files.files], ["/srv/a", "/srv/none"]);
  assertEquals([...files.globs], ["/srv/conf.d/*.toml"]);
});
