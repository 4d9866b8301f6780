// Settings given on a command line stand over those of the manifest.
import { loadPlan, UNSCALED } from "../../src/manifest/load_plan.ts";
import type { ManifestContext } from "../../src/manifest/context.ts";
import { assertEquals } from "../support/assert.ts";

function machine(text: string): ManifestContext {
  return {
    env: { HOME: "/root" },
    cwd: "/srv",
    hostName: "h",
    uid: 0,
    totalMemory: 1 << 30,
    readText: () => ({ kind: "text", text }),
    glob: () => [],
    lookupUser: () => null,
    lookupGroup: () => null,
    exists: (path) =>
      path.endsWith("/sh") ? "executable" : path.endsWith(".log") ? "missing" : "directory",
  };
}

async function load(
  file: string,
  text: string,
  overrides: readonly (readonly [string, string | true])[],
) {
  return await loadPlan(file, machine(text), UNSCALED, new Map(overrides));
}

const PROGRAM = "[program:a]\ncommand=/bin/sh\n";

Deno.test("loadPlan() takes overrides over the file, also where the file has no such section", async () => {
  const given = [
    ["logfile", "/x/100%.log"],
    ["logfile_maxbytes", "1KB"],
    ["identifier", "me"],
    ["strip_ansi", true],
  ] as const;
  for (
    const head of ["", "[supervisord]\nlogfile=/file.log\nidentifier=file\nlogfile_backups=3\n"]
  ) {
    const { plan, problems } = await load("/srv/s.ini", head + PROGRAM, given);
    assertEquals(problems.filter(({ severity }) => severity === "error"), []);
    assertEquals(plan?.runner.logfile, { kind: "file", path: "/x/100%.log" });
    assertEquals([plan?.runner.logfileMaxBytes, plan?.runner.identifier], [1024, "me"]);
    assertEquals(plan?.runner.logfileBackups, head === "" ? 10 : 3);
    assertEquals(plan?.groups[0]?.processes[0]?.stdout.stripAnsi, true);
  }
});

Deno.test("loadPlan() takes overrides in TOML, too", async () => {
  const text = '[runner]\nidentifier = "file"\n[program.a]\ncommand = "/bin/sh"\n';
  const { plan } = await load("/srv/r.toml", text, [["minfds", "64"], ["nodaemon", true]]);
  assertEquals([plan?.runner.minfds, plan?.runner.nodaemon, plan?.runner.identifier], [
    64,
    true,
    "file",
  ]);
});

Deno.test("loadPlan() says that a fault is on the command line", async () => {
  const { plan, problems } = await load("/srv/s.ini", PROGRAM, [["logfile_backups", "many"]]);
  assertEquals(plan, null);
  const [problem] = problems.filter(({ severity }) => severity === "error");
  assertEquals([problem?.file, problem?.section, problem?.key], [
    "command line",
    "supervisord",
    "logfile_backups",
  ]);
});
