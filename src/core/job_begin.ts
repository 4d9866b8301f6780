// Begins runs: what is due, what waits, and what to do when the run before has not ended.
import { nextAfter, passedSince } from "./job_due.ts";
import type { RunWish } from "./job_state.ts";
import {
  begin,
  counted,
  enqueue,
  type JobStep,
  skip,
  stopRuns,
  tell,
  withJob,
} from "./job_step.ts";
import type { Moment } from "./process_step.ts";

/** What is due by the schedule. Several times that have passed at once, as when the clock was set, are one run. */
export function takeDue(step: JobStep, moment: Moment): JobStep {
  const { job } = step;
  if (job.next === null || moment.now.wall < job.next.at) return step;
  const { planned } = job.next;
  const passed = passedSince(job.schedule, job.next, moment);
  const next = nextAfter(job, passed.done, moment);
  const moved = withJob(step, { next, done: passed.done });
  const told = passed.count === 0 ? moved : tell(counted(moved, "missed", passed.count), {
    step: "missed",
    planned,
    count: passed.count,
  });
  return wish(told, { why: "schedule", planned, attempt: 1 }, moment);
}

function wish(step: JobStep, run: RunWish, moment: Moment): JobStep {
  const { runs, schedule, ids, waiting } = step.job;
  // A run that is due does what a further try would do.
  if (runs.length === 0) return begin(step, run, moment);
  switch (schedule.overlap) {
    case "skip":
      return skip(step, run, "the run before has not ended");
    case "allow":
      return runs.length < ids.length
        ? begin(step, run, moment)
        : skip(step, run, `all ${ids.length} processes run`);
    case "queue":
      if (waiting?.for === "queue") return skip(step, run, "another one waits already");
      return enqueue(step, run);
    case "kill":
      return stopRuns(enqueue(step, run), {
        ids: runs.map(({ id }) => id),
        cause: "overlap",
      }, moment);
  }
}

/** What has waited for its time, or for the run before. */
export function takeWaiting(step: JobStep, moment: Moment): JobStep {
  const { waiting, runs } = step.job;
  if (waiting === null) return step;
  if (waiting.for === "queue") return runs.length > 0 ? step : begin(step, waiting, moment);
  if (moment.now.mono < waiting.at) return step;
  if (runs.length === 0) return begin(step, waiting, moment);
  // Somebody has begun meanwhile: that is the run.
  return withJob(step, { waiting: null });
}

/** A schedule that is paused begins nothing, and makes up for nothing later. */
export function hold(step: JobStep): JobStep {
  const { next, waiting } = step.job;
  return next === null && waiting === null ? step : withJob(step, { next: null, waiting: null });
}

/** Stops what takes too long. */
export function stopLate(step: JobStep, moment: Moment): JobStep {
  const { timeout } = step.job.schedule;
  if (timeout === null) return step;
  const late = step.job.runs.filter((run) => moment.now.mono >= run.began.mono + timeout);
  return stopRuns(step, { ids: late.map(({ id }) => id), cause: "timeout" }, moment);
}
