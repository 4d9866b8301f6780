// Reads a manifest for a command, and says what is wrong with it.
import { formatProblem, type Problem } from "../base/errors.ts";
import { loadPlan } from "../manifest/load_plan.ts";
import type { Plan } from "../manifest/plan.ts";
import { judgeProblems, type Strictness } from "../manifest/problems.ts";
import { machineContext } from "../os/manifest_context.ts";

export interface LoadedManifest {
  /** Null when some problem counts as an error. */
  readonly plan: Plan | null;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Reads the manifest at `path`; what counts as an error depends on the strictness. Relative paths in it are of
 * the folder the command was typed in, which is ours no longer after `directory=` in the background.
 */
export async function loadManifest(
  path: string,
  { strictness, cwd = Deno.cwd() }: { readonly strictness: Strictness; readonly cwd?: string },
): Promise<LoadedManifest> {
  const loaded = await loadPlan(path, { ...machineContext(), cwd });
  const problems = judgeProblems(loaded.problems, strictness);
  const errors = problems.filter((problem) => problem.severity === "error");
  const warnings = problems.filter((problem) => problem.severity === "warning");
  return { plan: errors.length === 0 ? loaded.plan : null, errors, warnings };
}

/** One line a problem, and a last one that counts them. */
export function problemLines(path: string, errors: readonly Problem[]): readonly string[] {
  const count = errors.length === 1 ? "1 problem" : `${errors.length} problems`;
  return [...errors.map(formatProblem), `${path}: ${count}`];
}
