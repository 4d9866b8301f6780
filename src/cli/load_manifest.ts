// Reads a manifest for a command, and says what is wrong with it.
import type { ReadManifest } from "../control/live_runner.ts";
import { formatProblem, type Problem } from "../base/errors.ts";
import { type ForeignChoice, NO_CHOICE } from "../manifest/foreign_choice.ts";
import { loadPlan, UNSCALED } from "../manifest/load_plan.ts";
import { type ManifestFiles, rememberFiles } from "../manifest/manifest_files.ts";
import { NO_OVERRIDES, type Overrides } from "../manifest/overrides.ts";
import { absolutePath } from "../manifest/paths.ts";
import type { Plan } from "../manifest/plan.ts";
import { judgeProblems, type Strictness } from "../manifest/problems.ts";
import type { Sources } from "../manifest/sources.ts";
import { machineContext } from "../os/manifest_context.ts";

export interface LoadedManifest {
  /** Null when some problem counts as an error. */
  readonly plan: Plan | null;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** How many processes it asks for, by program. */
  readonly counts: ReadonlyMap<string, number>;
  /** The environment whose overlay is part of it; null: none. */
  readonly environment: string | null;
  /** What it is made of. */
  readonly files: ManifestFiles;
  /** Where each key of each section was written. */
  sources(): Sources;
  /** The same text with other numbers of processes; null where they cannot be had. */
  rescaled(scaled: ReadonlyMap<string, number>): Plan | null;
}

export interface LoadOptions {
  readonly strictness: Strictness;
  readonly cwd?: string;
  /** Numbers of processes that stand in for the manifest's, by program. */
  readonly scaled?: ReadonlyMap<string, number>;
  /** Settings of the runner given on the command line. */
  readonly overrides?: Overrides;
  /** For files of other formats. */
  readonly choice?: ForeignChoice;
  /** For one answer, and never again: the manifest may be a pipe. */
  readonly isOnce?: boolean;
}

/**
 * Reads the manifest at `path`; what counts as an error depends on the strictness. Relative paths in it are of
 * the folder the command was typed in, which is ours no longer after `directory=` in the background.
 */
export async function loadManifest(
  path: string,
  {
    strictness,
    cwd = Deno.cwd(),
    scaled = UNSCALED,
    overrides = NO_OVERRIDES,
    choice = NO_CHOICE,
    isOnce = false,
  }: LoadOptions,
): Promise<LoadedManifest> {
  const named = isOnce ? [absolutePath(path, cwd)] : [];
  const { machine, files } = rememberFiles(machineContext({ cwd, choice, named }));
  const loaded = await loadPlan(path, machine, scaled, overrides);
  const problems = judgeProblems(loaded.problems, strictness);
  const errors = problems.filter((problem) => problem.severity === "error");
  const warnings = problems.filter((problem) => problem.severity === "warning");
  const plan = errors.length === 0 ? loaded.plan : null;
  const { counts, environment, sources, rescaled } = loaded;
  return { plan, errors, warnings, counts, environment, files, sources, rescaled };
}

/** The same for the control server. */
export function readable({ errors, warnings, ...rest }: LoadedManifest): ReadManifest {
  return { ...rest, problems: [...errors, ...warnings] };
}

/** One line a problem, and a last one that counts them. */
export function problemLines(path: string, errors: readonly Problem[]): readonly string[] {
  const count = errors.length === 1 ? "1 problem" : `${errors.length} problems`;
  return [...errors.map(formatProblem), `${path}: ${count}`];
}
