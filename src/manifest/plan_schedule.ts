// When a program is due: the part of its plan, and what a job does without.
import { didYouMean } from "../base/suggest.ts";
import { cronCalendar, cronFault, isTimeZone } from "./cron.ts";
import type { ProcessPlan, RestartPlan } from "./plan.ts";
import type { SchedulePlan, WorkPlan } from "./plan_work.ts";
import { isSet, rawText, reportError, reportWarning, type Scope, take } from "./scope.ts";
import type { Setting } from "./setting.ts";
import { RESTART } from "./settings_policy.ts";
import { PROGRAM } from "./settings_program.ts";
import { RENEWAL, SCHEDULE } from "./settings_schedule.ts";

export function buildSchedule(scope: Scope): WorkPlan["schedule"] {
  if (!isSet(scope, SCHEDULE.schedule)) {
    sayIdle(scope);
    return null;
  }
  const expression = take(scope, SCHEDULE.schedule).trim().replaceAll(/\s+/g, " ");
  // An empty one takes back what the program would get from elsewhere.
  if (expression === "") return null;
  const fault = cronFault(expression);
  if (fault !== null) {
    const what = `Cannot read "${expression}" as a schedule: ${fault}`;
    reportError(scope, SCHEDULE.schedule, { what, allowed: SCHEDULE.schedule.type.allowed });
  }
  if (!scope.section.name.startsWith("program:")) {
    reportError(scope, SCHEDULE.schedule, {
      what: "Cannot be used here: only a program can be a job",
      allowed: "move it to a program",
    });
  }
  const plan: SchedulePlan = {
    expression,
    timeZone: buildZone(scope),
    overlap: take(scope, SCHEDULE.overlap),
    timeout: buildTimeout(scope),
    jitter: take(scope, SCHEDULE.jitter),
    retries: take(scope, SCHEDULE.retries),
    retryDelay: take(scope, SCHEDULE.retryDelay),
    catchUp: take(scope, SCHEDULE.catchUp),
    history: take(scope, SCHEDULE.history),
  };
  checkNumber(scope, plan);
  if (fault !== null) return null;
  checkTimes(scope, plan);
  return plan;
}

/** When a program is started anew by the clock; nothing for a job, which is told elsewhere. */
export function buildRenewal(scope: Scope): Pick<RestartPlan, "restartAt"> {
  if (!isSet(scope, RENEWAL.restartSchedule)) return {};
  if (take(scope, SCHEDULE.schedule).trim() !== "") return {};
  const expression = take(scope, RENEWAL.restartSchedule).trim().replaceAll(/\s+/g, " ");
  if (expression === "") return {};
  const fault = cronFault(expression);
  if (fault !== null) {
    const what = `Cannot read "${expression}" as a schedule: ${fault}`;
    reportError(scope, RENEWAL.restartSchedule, { what, allowed: SCHEDULE.schedule.type.allowed });
    return {};
  }
  if (isSet(scope, RESTART.maxAge)) {
    const what = "Cannot be used together with max_age";
    reportError(scope, RENEWAL.restartSchedule, { what, allowed: "keep one" });
  }
  return { restartAt: { expression, timeZone: buildZone(scope) } };
}

/** Any time will do to see how far apart due times are; this floor has no clock. */
const SOME_TIME = 0;

function checkTimes(scope: Scope, plan: SchedulePlan): void {
  const first = cronCalendar(plan, SOME_TIME);
  if (first === null) {
    const what = `"${plan.expression}" never comes: there is no such day`;
    reportWarning(scope, SCHEDULE.schedule, { what, allowed: "use a day that there is" });
    return;
  }
  if (plan.jitter === 0) return;
  const second = cronCalendar(plan, first);
  if (second === null || plan.jitter <= second - first) return;
  reportWarning(scope, SCHEDULE.jitter, {
    what: "Longer than the time between two runs: some of them are left out",
    allowed: "use a shorter time",
  });
}

/** A key that only a job has is a typing error or a forgotten line. */
function sayIdle(scope: Scope): void {
  for (const setting of Object.values(SCHEDULE)) {
    if (!isSet(scope, setting)) continue;
    // Times of restarts have a zone, too.
    if (setting.key === SCHEDULE.timeZone.key && isSet(scope, RENEWAL.restartSchedule)) continue;
    take<unknown>(scope, setting);
    const complaint = { what: "Ignored without schedule", allowed: "set schedule, too" };
    reportWarning(scope, setting, complaint);
  }
}

function buildZone(scope: Scope): string | null {
  const zone = take(scope, SCHEDULE.timeZone)?.trim() ?? "";
  if (zone === "") return null;
  if (isTimeZone(zone)) return zone;
  const near = didYouMean(zone, Intl.supportedValuesOf("timeZone"));
  const what = `Cannot find the time zone "${zone}"${near}`;
  reportError(scope, SCHEDULE.timeZone, { what, allowed: SCHEDULE.timeZone.type.allowed });
  return null;
}

function buildTimeout(scope: Scope): number | null {
  const timeout = take(scope, SCHEDULE.timeout);
  if (timeout !== 0) return timeout;
  const complaint = { what: "0 would stop every run at once", allowed: "use a longer time" };
  reportError(scope, SCHEDULE.timeout, complaint);
  return null;
}

function checkNumber(scope: Scope, { overlap }: SchedulePlan): void {
  const count = take(scope, PROGRAM.numprocs);
  if (overlap === "allow" && count === 1) {
    const what = "There is one process, so allow is the same as skip";
    const allowed = "set numprocs to the number of runs at the same time";
    reportWarning(scope, SCHEDULE.overlap, { what, allowed });
  }
  if (overlap !== "allow" && count > 1) {
    const what = `One run at a time needs one process, not ${count}`;
    const allowed = "remove it, or set overlap = allow";
    reportWarning(scope, PROGRAM.numprocs, { what, allowed });
  }
}

type Ruled = Pick<ProcessPlan, "schedule" | "autostart" | "restart" | "memory">;

/** What has no meaning for a job is told, and has none: a run is begun by its schedule, and ends. */
export function asJob<T extends Ruled>(scope: Scope, once: T): Omit<T, keyof Ruled> & Ruled {
  if (once.schedule === null) return once;
  sayUnused(scope);
  const { restart, memory } = once;
  return {
    ...once,
    autostart: false,
    restart: {
      ...restart,
      autorestart: "never",
      onExit: [],
      earlyExitFails: false,
      startSeconds: 0,
      startRetries: 0,
      restartDelay: 0,
      startLimit: null,
      maxAge: null,
    },
    // The run has failed, and `retries` says what comes next.
    memory: { ...memory, action: memory.action === "restart" ? "stop" : memory.action },
  };
}

const UNUSED: readonly Setting<unknown>[] = [
  PROGRAM.autostart,
  PROGRAM.autorestart,
  PROGRAM.startsecs,
  PROGRAM.startretries,
  RESTART.onExit,
  RESTART.earlyExitFails,
  RESTART.restartDelay,
  RESTART.startLimit,
  RESTART.maxAge,
  RENEWAL.restartSchedule,
];

/** `autostart = false` says what is so anyway. */
const AGREES = /^(false|no|off|0|never)$/i;

function sayUnused(scope: Scope): void {
  for (const setting of UNUSED) {
    if (!isSet(scope, setting) || AGREES.test(rawText(scope, setting) ?? "")) continue;
    const isOff = scope.section.entries.get(setting.key)?.value === false;
    if (isOff) continue;
    const what = "Ignored: with schedule it is started when it is due, and only then";
    reportWarning(scope, setting, {
      what,
      allowed: "remove it; retries says what follows a failure",
    });
  }
}
