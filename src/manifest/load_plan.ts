// The way in: from the path of a manifest to its Plan, or to all of its problems at once.
import type { Problem } from "../base/errors.ts";
import type { ManifestContext } from "./context.ts";
import { loadCron } from "./cron.ts";
import { dialectOf } from "./format.ts";
import { readDocuments } from "./include.ts";
import { type Manifest, readManifest, sectionsOf } from "./manifest.ts";
import { usedEnvironment } from "./overlay.ts";
import { overrideDocument, type Overrides } from "./overrides.ts";
import { absolutePath, directoryOf } from "./paths.ts";
import type { Plan } from "./plan.ts";
import type { EnvFiles } from "./plan_environment.ts";
import { checkProcesses } from "./plan_checks.ts";
import { buildAlerts } from "./plan_alerts.ts";
import { buildGroups } from "./plan_groups.ts";
import { linkGroups } from "./plan_links.ts";
import { buildRunner } from "./plan_runner.ts";
import { buildServers, serverUrl } from "./plan_server.ts";
import { createProblemLog, type ProblemLog, sortProblems } from "./problems.ts";
import { RENEWAL, SCHEDULE } from "./settings_schedule.ts";
import { type Sources, sourcesOf } from "./sources.ts";

export interface LoadedPlan {
  /** Null exactly when one of the problems is an error. */
  readonly plan: Plan | null;
  /** Errors and warnings, sorted by file and line; the warnings are the plan's notices, too. */
  readonly problems: readonly Problem[];
  /** How many processes the manifest asks for, by program. */
  readonly counts: ReadonlyMap<string, number>;
  /** The files of variables of each process that has any, by its id. */
  readonly envFiles: ReadonlyMap<string, EnvFiles>;
  /** The environment whose overlay is part of it; null: none. */
  readonly environment: string | null;
  /** Where each key of each section was written. */
  sources(): Sources;
  /** The same text with other numbers of processes for some programs; null as above. */
  rescaled(scaled: ReadonlyMap<string, number>): Plan | null;
}

/** Nobody has asked for other numbers. */
export const UNSCALED: ReadonlyMap<string, number> = new Map();

/** Reads a manifest and everything it includes; `scaled` numbers of processes stand in for the manifest's. */
export async function loadPlan(
  path: string,
  machine: ManifestContext,
  scaled: ReadonlyMap<string, number> = UNSCALED,
  overrides: Overrides = new Map(),
): Promise<LoadedPlan> {
  const problems = createProblemLog();
  const documents = [...await readDocuments(path, machine, problems)];
  const here = directoryOf(absolutePath(path, machine.cwd));
  const own = overrideDocument(overrides, { dialect: dialectOf(path), here });
  if (own !== null && documents.length > 0) documents.push(own);
  const manifest = readManifest(documents, problems);
  if (manifest.sections.some(({ section }) => isTimed(section.entries))) await loadCron();
  const build = (numbers: ReadonlyMap<string, number>, collected: Collected) => {
    if (documents.length === 0) return null;
    const tools = { machine, problems, scaled: numbers, ...collected };
    const plan = buildPlan(path, manifest, tools);
    const notices = sortProblems(problems.all);
    return notices.some(({ severity }) => severity === "error") ? null : { ...plan, notices };
  };
  const collected: Collected = { counts: new Map(), envFiles: new Map() };
  const plan = build(scaled, collected);
  return {
    plan,
    problems: sortProblems(problems.all),
    ...collected,
    environment: usedEnvironment(documents, machine),
    sources: () => sourcesOf(manifest),
    rescaled: (numbers) => build(numbers, { counts: new Map(), envFiles: new Map() }),
  };
}

/** Whether times of cron are to be read: that takes a library. */
function isTimed(entries: ReadonlyMap<string, unknown>): boolean {
  return entries.has(SCHEDULE.schedule.key) || entries.has(RENEWAL.restartSchedule.key);
}

interface Collected {
  readonly counts: Map<string, number>;
  readonly envFiles: Map<string, EnvFiles>;
}

interface BuildTools extends Collected {
  readonly machine: ManifestContext;
  readonly problems: ProblemLog;
  readonly scaled: ReadonlyMap<string, number>;
}

function buildPlan(path: string, manifest: Manifest, tools: BuildTools): Plan {
  const { machine, problems, scaled, counts, envFiles } = tools;
  const dialect = dialectOf(path);
  const section = sectionsOf(manifest, "supervisord")[0]?.section ?? null;
  const runner = buildRunner({ section, file: path, dialect, machine, problems });
  const { environment, env, stripAnsi } = runner;
  const servers = buildServers(manifest, { machine, problems, env });
  const world = {
    machine,
    problems,
    env,
    environment,
    stripAnsi,
    serverUrl: serverUrl(servers),
    scaled,
    counts,
    envFiles,
  };
  const unlinked = buildGroups(manifest, world);
  const groups = linkGroups(unlinked, { manifest, problems, programs: [...counts.keys()] });
  checkProcesses(groups, { manifest, machine, problems });
  return {
    file: absolutePath(path, machine.cwd),
    dialect,
    runner: runner.plan,
    groups,
    servers,
    alerts: buildAlerts(manifest, { machine, problems, env, groups }),
    notices: [],
  };
}
