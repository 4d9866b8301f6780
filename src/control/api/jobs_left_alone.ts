// Jobs that are meant only by the way: `restart all` must not begin every backup at once.
import { isJob } from "../../core/job_state.ts";
import type { Pool } from "../../core/pool.ts";
import type { Resolution } from "../../core/resolve_names.ts";
import type { ProcessPlan } from "../../manifest/plan.ts";
import type { ActionName } from "./types.ts";

export interface Asked {
  readonly action: ActionName;
  readonly names: readonly string[];
}

/** Without the jobs that `start`, `restart` and `reload` leave alone, and with a note that says so. */
export function withoutJobs(pool: Pool, named: Resolution, { action, names }: Asked): Resolution {
  if (action !== "start" && action !== "restart" && action !== "reload") return named;
  const left = named.ids.filter((id) => {
    const plan = pool.processes.get(id)?.plan;
    if (plan === undefined || !isJob(plan)) return false;
    return action === "reload" || !names.some((name) => isNameOf(plan, name));
  });
  if (left.length === 0) return named;
  const alone = new Set(left);
  const note = `${left.join(", ")}: left alone, ${
    left.length === 1 ? "it is a job that runs" : "they are jobs that run"
  } when due, or by runner run`;
  const ids = named.ids.filter((id) => !alone.has(id));
  return { ...named, ids, notes: [...named.notes, note] };
}

/** True for a word that means this process, or its program, and nothing more. */
export function isNameOf(
  { id, name, program, group, instance }: ProcessPlan,
  word: string,
): boolean {
  return [id, name, program, `${group}:${instance}`].includes(word);
}
