// The parts of a plan that say how a process is restarted, limited and stopped: once per program.
import type { MemoryPlan, RestartPlan, RlimitPlan, StopPlan, StopStep } from "./plan.ts";
import { isOneshot, oneshotRestart } from "./plan_depends.ts";
import { buildRenewal } from "./plan_schedule.ts";
import { isSet, reportError, reportWarning, type Scope, take } from "./scope.ts";
import { MEMORY_SETTINGS, RESTART, RLIMITS, STOP } from "./settings_policy.ts";
import { PROGRAM } from "./settings_program.ts";
import { SIGNAL } from "../base/signals.ts";

export function buildRestart(scope: Scope): RestartPlan {
  const oneshot = isOneshot(scope);
  return {
    autorestart: oneshot ? oneshotRestart(scope) : take(scope, PROGRAM.autorestart),
    exitCodes: take(scope, PROGRAM.exitcodes),
    onExit: take(scope, RESTART.onExit),
    backoff: take(scope, RESTART.backoff),
    // The rules of on_exit count from the first millisecond in any case: the core asks them first.
    earlyExitFails: take(scope, RESTART.earlyExitFails),
    // What is expected to end needs not stay up first.
    startSeconds: oneshot && !isSet(scope, PROGRAM.startsecs) ? 0 : take(scope, PROGRAM.startsecs),
    startRetries: take(scope, PROGRAM.startretries),
    restartDelay: take(scope, RESTART.restartDelay),
    startLimit: take(scope, RESTART.startLimit),
    maxAge: buildMaxAge(scope),
    ...buildRenewal(scope),
  };
}

function buildMaxAge(scope: Scope): RestartPlan["maxAge"] {
  const max = take(scope, RESTART.maxAge);
  const spread = take(scope, RESTART.maxAgeJitter);
  if (max === null) {
    if (spread !== null) {
      const allowed = "set max_age, too";
      reportWarning(scope, RESTART.maxAgeJitter, { what: "Ignored without max_age", allowed });
    }
    return null;
  }
  if (max.jitter !== null && spread !== null) {
    const what = "max_age itself has a jitter already";
    reportError(scope, RESTART.maxAgeJitter, { what, allowed: "keep one of them" });
  }
  const jitter = max.jitter ?? spread ?? 0;
  if (jitter > max.age) {
    reportError(scope, RESTART.maxAgeJitter, {
      what: "Above max_age",
      allowed: "use a shorter time",
    });
  }
  return { age: max.age, jitter };
}

export function buildMemory(scope: Scope): MemoryPlan {
  const cap = take(scope, MEMORY_SETTINGS.cap);
  if (cap === null && isSet(scope, MEMORY_SETTINGS.action)) {
    const complaint = { what: "Ignored without max_memory", allowed: "set max_memory, too" };
    reportWarning(scope, MEMORY_SETTINGS.action, complaint);
  }
  return {
    cap,
    action: take(scope, MEMORY_SETTINGS.action),
    hardLimit: take(scope, MEMORY_SETTINGS.hardLimit),
  };
}

export function buildStop(scope: Scope): StopPlan {
  const asGroup = take(scope, PROGRAM.stopasgroup);
  const killGroup = take(scope, PROGRAM.killasgroup) ?? asGroup;
  if (asGroup && !killGroup) {
    reportError(scope, PROGRAM.killasgroup, {
      what: "Cannot be false while stopasgroup is true",
      allowed: "remove it, or set stopasgroup to false",
    });
  }
  const tree = take(scope, STOP.tree) === true;
  return {
    steps: buildSteps(scope),
    message: take(scope, STOP.message),
    scope: tree ? "tree" : asGroup ? "group" : "process",
    killScope: tree ? "tree" : killGroup ? "group" : "process",
    sweepOnExit: tree,
  };
}

function buildSteps(scope: Scope): readonly StopStep[] {
  const wait = take(scope, PROGRAM.stopwaitsecs);
  const single = { signal: take(scope, PROGRAM.stopsignal), wait };
  const signals = take(scope, STOP.signals);
  if (signals === null) return [single];
  if (isSet(scope, PROGRAM.stopsignal)) {
    const what = "Ignored: stop_signals says which signals are sent";
    reportWarning(scope, PROGRAM.stopsignal, { what, allowed: "remove one of them" });
  }
  const steps = signals.map((step) => ({ signal: step.signal, wait: step.wait ?? wait }));
  // SIGKILL follows the last step anyway.
  const last = steps.at(-1);
  return last?.signal === SIGNAL.KILL && steps.length > 1 ? steps.slice(0, -1) : steps;
}

export function buildRlimits(scope: Scope): readonly RlimitPlan[] {
  return RLIMITS.flatMap(({ resource, setting }) => {
    const limit = take(scope, setting);
    return limit === null ? [] : [{ resource, ...limit }];
  });
}
