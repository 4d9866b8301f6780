// Carries the pauses of schedules to the processes, which know nothing of the pool: for restart_schedule.
import { jobKey } from "../manifest/cron.ts";
import type { Pool } from "./pool.ts";
import type { Process } from "./process_state.ts";
import type { Moment } from "./process_step.ts";

/** The pool with the mark of every process as the pauses are now. */
export function markPauses(pool: Pool, { now }: Moment): Pool {
  const paused = new Set(pool.jobs.paused);
  let processes: Map<string, Process> | null = null;
  for (const [id, process] of pool.processes) {
    const isHeld = process.pausedUntil === Infinity;
    if (isHeld === paused.has(jobKey(process.plan))) continue;
    const marked = isHeld ? { ...process, pausedUntil: now.wall } : held(process);
    processes = (processes ?? new Map(pool.processes)).set(id, marked);
  }
  return processes === null ? pool : { ...pool, processes };
}

/** A restart that waits for its turn is taken back, too. */
function held(process: Process): Process {
  const { state, due, plan } = process;
  const isRenewed = state.name === "RUNNING" && plan.restart.restartAt !== undefined;
  return {
    ...process,
    pausedUntil: Infinity,
    due: due?.cause === "schedule" ? null : due,
    state: isRenewed ? { ...state, recycleAt: null } : state,
  };
}
