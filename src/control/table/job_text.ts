// When a job is due next and how it went, in one line. Pure; used by status, top and the page.
import { formatDuration } from "../../base/units.ts";
import type { JobView, RunView } from "../api/job_types.ts";
import type { ProcessView } from "../api/types.ts";

/** A runner of an older version says nothing of jobs. */
type Told = Partial<Pick<ProcessView, "job" | "paused">> & Pick<ProcessView, "state">;

/** `next 14:05, last ok 12s`; empty for what is no job, runs just now, or cannot be started. */
export function jobText({ job, state, paused }: Told, now: number | null): string {
  if (job === undefined || job === null) return "";
  if (state !== "STOPPED" && state !== "EXITED") return "";
  const last = job.last === null ? "" : `, last ${job.last.result}${lengthText(job.last, " ")}`;
  return (paused === true ? "paused" : nextText(job, now)) + last;
}

/** `next 14:05 (one waits)`. */
export function nextText({ next, waiting }: JobView, now: number | null): string {
  const also = waiting === null ? "" : ` (${WAITING[waiting]})`;
  return (next === null ? "never due" : `next ${localTime(next, now)}`) + also;
}

const WAITING = {
  queue: "one waits",
  retry: "to be tried again",
  "catch-up": "one to be caught up",
} as const;

/** ` 12s` after a run; nothing for one of which nobody knows how long it took. */
export function lengthText({ duration }: Pick<RunView, "duration">, before: string): string {
  return duration === null ? "" : before + formatSeconds(duration);
}

/** Nobody has stopped it, and it has not done what it was to do. */
export function hasFailed({ result }: Pick<RunView, "result">): boolean {
  return result === "failed" || result === "timeout" || result === "lost";
}

/** For one that is up, or whose job is told of already: empty. */
export function pauseText({ job, paused }: Told): string {
  if (paused !== true) return "";
  return job === undefined || job === null ? "restart_schedule paused" : "paused";
}

/** `250ms`, `1m30s`. */
export function formatSeconds(seconds: number): string {
  const millis = Math.round(seconds * 1000);
  return formatDuration(millis < 10_000 ? millis : Math.round(seconds) * 1000);
}

const DAY = 86_400_000;

/** `14:05`, with the day where it is not near `now`, with seconds where they matter; local time. */
export function localTime(iso: string, now: number | null): string {
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, "0");
  const seconds = date.getSeconds() === 0 ? "" : `:${two(date.getSeconds())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}${seconds}`;
  if (now !== null && Math.abs(date.getTime() - now) < DAY) return time;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

/** A job that waits for its time is as it should be; one that cannot be started, or whose last run failed, is not. */
export function isJobAtRest({ id, job, state }: Told & Pick<ProcessView, "id">): boolean {
  if (job === undefined || job === null || state === "FATAL") return false;
  // Another process of the same job is not to blame.
  return job.last?.id !== id || !hasFailed(job.last);
}
