// Every importer against files of its format: the TOML, the report, and that both mean the same.
import { formatProblem } from "../../src/base/errors.ts";
import type { ManifestContext } from "../../src/manifest/context.ts";
import type { ForeignChoice } from "../../src/manifest/foreign_choice.ts";
import { importManifest } from "../../src/manifest/import_manifest.ts";
import { loadPlan } from "../../src/manifest/load_plan.ts";
import { diffPlans, isEqual } from "../../src/manifest/plan_diff.ts";
import { judgeProblems } from "../../src/manifest/problems.ts";
import { fakeMachine } from "../manifest/fake_machine.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const FIXTURES = new URL("../fixtures/import/", import.meta.url);

interface Case {
  readonly folder: string;
  /** Those that are imported together; the first one alone where there is one. */
  readonly files: readonly [string, ...string[]];
  readonly choice?: ForeignChoice;
  readonly env?: Readonly<Record<string, string>>;
}

const CASES: readonly Case[] = [
  { folder: "pm2_json", files: ["ecosystem.json"], choice: { env: "production", formation: null } },
  { folder: "pm2_yaml", files: ["processes.yml"] },
  {
    folder: "procfile",
    files: ["Procfile"],
    choice: { env: null, formation: new Map([["all", 1], ["worker", 3], ["idle", 0]]) },
  },
  { folder: "systemd", files: ["mail@3.service"] },
  { folder: "compose", files: ["docker-compose.yml"], env: { DEBUG: "1" } },
  {
    folder: "systemd_pool",
    files: [
      "redis.service",
      "migrate.service",
      "web@.service",
      "backup.service",
      "backup.timer",
      "clean.timer",
      "odd.timer",
    ],
  },
  { folder: "compose_work", files: ["compose.yaml"] },
  { folder: "pm2_work", files: ["ecosystem.json"] },
  { folder: "crontab", files: ["crontab", "cron.d/shop"] },
  { folder: "supervisord", files: ["supervisord.conf"], env: { COUNT: "2" } },
];

// Commands and folders of the fixtures are there, so that check has nothing else to complain about.
const PATHS = {
  "/app": "directory",
  "/app/server.js": "file",
  "/var/www": "directory",
  "/": "directory",
  "/root": "directory",
  "/bin/bash": "executable",
  "/srv/shop": "directory",
  "/srv/shop/cli.php": "file",
  "/srv/shop/report.sh": "executable",
  "/srv/shop/tick.py": "executable",
  "/srv/shop/tock.rb": "file",
  ...Object.fromEntries(
    ["bash", "node", "php", "ruby", "true"].map((name) =>
      [`/usr/bin/${name}`, "executable"] as const
    ),
  ),
} as const;

function machineOf({ folder, choice, env }: Case, toml?: string): ManifestContext {
  const root = new URL(`${folder}/`, FIXTURES);
  const names = filesBelow(root, "");
  const files = Object.fromEntries(
    names.map((name) => [`/srv/shop/${name}`, Deno.readTextFileSync(new URL(name, root))]),
  );
  const written = toml === undefined ? {} : { "/srv/shop/runner.toml": toml };
  const base = { HOME: "/root", PATH: "/usr/bin:/bin", ...env };
  return {
    ...fakeMachine({ files: { ...files, ...written }, env: base, paths: PATHS }),
    cwd: "/srv/shop",
    cpus: 4,
    // What was chosen is in the TOML by now.
    ...(choice === undefined || toml !== undefined ? {} : { choice }),
  };
}

function filesBelow(root: URL, folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, root))].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(root, `${folder}${name}/`) : [`${folder}${name}`]
  );
}

/** `UPDATE_GOLDEN=1` writes what is made now: look at the difference before you commit it. */
function assertGolden(name: string, actual: string): void {
  const url = new URL(name, FIXTURES);
  if (Deno.env.get("UPDATE_GOLDEN") === "1") Deno.writeTextFileSync(url, actual);
  assertEquals(actual, Deno.readTextFileSync(url));
}

for (const one of CASES) {
  Deno.test(`import of ${one.folder} is what it was`, async () => {
    const { text, problems, notes } = await importManifest(one.files, machineOf(one));
    const report = [
      ...problems.map(formatProblem),
      ...notes.map((note) => formatProblem(note).replace(" warning:", " note:")),
    ];
    assertTrue(text !== null, report.join("\n"));
    assertGolden(`${one.folder}.toml`, text);
    assertGolden(`${one.folder}.txt`, `${report.join("\n")}\n`);
  });

  Deno.test(`import of ${one.folder} means the same, and passes check --strict`, async () => {
    const { text } = await importManifest(one.files, machineOf(one));
    const after = await loadPlan("runner.toml", machineOf(one, text ?? ""));
    const bad = judgeProblems(after.problems, "strict").filter(({ severity }) =>
      severity === "error"
    );
    assertEquals(bad.map(formatProblem), []);
    const [file, ...more] = one.files;
    assertTrue(after.plan !== null && after.plan.groups.length > 0, "there are programs");
    // Several files are no manifest that could be run.
    if (more.length > 0) return;
    const before = await loadPlan(file, machineOf(one));
    assertTrue(before.plan !== null, "both have a plan");
    assertTrue(before.plan.groups.length > 0, "there are programs");
    assertEquals(diffPlans(before.plan, after.plan).changes, []);
    const rest = { file: "", dialect: "toml", notices: [] } as const;
    assertTrue(isEqual({ ...before.plan, ...rest }, { ...after.plan, ...rest }), "equal plans");
  });
}
