// The table of keys, part of schedules: when a program is due, and what becomes of its runs.
import { choice, integer, TEXT } from "./readers.ts";
import { DURATION } from "./readers_units.ts";
import { ownSetting } from "./setting.ts";
import type { ValueType } from "./value_type.ts";

/** Read in full where the plan is made: that takes a library that is loaded only then. */
const EXPRESSION: ValueType<string> = {
  ...TEXT,
  name: "schedule",
  allowed: 'use five fields as in crontab such as "*/5 * * * *", six with seconds, or @daily',
};

const ZONE: ValueType<string | null> = {
  ...TEXT,
  name: "time zone",
  allowed: "use a name such as UTC or Europe/Berlin",
};

/** When a program that runs all the time is started anew. */
export const RENEWAL = {
  restartSchedule: ownSetting("restart_schedule", EXPRESSION, {
    ini: "",
    help: "When it is restarted, one process after the other, although nothing is wrong.",
  }),
} as const;

/** When it runs as a job, and how. */
export const SCHEDULE = {
  schedule: ownSetting("schedule", EXPRESSION, {
    ini: "",
    help: "When it is due: it is then run as a job, and not at start.",
  }),
  timeZone: ownSetting("time_zone", ZONE, {
    ini: null,
    shown: "that of the machine",
    help: "Time zone of schedule.",
  }),
  overlap: ownSetting("overlap", choice(["skip", "queue", "kill", "allow"]), {
    ini: "skip",
    shown: "skip",
    help:
      "When it is due and the run before has not ended: leave this one out, run it afterwards, stop the one before, or run it in another of numprocs processes.",
  }),
  timeout: ownSetting("timeout", DURATION, {
    ini: null,
    help: "A run that takes longer is stopped and counts as failed.",
  }),
  jitter: ownSetting("jitter", DURATION, {
    ini: 0,
    shown: "0s",
    help: "Each run begins up to so much later, so that not all machines begin at once.",
  }),
  retries: ownSetting("retries", integer({ min: 0, max: 100 }), {
    ini: 0,
    shown: "0",
    help: "Further tries after a failed run.",
  }),
  retryDelay: ownSetting("retry_delay", DURATION, {
    ini: 10_000,
    shown: "10s",
    help: "Wait before such a try.",
  }),
  catchUp: ownSetting("catch_up", choice(["none", "once"]), {
    ini: "none",
    shown: "none",
    help: "Runs missed while the runner was away: none, or one for all of them.",
  }),
  history: ownSetting("history", integer({ min: 0, max: 1000 }), {
    ini: 20,
    shown: "20",
    help: "Runs that describe shows.",
  }),
} as const;
