// Starts what is due, follows the runs of jobs, and stops those that take too long.
import type { Millis } from "../manifest/plan.ts";
import { hold, stopLate, takeDue, takeWaiting } from "./job_begin.ts";
import { FAR_BACK } from "./job_due.ts";
import { planJobs, replanned } from "./job_plan.ts";
import { followRuns } from "./job_runs.ts";
import type { Job, Jobs } from "./job_state.ts";
import type { Pool } from "./pool.ts";
import { follow, type PoolStep } from "./pool_step.ts";
import type { Effect } from "./events.ts";
import type { Moment } from "./process_step.ts";
import { LOOK_EVERY } from "./recycle_due.ts";

/** Goes on as far as it can at this moment. */
export function stepSchedule(pool: Pool, moment: Moment): PoolStep {
  if (pool.jobs.isStale) {
    return follow(planJobs(pool, moment), (next) => stepSchedule(next, moment));
  }
  if (pool.jobs.items.length === 0) return { pool, effects: [] };
  const isSetBack = moment.now.wall - moment.now.mono < pool.jobs.offset - FAR_BACK;
  const effects: Effect[] = [];
  const items: Job[] = [];
  let next = pool;
  for (const job of pool.jobs.items) {
    const begun = isSetBack && pool.jobs.offset !== 0 ? replanned(job, moment) : job;
    const step = stepJob(next, begun, moment);
    next = step.pool;
    items.push(step.job);
    effects.push(...step.effects);
  }
  const jobs = settled(next, items, moment);
  return { pool: jobs === next.jobs ? next : { ...next, jobs }, effects };
}

function stepJob(pool: Pool, job: Job, moment: Moment) {
  const followed = followRuns({ pool, job, effects: [] }, moment);
  // Once the end has begun nothing is started any more.
  if (pool.phase.name !== "UP") return followed;
  if (pool.jobs.paused.includes(job.key)) return stopLate(hold(followed), moment);
  const due = takeDue(followed, moment);
  const waited = takeWaiting(due, moment);
  return stopLate(waited, moment);
}

/** The jobs as they are now, and when to look again. The same object when nothing has changed. */
function settled({ jobs, phase }: Pool, items: readonly Job[], moment: Moment): Jobs {
  const { mono, wall } = moment.now;
  const offset = wall - mono;
  const isUp = phase.name === "UP";
  const lookAt = jobs.lookAt > mono && jobs.lookAt <= mono + LOOK_EVERY
    ? jobs.lookAt
    : mono + LOOK_EVERY;
  const wakes = items.map((job) => jobWakeAt(job, moment));
  const wakeAt = isUp ? Math.min(lookAt, ...wakes) : Infinity;
  const isSame = jobs.items.every((job, at) => job === items[at]) &&
    jobs.lookAt === lookAt && isNear(jobs.wakeAt, wakeAt, moment) &&
    Math.abs(jobs.offset - offset) < CLOSE;
  return isSame ? jobs : { ...jobs, items, offset, lookAt, wakeAt };
}

/** The two clocks never agree to the millisecond. */
const CLOSE: Millis = 5;

function isNear(old: Millis, wakeAt: Millis, { now }: Moment): boolean {
  return old === wakeAt || (Math.abs(old - wakeAt) < CLOSE && old > now.mono);
}

/** When there is something to do for a job, monotonic. */
function jobWakeAt({ next, waiting, runs, schedule }: Job, { now }: Moment): Millis {
  const due = next === null ? Infinity : now.mono + (next.at - now.wall);
  // What is late waits for something else, and that is an event of its own.
  const later = waiting !== null && waiting.at > now.mono ? waiting.at : Infinity;
  const { timeout } = schedule;
  // A run that is late already is being stopped: that has its own time.
  const ends = timeout === null
    ? []
    : runs.map(({ began }) => began.mono + timeout).filter((at) => at > now.mono);
  return Math.min(due, later, ...ends);
}

/** True for a run that goes on although its program has new values. */
export function runsJob(pool: Pool, id: string): boolean {
  return pool.jobs.items.some((job) => job.runs.some((run) => run.id === id));
}

/** A person has stopped these: what would go on by itself does not. */
export function calmJobs(pool: Pool, ids: readonly string[]): Pool {
  const isMeant = (job: Job) => job.waiting !== null && job.ids.some((id) => ids.includes(id));
  if (!pool.jobs.items.some(isMeant)) return pool;
  const items = pool.jobs.items.map((job) => isMeant(job) ? { ...job, waiting: null } : job);
  return { ...pool, jobs: { ...pool.jobs, items } };
}
