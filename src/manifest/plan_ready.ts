// When a process counts as up, and what it must do to be left alone: the parts of its plan.
import { formatDuration } from "../base/units.ts";
import type { Millis } from "./plan.ts";
import type { HealthPlan, LivenessPlan, ReadyPlan, ReadyWhen, WorkPlan } from "./plan_work.ts";
import type { ReadySource } from "./readers_ready.ts";
import { isSet, reportError, reportWarning, type Scope, take } from "./scope.ts";
import type { Setting } from "./setting.ts";
import { LIVENESS, READINESS } from "./settings_ready.ts";

/** More often would only keep the processor busy. */
const LEAST_INTERVAL: Millis = 10;
/** A heartbeat or a line of output cannot be awaited more often than that. */
const LEAST_PATIENCE: Millis = 100;

export function buildReadiness(scope: Scope): Pick<WorkPlan, "ready" | "liveness"> {
  return { ready: buildReady(scope), liveness: buildLiveness(scope) };
}

function buildReady(scope: Scope): ReadyPlan | null {
  const source = take(scope, READINESS.ready);
  if (source === null) {
    ignoreAll(scope, [READINESS.timeout, READINESS.interval], "ready");
    return null;
  }
  if (source.kind !== "probe" && isSet(scope, READINESS.interval)) {
    const what = "Ignored: nothing is looked at again and again";
    const allowed = "remove it, or let ready be a probe";
    reportWarning(scope, READINESS.interval, { what, allowed });
  }
  const interval = atLeast(scope, READINESS.interval, LEAST_INTERVAL);
  return { when: whenOf(source, interval), timeout: readyTimeout(scope, source) };
}

function whenOf(source: ReadySource, interval: Millis): ReadyWhen {
  return source.kind === "probe" ? { ...source, interval } : source;
}

function readyTimeout(scope: Scope, source: ReadySource): Millis {
  const timeout = atLeast(scope, READINESS.timeout, LEAST_INTERVAL);
  if (source.kind !== "delay" || source.wait < timeout) return timeout;
  // A longer delay alone is no contradiction.
  if (!isSet(scope, READINESS.timeout)) return 2 * source.wait;
  reportError(scope, READINESS.timeout, {
    what: `It would never be ready: the delay is ${formatDuration(source.wait)}`,
    allowed: "use a longer time, or remove it",
  });
  return timeout;
}

function buildLiveness(scope: Scope): LivenessPlan {
  return {
    watchdog: patience(scope, LIVENESS.watchdog),
    health: buildHealth(scope),
    maxSilence: patience(scope, LIVENESS.maxSilence),
  };
}

function buildHealth(scope: Scope): HealthPlan | null {
  const { health, interval, timeout, failures, grace } = LIVENESS;
  const probe = take(scope, health);
  if (probe === null) {
    ignoreAll(scope, [interval, timeout, failures, grace], "health");
    return null;
  }
  return {
    probe,
    interval: atLeast(scope, interval, LEAST_INTERVAL),
    timeout: atLeast(scope, timeout, LEAST_INTERVAL),
    failures: take(scope, failures),
    grace: take(scope, grace),
  };
}

/** 0, as systemd has it: never mind. */
function patience(scope: Scope, setting: Setting<Millis | null>): Millis | null {
  const wait = take(scope, setting);
  if (wait === null || wait === 0) return null;
  return atLeast(scope, setting, LEAST_PATIENCE);
}

function atLeast<T extends Millis | null>(
  scope: Scope,
  setting: Setting<T>,
  least: Millis,
): Millis {
  const wait = take(scope, setting) ?? least;
  if (wait >= least) return wait;
  const what = `${formatDuration(wait)} is too short`;
  reportError(scope, setting, { what, allowed: `use ${formatDuration(least)} or more` });
  return least;
}

function ignoreAll(
  scope: Scope,
  settings: readonly Setting<unknown>[],
  missing: "ready" | "health",
): void {
  // One that cannot be read has been complained of already.
  if (isSet(scope, missing === "ready" ? READINESS.ready : LIVENESS.health)) return;
  for (const setting of settings) {
    if (!isSet(scope, setting)) continue;
    const what = `Ignored without ${missing}`;
    reportWarning(scope, setting, { what, allowed: `set ${missing}, too` });
  }
}
