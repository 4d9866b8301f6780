// Schedules that an operator holds: nothing is begun by the clock until they are resumed; what runs goes on.
import { jobKey } from "../manifest/cron.ts";
import type { ProcessPlan } from "../manifest/plan.ts";
import type { Command } from "./events.ts";
import { FAR_BACK, nextAfter } from "./job_due.ts";
import { isTimed, type Job } from "./job_state.ts";
import type { Pool } from "./pool.ts";
import { markPauses } from "./pause_marks.ts";
import type { PoolStep } from "./pool_step.ts";
import { type Moment, publish } from "./process_step.ts";

/** True for a program whose schedule, or restart_schedule, is held. */
export function isPaused({ jobs }: Pick<Pool, "jobs">, plan: ProcessPlan): boolean {
  return jobs.paused.length > 0 && jobs.paused.includes(jobKey(plan));
}

/** What was run before the clock was set back is not run again. */
function resumed(job: Job, moment: Moment): Job {
  const { wall } = moment.now;
  const done = job.done > wall && job.done - wall <= FAR_BACK ? job.done : wall;
  return { ...job, next: nextAfter(job, done, moment), done };
}

/** Holds the schedules of programs, or lets go of them: from this moment on they are due as if they were new. */
export function holdSchedules(
  pool: Pool,
  { kind, ids }: Extract<Command, { kind: "pause" | "resume" }>,
  moment: Moment,
): PoolStep {
  const { jobs } = pool;
  const wish = kind === "pause";
  const programs = new Map<string, string>();
  for (const id of ids) {
    const plan = pool.processes.get(id)?.plan;
    if (plan === undefined || !isTimed(plan) || isPaused(pool, plan) === wish) continue;
    const key = jobKey(plan);
    if (!programs.has(key)) programs.set(key, id);
  }
  if (programs.size === 0) return { pool, effects: [] };
  const paused = wish
    ? [...jobs.paused, ...programs.keys()]
    : jobs.paused.filter((key) => !programs.has(key));
  const items = wish
    ? jobs.items
    : jobs.items.map((job) => programs.has(job.key) ? resumed(job, moment) : job);
  const step = wish ? "paused" : "resumed";
  const effects = [...programs].map(([job, id]) => publish({ kind: "job", id, job, step }));
  return { pool: markPauses({ ...pool, jobs: { ...jobs, items, paused } }, moment), effects };
}
