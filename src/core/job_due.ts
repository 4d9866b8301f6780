// When a job is due: wall time from the calendar, and what a clock that was set means for it.
import type { Millis } from "../manifest/plan.ts";
import type { Calendar } from "../manifest/cron.ts";
import type { SchedulePlan } from "../manifest/plan_work.ts";
import type { Job } from "./job_state.ts";
import type { Moment } from "./process_step.ts";

/**
 * A clock set back by more than this was wrong before: the schedule begins anew. Less is a correction, and what has
 * been run is not run again. cron draws the line there, too.
 */
export const FAR_BACK: Millis = 3 * 3_600_000;

/** Missed times counted one by one; asking a calendar for more would hold up everything else. */
const COUNTED = 10;

/** A calendar without any day. */
const NEVER: Calendar = () => null;

export function calendarOf(moment: Moment): Calendar {
  return moment.calendar ?? NEVER;
}

/** The first due time after `after`, with its jitter. */
export function nextAfter(
  job: Pick<Job, "key" | "schedule">,
  after: Millis,
  moment: Moment,
): Job["next"] {
  const planned = calendarOf(moment)(job.schedule, after);
  if (planned === null) return null;
  return { planned, at: planned + jitterOf(job, moment) };
}

/** How much later a run begins. One lot is drawn for a step: each job makes its own of it. */
export function jitterOf(
  { key, schedule }: { readonly key: string; readonly schedule: SchedulePlan },
  { lot }: Moment,
): Millis {
  if (schedule.jitter === 0) return 0;
  let hash = 0;
  for (const letter of key) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 10_007;
  return Math.floor(((lot + hash / 10_007) % 1) * schedule.jitter);
}

export interface Passed {
  /** How many due times after the first have passed unseen, `COUNTED` at most. */
  readonly count: number;
  /** Latest due time that has passed, as far as is known. */
  readonly done: Millis;
}

/** What has passed after `planned`, which was due `at` this time: what came in between its jitter has left out. */
export function passedSince(
  schedule: SchedulePlan,
  { planned, at }: NonNullable<Job["next"]>,
  moment: Moment,
): Passed {
  const calendar = calendarOf(moment);
  let done = planned;
  let count = 0;
  for (let asked = 0; asked < COUNTED; asked++) {
    const time = calendar(schedule, done);
    if (time === null || time > moment.now.wall) return { count, done };
    if (time > at) count += 1;
    done = time;
  }
  return { count, done: moment.now.wall };
}
