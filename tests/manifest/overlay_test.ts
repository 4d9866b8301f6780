// Overlays: what lies over a manifest when an environment is chosen, and what is said when there is none.
import { loadPlan } from "../../src/manifest/load_plan.ts";
import type { ManifestContext } from "../../src/manifest/context.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { formatProblem } from "../../src/base/errors.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { fakeMachine } from "./fake_machine.ts";

const MAIN = `[runner]
loglevel = "info"
[defaults]
nice = 1
environment = { LEVEL = "warn" }
[program.web]
command = "/bin/cat"
environment = { MODE = "development", KEEP = "1" }
exitcodes = [0, 1]
[overlay.production.runner]
loglevel = "error"
[overlay.production.defaults]
nice = 5
[overlay.production.program.web]
environment = { MODE = "production" }
exitcodes = [3]
[overlay.production.program.mail]
command = "/bin/cat"
[overlay.staging.program.web]
priority = 5
`;

interface Choice {
  readonly asked?: string;
  readonly variable?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly path?: string;
}

function machineFor({ asked, variable, files }: Choice, text: string): ManifestContext {
  const env = variable === undefined ? {} : { RUNNER_ENV: variable };
  const machine = fakeMachine({ files: { "/srv/runner.toml": text, ...files }, env });
  return { ...machine, choice: { env: asked ?? null, formation: null } };
}

function load(choice: Choice, text = MAIN) {
  return loadPlan(choice.path ?? "runner.toml", machineFor(choice, text));
}

async function processes(choice: Choice, text = MAIN): Promise<readonly ProcessPlan[]> {
  const { plan, problems } = await load(choice, text);
  assertTrue(plan !== null, problems.map(formatProblem).join("\n"));
  return plan.groups.flatMap((group) => group.processes);
}

async function said(choice: Choice, text = MAIN): Promise<readonly string[]> {
  return (await load(choice, text)).problems.map(formatProblem);
}

Deno.test("without a choice no overlay counts", async () => {
  const [web, ...more] = await processes({});
  assertEquals(more, []);
  assertEquals(web?.environment, { LEVEL: "warn", MODE: "development", KEEP: "1" });
  assertEquals((await load({})).environment, null);
});

for (const choice of [{ asked: "production" }, { variable: "production" }]) {
  const how = JSON.stringify(choice);
  Deno.test(`${how} lays tables over sections: tables merge, lists replace, programs are added`, async () => {
    const [mail, web] = await processes(choice);
    assertEquals(web?.environment, { LEVEL: "warn", MODE: "production", KEEP: "1" });
    assertEquals(web?.restart.exitCodes, [3]);
    assertEquals(web?.nice, 5, "its defaults count, too");
    assertEquals([mail?.program, mail?.nice], ["mail", 5]);
    const { plan, environment } = await load(choice);
    assertEquals(plan?.runner.logLevel, "error");
    assertEquals(environment, "production");
  });
}

Deno.test("an option wins over the variable", async () => {
  const [web] = await processes({ asked: "staging", variable: "production" });
  assertEquals(web?.priority, 5);
});

Deno.test("a file beside the manifest is an overlay, over the tables of the same name", async () => {
  const files = {
    "/srv/runner.staging.toml": `[program.web]\npriority = 6\nenvironment = { MODE = "s" }\n`,
    "/srv/runner.ci.toml": "[program.web]\nnice = 9\n",
  };
  const [web] = await processes({ asked: "staging", files });
  assertEquals([web?.priority, web?.environment["MODE"]], [6, "s"]);
  assertEquals((await processes({ asked: "ci", files }))[0]?.nice, 9);
  assertEquals((await processes({ files }))[0]?.nice, 1, "unasked it is nothing");
});

Deno.test("an overlay may name what an included INI file has", async () => {
  const files = { "/srv/old.ini": '[program:old]\ncommand=/bin/cat\nenvironment=A="1",B="1"\n' };
  const text = `include = "old.ini"\n[overlay.x.program.old]\nenvironment = { B = "2" }\n`;
  const [old] = await processes({ asked: "x", files }, text);
  assertEquals(old?.environment, { A: "1", B: "2" });
  assertEquals(old?.restart.startRetries, 3, "it stays a program of INI");
});

Deno.test("an included file may hold overlays, and the manifest may be INI then", async () => {
  const files = {
    "/srv/pool.ini": "[include]\nfiles=*.d.toml\n[program:a]\ncommand=/bin/cat\n",
    "/srv/x.d.toml": "[overlay.x.program.a]\npriority = 4\n",
  };
  assertEquals((await processes({ asked: "x", files, path: "pool.ini" }))[0]?.priority, 4);
});

Deno.test("an overlay that nobody knows is an error with a suggestion", async () => {
  const files = { "/srv/runner.ci.toml": "" };
  assertEquals(await said({ asked: "prodction", files }), [
    'runner.toml: There is no overlay "prodction", and --environment prodction asks for it ' +
    '(did you mean "production"?): there are production, staging, ci',
  ]);
  assertEquals(await said({ variable: "prod" }), [
    'runner.toml: There is no overlay "prod", and RUNNER_ENV=prod asks for it: there are production, staging',
  ]);
  const plain = `[program.a]\ncommand = "/bin/cat"\n`;
  assertEquals(await said({ asked: "x" }, plain), [
    'runner.toml: There is no overlay "x", and --environment x asks for it: ' +
    "write [overlay.x.program.NAME], or a file runner.x.toml",
  ]);
  assertEquals(await said({ asked: "../x" }, plain).then((lines) => lines.length), 1);
});

Deno.test("a variable that is set for others is no error where there is no overlay at all", async () => {
  assertEquals(await said({ variable: "production" }, `[program.a]\ncommand = "/bin/cat"\n`), []);
  const files = {
    "/srv/pool.ini": "[program:a]\ncommand=/bin/cat\n",
    "/srv/pm2.json": `{ "apps": [{ "name": "a", "script": "/bin/cat" }] }`,
  };
  assertEquals(await said({ variable: "production", files, path: "pool.ini" }), []);
  const pm2 = await said({ variable: "production", files, path: "pm2.json" });
  assertEquals(pm2.filter((line) => line.includes("RUNNER_ENV")), []);
  assertEquals(await said({ asked: "x", files, path: "pool.ini" }), [
    'pool.ini: There is no overlay "x", and --environment x asks for it: ' +
    "only manifests in TOML have overlays, and PM2's files env_NAME",
  ]);
});

Deno.test("RUNNER_ENV chooses env_NAME of a PM2 file, as -e does", async () => {
  const files = {
    "/srv/pm2.json": `{ "apps": [{ "name": "a", "script": "/bin/cat", "interpreter": "none",
      "env": { "MODE": "d" }, "env_production": { "MODE": "p" } }] }`,
  };
  for (const choice of [{ asked: "production" }, { variable: "production" }]) {
    const [one] = await processes({ ...choice, files, path: "pm2.json" });
    assertEquals(one?.environment["MODE"], "p", JSON.stringify(choice));
  }
  const lines = await said({ variable: "prod", files, path: "pm2.json" });
  assertTrue(lines.some((line) => line.includes("RUNNER_ENV=prod asks for it")), lines.join("\n"));
});

Deno.test("what is wrong in an overlay is told with its place, chosen or not", async () => {
  const text = `[program.a]
command = "/bin/cat"
[overlay.x.program.a]
prioritty = 1
nice = "very"
[overlay.x.progam.b]
command = "x"
[overlay.y]
include = "z"
[overlay]
w = 1
`;
  const unchosen = [
    'runner.toml:4: warning: [program:a] prioritty: Unknown key, ignored (did you mean "priority"?)',
    "runner.toml:6: warning: [progam] Unknown section, ignored",
    "runner.toml:9: [overlay.y] include: An overlay cannot hold an include: put it outside",
    'runner.toml:11: [overlay] w: Needs a name of its own: "w" stands in [overlay] itself: ' +
    "write [overlay.NAME.program.web] or another section above it",
  ];
  const starts = (lines: readonly string[]) =>
    unchosen.map((line, index) => lines[index]?.startsWith(line));
  assertEquals(starts(await said({}, text)), unchosen.map(() => true));
  const chosen = await said({ asked: "x" }, text);
  assertTrue(
    chosen.some((line) => line.startsWith("runner.toml:5: [program:a] nice")),
    chosen.join("\n"),
  );
});

Deno.test("the file of an overlay holds neither includes nor overlays", async () => {
  const files = {
    "/srv/runner.x.toml": `include = "y.toml"\n[overlay.z.program.web]\nnice = 3\n`,
  };
  assertEquals(await said({ asked: "x", files }), [
    "runner.x.toml:1: warning: [include] Ignored: an overlay cannot include others",
    "runner.x.toml:2: warning: [overlay.z] Ignored: the file of an overlay cannot hold others: put it into the manifest",
  ]);
});

Deno.test("sources() says where each value was written", async () => {
  const files = { "/srv/runner.production.toml": "[program.web]\npriority = 2\n" };
  const sources = (await load({ asked: "production", files })).sources();
  assertEquals(sources["program:web"], {
    nice: "runner.toml:13 [defaults]",
    "environment.LEVEL": "runner.toml:5 [defaults]",
    "environment.MODE": "runner.toml:15",
    "environment.KEEP": "runner.toml:8",
    command: "runner.toml:7",
    exitcodes: "runner.toml:16",
    priority: "runner.production.toml:2",
  });
});
