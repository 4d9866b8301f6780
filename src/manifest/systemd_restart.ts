// When a systemd service is started again, in our keys.
import { parseAnySignal } from "../base/signals.ts";
import { differs } from "./foreign.ts";
import { time } from "./pm2_restart.ts";
import { cannot, last, type Service, set, timeSpan } from "./systemd_service.ts";
import type { UnitEntry } from "./systemd_unit.ts";

/** A death by one of these is a clean end for systemd. */
const CLEAN = ["SIGHUP", "SIGINT", "SIGTERM", "SIGPIPE"];

/** sysexits, by which systemd knows exit codes. */
const CODES: Readonly<Record<string, number>> = {
  SUCCESS: 0,
  FAILURE: 1,
  USAGE: 64,
  DATAERR: 65,
  NOINPUT: 66,
  NOUSER: 67,
  NOHOST: 68,
  UNAVAILABLE: 69,
  SOFTWARE: 70,
  OSERR: 71,
  OSFILE: 72,
  CANTCREAT: 73,
  IOERR: 74,
  TEMPFAIL: 75,
  PROTOCOL: 76,
  NOPERM: 77,
  CONFIG: 78,
};

type Action = "restart" | "stop";

export function putRestart(service: Service): void {
  const success = statuses(service, "SuccessExitStatus");
  const rules = policyRules(service, success);
  for (const status of statuses(service, "RestartPreventExitStatus")) rules.set(status, "stop");
  for (const status of statuses(service, "RestartForceExitStatus")) rules.set(status, "restart");
  if (rules.size > 0) {
    const from = last(service, "Restart") ?? last(service, "RestartPreventExitStatus") ??
      last(service, "RestartForceExitStatus");
    set(service, "on_exit", Object.fromEntries(rules), from ?? undefined);
  }
  putWaits(service);
  putLimit(service);
  if (last(service, "Type")?.value === "oneshot") set(service, "startsecs", 0);
}

/** Sets `autorestart` and `exitcodes`, and gives the rules that go beyond them. */
function policyRules(service: Service, success: readonly string[]): Map<string, Action> {
  const restart = last(service, "Restart");
  const from = restart ?? undefined;
  const clean = [...CLEAN, ...success];
  const all = (names: readonly string[], action: Action): [string, Action][] =>
    names.map((name) => [name, action]);
  switch (restart?.value) {
    case "always":
      set(service, "autorestart", true, from);
      return new Map();
    case "on-failure": {
      set(service, "autorestart", "unexpected", from);
      const codes = success.filter((status) => /^\d+$/.test(status)).map(Number);
      if (codes.length > 0) set(service, "exitcodes", [0, ...codes], from);
      return new Map(all(clean.filter((status) => !/^\d+$/.test(status)), "stop"));
    }
    case "on-success":
      set(service, "autorestart", true, from);
      return new Map([...all(["0", ...clean], "restart"), ["*", "stop"]]);
    case "on-abnormal":
    case "on-abort":
      set(service, "autorestart", true, from);
      return new Map([...all(clean, "stop"), ["signal", "restart"], ["*", "stop"]]);
    case "on-watchdog":
      set(service, "autorestart", false, from);
      differs(service.draft, spot(service, restart), "Never started again: there is no watchdog");
      return new Map();
    case "no":
    case undefined:
      set(service, "autorestart", false, from);
      return new Map();
    default:
      cannot(service, restart ?? missing(service), "a policy");
      return new Map();
  }
}

function missing(service: Service): UnitEntry {
  return { section: "Service", key: "Restart", line: service.line, value: "" };
}

function spot(service: Service, entry: UnitEntry | null) {
  return { key: "", line: service.line, ...entry, section: service.section };
}

/** Exit codes as numbers, signals with their SIG. */
function statuses(service: Service, key: string): readonly string[] {
  const entry = last(service, key);
  if (entry === null) return [];
  return entry.value.split(/\s+/).flatMap((word) => {
    const code = CODES[word] ?? (/^\d+$/.test(word) ? Number(word) : null);
    if (code !== null) return [`${code}`];
    if (parseAnySignal(word) !== null) return [`SIG${word.replace(/^SIG/, "")}`];
    cannot(service, { ...entry, value: word }, "an exit code or a signal");
    return [];
  });
}

/** RestartSec is 100 ms in systemd: our own first wait of 500 ms is kept where nothing is said. */
function putWaits(service: Service): void {
  const pause = last(service, "RestartSec");
  const wait = pause === null ? null : timeSpan(pause.value);
  if (pause === null) return;
  if (wait === null || wait === Infinity) {
    cannot(service, pause, "a time");
    return;
  }
  if (wait > 0) set(service, "restart_delay", time(wait), pause);
  const max = last(service, "RestartMaxDelaySec");
  const longest = max === null ? null : timeSpan(max.value);
  const steps = Number(last(service, "RestartSteps")?.value ?? 0);
  if (max === null || longest === null || longest < wait || wait <= 0 || !(steps > 0)) return;
  const factor = Number(((longest / wait) ** (1 / steps)).toFixed(3));
  const value = { initial: time(wait), factor: Math.max(1, factor), max: time(longest), jitter: 0 };
  set(service, "backoff", value, max);
}

/** In [Unit] today, in [Service] once; 0 starts again without end. */
function putLimit(service: Service): void {
  const find = (...keys: readonly string[]): UnitEntry | null =>
    service.unit.findLast(({ key }) => keys.includes(key)) ?? last(service, ...keys);
  const burst = find("StartLimitBurst");
  const interval = find("StartLimitIntervalSec", "StartLimitInterval");
  const from = burst ?? interval;
  if (from === null) return;
  const within = interval === null ? 10_000 : timeSpan(interval.value);
  const starts = Number(burst?.value ?? 5);
  if (within === null || !Number.isInteger(starts)) {
    cannot(service, from, "a limit");
    return;
  }
  // No limit at all: the tries before FATAL must not be one either.
  if (within === 0 || starts === 0) set(service, "startretries", ENDLESS, from);
  else if (within === Infinity) set(service, "startretries", starts, from);
  else set(service, "start_limit", `${starts} in ${time(within)}`, from);
}

const ENDLESS = 1_000_000_000;
