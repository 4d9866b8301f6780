// Jobs from a plan: new ones get their first due time, known ones keep what they know.
import { isEqual } from "../manifest/plan_diff.ts";
import { jobKey } from "../manifest/cron.ts";
import type { SchedulePlan } from "../manifest/plan_work.ts";
import { calendarOf, FAR_BACK, jitterOf, nextAfter, passedSince } from "./job_due.ts";
import {
  isTimed,
  type Job,
  type JobCounts,
  type JobRecord,
  type Jobs,
  type PastRun,
  timingText,
} from "./job_state.ts";
import { counted, type JobStep, tell, withJob } from "./job_step.ts";
import { markPauses } from "./pause_marks.ts";
import { follow, type PoolStep } from "./pool_step.ts";
import { plansInOrder, type Pool } from "./pool.ts";
import type { Moment } from "./process_step.ts";

export const NO_COUNTS: JobCounts = {
  ok: 0,
  failed: 0,
  timeout: 0,
  stopped: 0,
  replaced: 0,
  lost: 0,
  skipped: 0,
  missed: 0,
};

interface Planned {
  readonly schedule: SchedulePlan;
  readonly ids: string[];
}

/** The jobs of the plan as it is now. */
export function planJobs(pool: Pool, moment: Moment): PoolStep {
  const planned = new Map<string, Planned>();
  for (const plan of plansInOrder(pool.plan)) {
    if (plan.schedule === null) continue;
    const key = jobKey(plan);
    const known = planned.get(key);
    if (known === undefined) planned.set(key, { schedule: plan.schedule, ids: [plan.id] });
    else known.ids.push(plan.id);
  }
  const { jobs } = pool;
  const old = new Map(jobs.items.map((job) => [job.key, job]));
  const items: Job[] = [];
  let step: PoolStep = { pool, effects: [] };
  for (const [key, { schedule, ids }] of planned) {
    const known = old.get(key);
    const job = known ?? newJob(key, { schedule, ids }, moment);
    const begun = { pool, job, effects: [] };
    const done = known === undefined
      ? remember(recall(begun, jobs.records, moment), jobs, moment)
      : { ...begun, job: changed(known, { schedule, ids }, moment) };
    items.push(done.job);
    step = follow(step, () => ({ pool, effects: done.effects }));
  }
  const wakeAt = items.length === 0 ? Infinity : jobs.wakeAt;
  // What was kept for them is theirs now: one that comes back later has missed nothing.
  const fresh = { ...jobs, items, wakeAt, isStale: false, remembered: [], records: [] };
  return { ...step, pool: keepPauses({ ...pool, jobs: fresh }, moment) };
}

function newJob(key: string, { schedule, ids }: Planned, moment: Moment): Job {
  return {
    key,
    schedule,
    ids,
    next: nextAfter({ key, schedule }, moment.now.wall, moment),
    done: moment.now.wall,
    runs: [],
    waiting: null,
    past: [],
    last: null,
    lastSuccess: null,
    counts: NO_COUNTS,
  };
}

/** What runs goes on; only other times make it due at other times. */
function changed(job: Job, { schedule, ids }: Planned, moment: Moment): Job {
  const next: Job = { ...job, schedule, ids, past: job.past.slice(0, schedule.history) };
  const isSame = timingText(schedule) === timingText(job.schedule) &&
    schedule.jitter === job.schedule.jitter;
  if (isSame) return isEqual(next, job) ? job : next;
  return replanned(next, moment);
}

/** The schedule begins anew at this moment. */
export function replanned(job: Job, moment: Moment): Job {
  const { wall } = moment.now;
  return { ...job, next: nextAfter(job, wall, moment), done: wall };
}

/** Programs that have left, or have no times any more, are not paused either. */
function keepPauses(pool: Pool, moment: Moment): Pool {
  const { jobs } = pool;
  if (jobs.paused.length === 0) return pool;
  const timed = new Set(plansInOrder(pool.plan).filter(isTimed).map(jobKey));
  const paused = jobs.paused.filter((key) => timed.has(key));
  return markPauses({ ...pool, jobs: { ...jobs, paused } }, moment);
}

/** What was noted before this runner. Who ran then runs no more, and nobody knows how it ended. */
function recall(step: JobStep, records: readonly JobRecord[], moment: Moment): JobStep {
  const { key, schedule } = step.job;
  const record = records.find((one) => one.key === key);
  if (record === undefined) return step;
  const lost = record.runs.map((run): PastRun => (
    { ...run, ended: moment.now, result: "lost", exit: null, reason: "the runner ended" }
  ));
  const past = [...lost, ...record.past].slice(0, schedule.history);
  const { lastSuccess } = record;
  const known = withJob(step, { past, last: lost[0] ?? record.last, lastSuccess });
  return lost.reduce(tellLost, known);
}

function tellLost(step: JobStep, { id, result, why, attempt, exit, reason }: PastRun): JobStep {
  const news = { result, why, attempt, exit, duration: 0, retryIn: null, reason };
  return tell(counted(step, "lost"), { step: "failed", ...news }, id);
}

/** What has been missed while no runner ran. */
function remember(
  step: JobStep,
  { remembered, paused }: Pick<Jobs, "remembered" | "paused">,
  moment: Moment,
): JobStep {
  const { key, schedule } = step.job;
  const { wall, mono } = moment.now;
  const memory = remembered.find((one) => one.key === key);
  if (memory === undefined || schedule.catchUp === "none" || paused.includes(key)) return step;
  if (memory.timing !== timingText(schedule)) return step;
  // The clock was set back while we were away: what has been run is not run again.
  if (memory.done > wall) {
    if (memory.done - wall > FAR_BACK) return step;
    return withJob(step, { next: nextAfter(step.job, memory.done, moment), done: memory.done });
  }
  const planned = calendarOf(moment)(schedule, memory.done);
  if (planned === null || planned > wall) return step;
  const { count } = passedSince(schedule, { planned, at: planned }, moment);
  const at = mono + jitterOf(step.job, moment);
  const waiting = { for: "catch-up", why: "catch-up", planned, attempt: 1, at } as const;
  const news = { step: "missed", planned, count: count + 1 } as const;
  return tell(counted(withJob(step, { waiting }), "missed", count + 1), news);
}
