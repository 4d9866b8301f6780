// What programs of a TOML manifest take over from [defaults] and from templates.
import fc from "fast-check";
import type { RawValue } from "../../src/manifest/document.ts";
import type { Plan, ProcessPlan } from "../../src/manifest/plan.ts";
import { isEqual } from "../../src/manifest/plan_diff.ts";
import { writeToml } from "../../src/manifest/toml_writer.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type FakeMachine, loadText, planOfText, problemsOf } from "./fake_machine.ts";

const TOML = { name: "test.toml" };

function planOf(text: string, options: FakeMachine = {}): Promise<Plan> {
  return planOfText(text, { ...TOML, ...options });
}

async function program(text: string, name = "web", options: FakeMachine = {}) {
  const { groups } = await planOf(text, options);
  const found = groups.flatMap(({ processes }) => processes).find((one) => one.program === name);
  assertTrue(found !== undefined, name);
  return found;
}

Deno.test("[defaults] lies under every program in TOML, and under no event listener", async () => {
  const text = `
[defaults]
priority = 7
stopwaitsecs = 3
environment = { A = "1", B = "1" }

[program.web]
command = "/bin/cat %(program_name)s"
environment = { B = "2", C = "2" }

[program.job]
command = "/bin/cat"
priority = 8

[eventlistener.ear]
command = "/bin/cat"
events = "TICK_5"
`;
  const web = await program(text);
  assertEquals(web.priority, 7);
  assertEquals(web.environment, { A: "1", B: "2", C: "2" });
  assertEquals(web.stop.steps[0]?.wait, 3000);
  assertEquals((await program(text, "job")).priority, 8);
  const ear = await program(text, "ear");
  assertEquals([ear.priority, ear.environment], [999, {}]);
});

Deno.test("templates: several, in chains, the last word wins; lists replace, tables merge", async () => {
  const text = `
[defaults]
nice = 1
umask = 0o022
[template.base]
command = "/bin/cat"
umask = 0o077
exitcodes = [0, 1]
environment = { A = "base", B = "base" }
[template.php]
extends = "base"
directory = "/app"
environment = { B = "php", C = "php" }
exitcodes = [0, 2]
[template.slow]
stopwaitsecs = "1m"
directory = "/srv"
[program.web]
extends = ["php", "slow"]
environment = { C = "web" }
`;
  const web = await program(text);
  assertEquals(web.command, ["/bin/cat"]);
  assertEquals([web.nice, web.umask, web.directory], [1, 0o077, "/srv"]);
  assertEquals(web.restart.exitCodes, [0, 2]);
  assertEquals(web.environment, { A: "base", B: "php", C: "web" });
  assertEquals(web.stop.steps, [{ signal: 15, wait: 60_000 }]);
});

Deno.test("a template is met twice on two ways without harm", async () => {
  const text = `
[template.a]
command = "/bin/cat"
[template.b]
extends = "a"
[template.c]
extends = "a"
[program.web]
extends = ["b", "c"]
`;
  assertEquals(await problemsOf(text, TOML), []);
});

Deno.test("templates that extend each other are refused by name, once", async () => {
  const text = `[template.a]
extends = "b"
[template.b]
extends = ["c"]
[template.c]
extends = "a"
[program.web]
command = "/bin/cat"
extends = "b"
`;
  assertEquals(await problemsOf(text, TOML), [
    "test.toml:2: [template:a] extends: Extends itself: a extends b extends c extends a: take one of them out",
  ]);
  const own = `[template.a]\nextends = "a"\n`;
  assertEquals(await problemsOf(own, TOML), [
    "test.toml:2: [template:a] extends: Extends itself: a extends a: take one of them out",
  ]);
});

Deno.test("what is extended must be there, and must be a name", async () => {
  const text = `[template.worker]
nice = 1
[program.a]
command = "/bin/cat"
extends = "workr"
[program.b]
command = "/bin/cat"
extends = [1.5, true]
[program.c]
command = "/bin/cat"
extends = "zzzzzzzzz"
`;
  assertEquals(await problemsOf(text, TOML), [
    'test.toml:5: [program:a] extends: There is no template "workr" (did you mean "worker"?): there are worker',
    "test.toml:8: [program:b] extends: Cannot read what it extends: use the name of a template, or a list of names",
    'test.toml:11: [program:c] extends: There is no template "zzzzzzzzz": there are worker',
  ]);
  assertEquals(await problemsOf(`[program.a]\ncommand = "/bin/cat"\nextends = "x"\n`, TOML), [
    'test.toml:3: [program:a] extends: There is no template "x": write [template.x]',
  ]);
});

Deno.test("a problem is told once, where the value was written", async () => {
  const text = `[defaults]
stopsignal = "KABOOM"
[template.t]
nice = "very"
[template.t.environment]
A = "1"
B = "%(nope)s"
[program.a]
command = "/bin/cat"
extends = "t"
environment = { C = "1" }
[program.b]
command = "/bin/cat"
extends = "t"
`;
  const problems = await problemsOf(text, TOML);
  assertEquals(problems.map((line) => line.split(": ").slice(0, 2).join(": ")), [
    "test.toml:2: [defaults] stopsignal",
    "test.toml:4: [template:t] nice",
    "test.toml:7: [template:t] environment",
  ]);
});

Deno.test("unknown keys of [defaults] and templates are told where they stand", async () => {
  const text = `[defaults]\numsk = 1\n[template.t]\nautostrat = true\n`;
  assertEquals(await problemsOf(text, TOML), [
    'test.toml:2: warning: [defaults] umsk: Unknown key, ignored (did you mean "umask"?)',
    'test.toml:4: warning: [template:t] autostrat: Unknown key, ignored (did you mean "autostart"?)',
  ]);
});

Deno.test("a program's alias of a key wins over the key below it", async () => {
  const text = `
[defaults]
max_memory = "1GB"
[program.web]
command = "/bin/cat"
max_memory_restart = "2GB"
`;
  assertEquals((await program(text)).memory.cap, 2 * 1024 ** 3);
});

Deno.test("command above script takes its place, with all that belongs to it; and the other way round", async () => {
  const files = { paths: { "/srv/a.ts": "file" as const } };
  const text = `
[defaults]
script = "a.ts"
args = ["x"]
allow_net = false
[program.web]
command = "/bin/cat"
`;
  assertEquals((await program(text, "web", files)).command, ["/bin/cat"]);
  const other = `
[defaults]
command = "/bin/cat"
shell = true
[program.web]
script = "a.ts"
`;
  assertEquals((await program(other, "web", files)).command.slice(2), ["a.ts"]);
});

Deno.test("%(here)s is the folder of the file that holds the value, member by member", async () => {
  const text = `include = "conf.d/*.toml"
[template.t]
command = "/bin/cat"
environment = { A = "%(here)s" }
`;
  const included = `[program.web]
extends = "t"
directory = "/srv"
environment = { B = "%(here)s" }
`;
  const web = await program(text, "web", { files: { "/srv/conf.d/web.toml": included } });
  assertEquals(web.environment, { A: "/srv", B: "/srv/conf.d" });
});

Deno.test("include stands on top, is a list or a text, and takes INI files along", async () => {
  const files = {
    "/srv/conf.d/a.toml": `[program.a]\nextends = "t"\n`,
    "/srv/old/b.ini": "[program:b]\ncommand=/bin/cat\nextends=t\n",
  };
  const text = `include = ["conf.d/*.toml", "old/*.ini"]
[defaults]
priority = 3
[template.t]
command = "/bin/cat"
`;
  assertEquals((await program(text, "a", { files })).priority, 3);
  const b = await program(text, "b", { files });
  assertEquals([b.priority, b.restart.startRetries], [999, 3], "INI is as supervisord has it");
  const { problems } = await loadText(text, { ...TOML, files });
  assertEquals(problems.map(({ what, errorIn }) => [what, errorIn]), [
    ["Ignored: programs of an INI file extend nothing", "check"],
  ]);
  assertEquals(await problemsOf(`include = "nope/*.toml"\n`, TOML), [
    'test.toml:1: warning: [include] files: No file matches "nope/*.toml"',
  ]);
  assertEquals(await problemsOf(`include = true\n`, TOML), [
    "test.toml:1: [include] files: Cannot read true as patterns: use patterns such as conf.d/*.ini, separated by blanks",
  ]);
});

Deno.test("INI knows neither [defaults] nor templates", async () => {
  const text = "[defaults]\npriority=3\n[template:t]\nnice=1\n[program:a]\ncommand=/bin/cat\n";
  const { plan, problems } = await loadText(text);
  assertEquals(plan?.groups[0]?.processes[0]?.priority, 999);
  assertEquals(problems.map(({ section, what }) => [section, what]), [
    ["defaults", "Unknown section, ignored"],
    ["template:t", "Unknown section, ignored"],
  ]);
});

const VALUES: Readonly<Record<string, readonly RawValue[]>> = {
  priority: [1, 2, 3],
  nice: [0, 5],
  directory: ["/srv", "/app"],
  exitcodes: [[0], [0, 7], "1,2"],
  stopwaitsecs: [1, "1m30s"],
  environment: [{}, { A: "1" }, { A: "2", B: "%(program_name)s" }, { C: "3" }],
  on_exit: [{ "1": "stop" }, { "1": "restart", "*": "fatal" }],
  autorestart: [true, false, "unexpected"],
  max_memory: ["1GB", "2GB"],
};

type Layer = Readonly<Record<string, RawValue>>;

const entry = fc.constantFrom(...Object.entries(VALUES)).chain(([key, values]) =>
  fc.constantFrom(...values).map((value): [string, RawValue] => [key, value])
);
const layer: fc.Arbitrary<Layer> = fc.array(entry).map((entries) => Object.fromEntries(entries));

function laidOver(below: Layer, top: Layer): Layer {
  const isTable = (value: RawValue | undefined): value is Readonly<Record<string, RawValue>> =>
    typeof value === "object" && !Array.isArray(value);
  const tables = Object.entries(top).flatMap(([key, value]) => {
    const base = below[key];
    return isTable(value) && isTable(base) ? [[key, { ...base, ...value }]] : [];
  });
  return { ...below, ...top, ...Object.fromEntries(tables) };
}

function section(path: readonly string[], values: Layer) {
  const entries = Object.entries(values).map(([key, value]) => ({ key, value }));
  return { path, comments: [], entries };
}

Deno.test("defaults, templates and program come to the plan of the flat manifest", async () => {
  const layers = fc.tuple(layer, layer, layer, layer);
  await fc.assert(
    fc.asyncProperty(layers, async ([defaults, base, extra, own]) => {
      const command = { command: "/bin/cat" };
      const text = writeToml([], [
        section(["program", "web"], { ...own, ...command, extends: ["child", "extra"] }),
        section(["template", "extra"], extra),
        section(["template", "child"], { extends: "base" }),
        section(["template", "base"], base),
        section(["defaults"], defaults),
      ]);
      const all = [defaults, base, extra, own].reduce(laidOver);
      const flat = writeToml([], [section(["program", "web"], { ...all, ...command })]);
      const processes = async (text: string): Promise<readonly ProcessPlan[]> =>
        (await planOf(text)).groups.flatMap((group) => group.processes);
      assertTrue(isEqual(await processes(text), await processes(flat)), `${text}\n---\n${flat}`);
    }),
    { numRuns: 200 },
  );
});
