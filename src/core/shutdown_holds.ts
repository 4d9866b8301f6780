// Which processes a shutdown has to spare until those that depend on them are down.
import { groupPriority, isUntold, type Phase, type Pool } from "./pool.ts";
import { isDown, type Process } from "./process_state.ts";

type Stopping = Extract<Phase, { name: "STOPPING" }>;

/** True while something that depends on the process is up. */
export function isHeldUp(pool: Pool, { holds }: Stopping, process: Process): boolean {
  if (holds.size === 0) return false;
  return (holds.get(process.plan.id) ?? []).some((id) => {
    const dependent = pool.processes.get(id);
    return dependent !== undefined && !isDown(dependent);
  });
}

/** Those of the groups that have been told to stop that were spared until now; all of them when time is short. */
export function sparedUntilNow(
  pool: Pool,
  phase: Stopping,
  isHurried: boolean,
): readonly string[] {
  if (phase.holds.size === 0) return [];
  return [...pool.processes.values()]
    .filter((item) => isUntold(item) && groupPriority(pool, item) >= phase.stage)
    .filter((item) => isHurried || !isHeldUp(pool, phase, item))
    .map((item) => item.plan.id)
    .reverse();
}
