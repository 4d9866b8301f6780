// Jobs and their runs as the JSON API shows them.
import type { Exit } from "../../base/exit.ts";
import { signalName } from "../../base/signals.ts";
import type { Job, PastRun } from "../../core/job_state.ts";
import type { Pool } from "../../core/pool.ts";
import type { JobView, RunView } from "./job_types.ts";

/** The jobs of a pool by the ids of their processes. */
export function jobsById({ jobs }: Pool): ReadonlyMap<string, Job> {
  if (jobs.items.length === 0) return NO_JOBS;
  return new Map(jobs.items.flatMap((job) => job.ids.map((id) => [id, job] as const)));
}

const NO_JOBS: ReadonlyMap<string, Job> = new Map();

export function jobView(job: Job): JobView {
  const { schedule, next, runs, waiting, last, lastSuccess } = job;
  return {
    schedule: schedule.expression,
    timeZone: schedule.timeZone,
    next: next === null ? null : isoTime(next.planned),
    running: runs.length,
    waiting: waiting?.for ?? null,
    last: last === null ? null : runView(last),
    lastSuccess: lastSuccess === null ? null : isoTime(lastSuccess),
  };
}

export function runView(run: PastRun): RunView {
  const { id, why, attempt, planned, began, ended, result, exit, reason } = run;
  return {
    id,
    why,
    attempt,
    planned: planned === null ? null : isoTime(planned),
    began: isoTime(began.wall),
    duration: result === "lost" ? null : Math.max(0, Math.round(ended.mono - began.mono)) / 1000,
    result,
    ...exitView(exit),
    reason,
  };
}

export function exitView(exit: Exit | null) {
  return {
    code: exit?.kind === "code" ? exit.code : null,
    signal: exit?.kind === "signal" ? signalName(exit.signal) : null,
  };
}

function isoTime(wall: number): string {
  return new Date(wall).toISOString();
}
