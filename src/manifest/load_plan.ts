// The way in: from the path of a manifest to its Plan, or to all of its problems at once.
import type { Problem } from "../base/errors.ts";
import type { ManifestContext } from "./context.ts";
import { dialectOf, readDocuments } from "./include.ts";
import { type Manifest, readManifest, sectionsOf } from "./manifest.ts";
import { absolutePath } from "./paths.ts";
import type { Plan } from "./plan.ts";
import { checkProcesses } from "./plan_checks.ts";
import { buildGroups } from "./plan_groups.ts";
import { buildRunner } from "./plan_runner.ts";
import { buildServers, serverUrl } from "./plan_server.ts";
import { createProblemLog, type ProblemLog, sortProblems } from "./problems.ts";

export interface LoadedPlan {
  /** Null exactly when one of the problems is an error. */
  readonly plan: Plan | null;
  /** Errors and warnings, sorted by file and line; the warnings are the plan's notices, too. */
  readonly problems: readonly Problem[];
}

/** Reads a manifest and everything it includes. */
export async function loadPlan(path: string, machine: ManifestContext): Promise<LoadedPlan> {
  const problems = createProblemLog();
  const documents = await readDocuments(path, machine, problems);
  const manifest = readManifest(documents, problems);
  const plan = documents.length === 0 ? null : buildPlan(path, manifest, { machine, problems });
  const sorted = sortProblems(problems.all);
  const failed = plan === null || sorted.some((problem) => problem.severity === "error");
  return { plan: failed ? null : { ...plan, notices: sorted }, problems: sorted };
}

interface BuildTools {
  readonly machine: ManifestContext;
  readonly problems: ProblemLog;
}

function buildPlan(path: string, manifest: Manifest, tools: BuildTools): Plan {
  const { machine, problems } = tools;
  const dialect = dialectOf(path);
  const section = sectionsOf(manifest, "supervisord")[0]?.section ?? null;
  const runner = buildRunner({ section, file: path, dialect, machine, problems });
  const { environment, env, stripAnsi } = runner;
  const servers = buildServers(manifest, { machine, problems, env });
  const world = { machine, problems, env, environment, stripAnsi, serverUrl: serverUrl(servers) };
  const groups = buildGroups(manifest, world);
  checkProcesses(groups, { manifest, machine, problems });
  return {
    file: absolutePath(path, machine.cwd),
    dialect,
    runner: runner.plan,
    groups,
    servers,
    notices: [],
  };
}
