// The rows of a plan that tell when a job is due, and what becomes of its runs.
import { formatDuration } from "../base/units.ts";
import { cronCalendar } from "./cron.ts";
import type { Millis, Plan, ProcessPlan } from "./plan.ts";
import type { SchedulePlan } from "./plan_work.ts";

type Row = readonly [string, string];

/** `now` is wall time, for the next due times; null: they are told elsewhere. */
export function scheduleRows({ schedule }: ProcessPlan, now: Millis | null): readonly Row[] {
  // A runner of an older version says nothing of it.
  if (schedule === null || schedule === undefined) return [];
  const { expression, timeZone, overlap, timeout, jitter, retries, retryDelay, catchUp } = schedule;
  const zone = timeZone === null ? "" : ` in ${timeZone}`;
  const late = jitter === 0 ? "" : `, up to ${formatDuration(jitter)} later`;
  const caughtUp = catchUp === "none" ? "" : "; one run for those that were missed";
  return [
    ["schedule", `${expression}${zone}${late}${caughtUp}`],
    ["next due", now === null ? "" : nextText(schedule, now)],
    ["overlap", overlap],
    ["time limit", timeout === null ? "" : formatDuration(timeout)],
    ["retries", retries === 0 ? "" : `${retries}, each after ${formatDuration(retryDelay)}`],
  ];
}

/** True for what runs when it is due. A runner of an older version says nothing of it. */
export function isJob({ schedule }: Pick<ProcessPlan, "schedule">): boolean {
  return schedule !== null && schedule !== undefined;
}

/** What is said of a program that runs all the time. */
const NOT_OF_JOBS: readonly string[] = ["restart", "start", "back-off"];

/** Without what has no meaning for a job. */
export function rowsOf(
  process: Pick<ProcessPlan, "schedule">,
  rows: readonly Row[],
): readonly Row[] {
  if (!isJob(process)) return rows;
  return rows.filter(([name]) => !NOT_OF_JOBS.includes(name));
}

function nextText(schedule: SchedulePlan, now: Millis): string {
  const times = nextTimes(schedule, now).map((at) => timeText(at, schedule.timeZone));
  return times.length === 0 ? "never" : times.join(", ");
}

/** Due times that a plan shows. */
const SHOWN = 3;

function nextTimes(schedule: SchedulePlan, now: Millis): readonly Millis[] {
  const times: Millis[] = [];
  for (let at: Millis | null = now; times.length < SHOWN;) {
    at = cronCalendar(schedule, at);
    if (at === null) break;
    times.push(at);
  }
  return times;
}

/** The next due times of each process that has any, ISO 8601. */
export function dueTimes(plan: Plan, now: Millis): Readonly<Record<string, readonly string[]>> {
  const processes = plan.groups.flatMap((group) => group.processes);
  return Object.fromEntries(
    processes.flatMap(({ id, schedule }) =>
      schedule === null
        ? []
        : [[id, nextTimes(schedule, now).map((at) => new Date(at).toISOString())]]
    ),
  );
}

/** `2026-11-21 14:05:00 GMT+1`: as the clocks there show it. */
function timeText(at: Millis, timeZone: string | null): string {
  const zone = timeZone === null ? {} : { timeZone };
  // Swedish writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat("sv", {
    ...zone,
    dateStyle: "short",
    timeStyle: "long",
  }).format(new Date(at));
}
