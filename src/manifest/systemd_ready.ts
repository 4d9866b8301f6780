// When a systemd service counts as up, and how long it may live, in our keys.
import { differs } from "./foreign.ts";
import { time } from "./pm2_restart.ts";
import { cannot, last, type Service, set, timeSpan } from "./systemd_service.ts";
import type { UnitEntry } from "./systemd_unit.ts";

/** A day: systemd's infinity, as long as anybody waits. */
const ENDLESS = 86_400_000;
/** What TimeoutStartSec is when nobody says. */
const USUAL = 90_000;

/** `isJob`: a timer starts it, which has other words for its times. */
export function putReadiness(service: Service, isJob: boolean): void {
  putType(service);
  if (!isJob) putStartTimeout(service);
  const watchdog = last(service, "WatchdogSec");
  const every = watchdog === null ? null : span(service, watchdog);
  if (watchdog !== null && every !== null && every > 0 && every !== Infinity) {
    set(service, "watchdog", time(every), watchdog);
  }
  if (!isJob) putRunTime(service);
}

function putType(service: Service): void {
  const { draft, section } = service;
  const type = last(service, "Type");
  const say = (what: string, more: Parameters<typeof differs>[3] = {}): void => {
    if (type !== null) differs(draft, { ...type, section }, what, more);
  };
  switch (type?.value) {
    case undefined:
    case "simple":
    case "exec":
    case "idle":
      return;
    case "notify":
    case "notify-reload":
      return set(service, "ready", "notify", type ?? undefined);
    case "forking":
      return say("It leaves for the background, where nobody can supervise it", {
        allowed: "give its command the option that keeps it in the foreground, and Type=simple",
        errorIn: "check",
      });
    case "oneshot":
      return set(service, "type", "oneshot", type ?? undefined);
    case "dbus":
      return say("Its name on the bus is not waited for: it counts as up after startsecs");
    default:
      return say(`There is no type "${type?.value}": runs as simple`);
  }
}

/** The time to get ready; where there is nothing to wait for, the time of the commands before. */
function putStartTimeout(service: Service): void {
  const { draft, section } = service;
  const entry = last(service, "TimeoutStartSec", "TimeoutSec");
  if (entry === null) return;
  const value = span(service, entry);
  if (value === null) return;
  const wait = time(value === 0 ? ENDLESS : Math.min(value, ENDLESS));
  if (section.entries.has("ready")) {
    if (value !== USUAL) set(service, "ready_timeout", wait, entry);
  } else if (section.entries.has("pre_start")) set(service, "hook_timeout", wait, entry);
  else if (entry.key === "TimeoutStartSec" && value !== Infinity && value !== 0) {
    const isOneshot = section.entries.has("type");
    const what = isOneshot ? "Ignored: it may take any time" : "Ignored: it is up at once";
    differs(draft, { ...entry, section }, what);
  }
}

/** A service that is started again has an age; one that is not is stopped for good. */
function putRunTime(service: Service): void {
  const { draft, section } = service;
  const entry = last(service, "RuntimeMaxSec");
  const extra = last(service, "RuntimeRandomizedExtraSec");
  const max = entry === null ? null : span(service, entry);
  if (entry === null || max === null || max === Infinity) return;
  if (last(service, "Type")?.value === "oneshot") return;
  const restart = last(service, "Restart")?.value;
  if (!["always", "on-failure", "on-abnormal"].includes(restart ?? "no")) {
    differs(draft, { ...entry, section }, "It is started anew at that age, not stopped for good");
  }
  set(service, "max_age", time(max), entry);
  if (extra !== null) {
    differs(draft, { ...extra, section }, "Ignored: the age has no extra", {
      allowed: "max_age_jitter spreads it to both sides",
    });
  }
}

function span(service: Service, entry: UnitEntry): number | null {
  const value = timeSpan(entry.value);
  return value === null ? cannot(service, entry, "a time") : value;
}
