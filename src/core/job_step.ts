// What a step of one job is made of: the pool, the job in it, and what is made known.
import type { Effect } from "./events.ts";
import { isFree } from "./dependencies.ts";
import type { JobNews } from "./job_fact.ts";
import type { Job, JobCounts, RunWish } from "./job_state.ts";
import type { Pool } from "./pool.ts";
import { follow, sendEach } from "./pool_step.ts";
import { isDown, type Process, type StopCause } from "./process_state.ts";
import { type Moment, publish } from "./process_step.ts";

export interface JobStep {
  readonly pool: Pool;
  readonly job: Job;
  readonly effects: readonly Effect[];
}

/** The step with something made known; `id` is the process it is about, else the job's first. */
export function tell(step: JobStep, news: JobNews, id = step.job.ids[0] ?? step.job.key): JobStep {
  const fact = publish({ kind: "job", id, job: step.job.key, ...news });
  return { ...step, effects: [...step.effects, fact] };
}

export function withJob(step: JobStep, values: Partial<Job>): JobStep {
  return { ...step, job: { ...step.job, ...values } };
}

export function counted(step: JobStep, what: keyof JobCounts, by = 1): JobStep {
  const { counts } = step.job;
  return withJob(step, { counts: { ...counts, [what]: counts[what] + by } });
}

/** A planned run that is not to be. */
export function skip(step: JobStep, { planned }: RunWish, reason: string): JobStep {
  return tell(counted(step, "skipped"), { step: "skipped", planned, reason });
}

/** Begins a run in the first process that is free, as soon as what it depends on is there. */
export function begin(step: JobStep, wish: RunWish, moment: Moment): JobStep {
  const free = freeProcess(step);
  if (free === null) return skip(withJob(step, { waiting: null }), wish, "no process is free");
  if (!isFree(step.pool, free)) return enqueue(step, wish);
  const { id } = free.plan;
  const idle = withJob(step, { waiting: null });
  const started = follow(idle, (pool) => sendEach(pool, [id], { kind: "start" }, moment));
  const run = started.pool.processes.get(id)?.run ?? 0;
  const { why, planned, attempt } = wish;
  const own = { why, planned, attempt, id, run, began: moment.now };
  const begun = { ...idle, ...started, job: { ...idle.job, runs: [...idle.job.runs, own] } };
  return tell(begun, { step: "begun", why, planned, attempt }, id);
}

/** A process that is down, and does not wait to leave the pool. */
function freeProcess({ pool, job }: JobStep): Process | null {
  for (const id of job.ids) {
    const process = pool.processes.get(id);
    if (process !== undefined && isDown(process) && !pool.fates.has(id)) return process;
  }
  return null;
}

/** It begins as soon as it can; the newest one is the one that counts. */
export function enqueue(step: JobStep, wish: RunWish): JobStep {
  const { waiting } = step.job;
  if (waiting === wish) return step;
  const told = waiting?.for === "queue" ? skip(step, waiting, "a newer one takes its place") : step;
  const queued = withJob(told, { waiting: { ...wish, for: "queue", at: 0 } });
  return tell(queued, { step: "due", planned: wish.planned });
}

/** Stops runs that are not being stopped yet. */
export function stopRuns(
  step: JobStep,
  { ids, cause }: { readonly ids: readonly string[]; readonly cause: StopCause },
  moment: Moment,
): JobStep {
  const up = ids.filter((id) => {
    const name = step.pool.processes.get(id)?.state.name;
    return name === "STARTING" || name === "RUNNING";
  });
  if (up.length === 0) return step;
  const stop = { kind: "stop", cause, after: "stay" } as const;
  const stopped = follow(step, (pool) => sendEach(pool, up, stop, moment));
  return { ...step, ...stopped };
}
