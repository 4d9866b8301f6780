// The timer of a systemd service, as the schedule of its program.
import { differs, type Draft, fails, put, remark } from "./foreign.ts";
import { cronOfInterval } from "./cron_fields.ts";
import { time } from "./pm2_restart.ts";
import { type CalendarTime, cronOfCalendars } from "./systemd_calendar.ts";
import { last, type Service, set, timeSpan } from "./systemd_service.ts";
import type { UnitEntry } from "./systemd_unit.ts";
import type { TimerBeside } from "./units_beside.ts";

/** What a job does not have: it is started when it is due. */
const NOT_OF_JOBS = [
  ...["autorestart", "autostart", "startsecs", "startretries", "start_limit", "restart_delay"],
  ...["backoff", "on_exit", "type", "max_age"],
];

const SILENT = [
  ...["Unit", "AccuracySec", "RemainAfterElapse", "WakeSystem", "FixedRandomDelay"],
  ...["OnClockChange", "OnTimezoneChange", "Description", "Documentation"],
];

/** Makes a job of the service; its keys for restarts become those of tries. */
export function putTimer(service: Service, timer: TimerBeside): void {
  const { section } = service;
  const draft: Draft = { ...service.draft, source: { ...service.draft.source, file: timer.path } };
  const entries = timer.entries.filter((entry) => entry.section === "Timer");
  const from = entries.find(({ key }) => /^On/.test(key));
  const due = dueTime(service, draft, entries);
  putTries(service);
  for (const key of NOT_OF_JOBS) section.entries.delete(key);
  putTimeout(service);
  if (due === null || from === undefined) {
    const spot = { section, key: from?.key ?? "OnCalendar", line: from?.line ?? 1 };
    differs(draft, spot, "Not started by itself: cron has no words for these times", {
      allowed: "write a schedule, or: runner start",
    });
    for (const key of ["autostart", "autorestart"]) {
      put(draft, section, { key, line: from?.line ?? 1, value: false });
    }
    return;
  }
  put(draft, section, { ...from, key: "schedule", value: due.expression });
  if (due.timeZone !== null) {
    put(draft, section, { ...from, key: "time_zone", value: due.timeZone });
  }
  putRest(service, draft, entries);
}

function dueTime(
  { section }: Service,
  draft: Draft,
  entries: readonly UnitEntry[],
): CalendarTime | null {
  const calendars = entries.filter(({ key }) => key === "OnCalendar");
  const fresh = calendars.slice(calendars.findLastIndex(({ value }) => value === "") + 1);
  const others = entries.filter(({ key }) => /^On(Active|Boot|Startup|Unit)/.test(key));
  const steps = others.find(({ key }) => /^OnUnit(In)?activeSec$/i.test(key));
  for (const entry of others.filter((one) => one !== steps)) {
    differs(draft, { ...entry, section }, "Ignored: it is not started once after the runner");
  }
  if (fresh.length > 0) {
    if (steps !== undefined) differs(draft, { ...steps, section }, "Ignored beside OnCalendar");
    return cronOfCalendars(fresh.map(({ value }) => value));
  }
  const wait = steps === undefined ? null : timeSpan(steps.value);
  const expression = wait === null ? null : cronOfInterval(wait / 1000);
  if (steps === undefined || expression === null) return null;
  remark(draft, { ...steps, section }, `By the clock ("${expression}"), not from run to run`);
  return { expression, timeZone: null };
}

function putRest(service: Service, draft: Draft, entries: readonly UnitEntry[]): void {
  const { section } = service;
  for (const entry of entries) {
    const { key, value } = entry;
    if (/^On(Calendar|Active|Boot|Startup|Unit)/.test(key) || SILENT.includes(key)) continue;
    if (key === "Persistent") {
      if (/^(yes|true|on|1)$/i.test(value)) {
        put(draft, section, { ...entry, key: "catch_up", value: "once" });
      }
    } else if (key === "RandomizedDelaySec") {
      const wait = timeSpan(value);
      if (wait === null || wait === Infinity) {
        fails(draft, { ...entry, section }, `Cannot read "${value}" as a time`);
      } else if (wait > 0) put(draft, section, { ...entry, key: "jitter", value: time(wait) });
    } else differs(draft, { ...entry, section }, "Ignored: it means nothing here");
  }
}

/** What systemd starts again after a failure is tried again. */
function putTries(service: Service): void {
  const restart = last(service, "Restart");
  if (restart === null || !/^on-(failure|abnormal|abort)$/.test(restart.value)) return;
  const burst = service.unit.findLast(({ key }) => key === "StartLimitBurst") ??
    last(service, "StartLimitBurst");
  const starts = Number(burst?.value ?? 5);
  if (Number.isInteger(starts) && starts > 1) set(service, "retries", starts - 1, restart);
  const pause = last(service, "RestartSec");
  const wait = pause === null ? 100 : timeSpan(pause.value);
  if (wait !== null && wait !== Infinity) {
    set(service, "retry_delay", time(wait), pause ?? restart);
  }
}

function putTimeout(service: Service): void {
  const isOneshot = last(service, "Type")?.value === "oneshot";
  const entry = last(service, ...(isOneshot ? ["TimeoutStartSec"] : ["RuntimeMaxSec"]));
  const wait = entry === null ? null : timeSpan(entry.value);
  if (entry !== null && wait !== null && wait !== Infinity && wait > 0) {
    set(service, "timeout", time(wait), entry);
  }
}
