// Writes how a process is restarted, limited and stopped as keys of a manifest.
import { parseSignal, signalName } from "../base/signals.ts";
import { formatDuration } from "../base/units.ts";
import type { RawValue } from "./document.ts";
import type { SectionDraft } from "./export_section.ts";
import { literal } from "./foreign.ts";
import type {
  BackoffPlan,
  ExitMatch,
  ProcessPlan,
  RestartPlan,
  RlimitPlan,
  StopPlan,
} from "./plan.ts";
import { MEMORY_SETTINGS, RESTART, RLIMITS, STOP } from "./settings_policy.ts";
import { PROGRAM } from "./settings_program.ts";
import { RENEWAL, SCHEDULE } from "./settings_schedule.ts";
import { actionText } from "./plan_view_policy.ts";

export function writeRestart(
  section: SectionDraft,
  { restart, type, schedule }: Pick<ProcessPlan, "restart" | "type" | "schedule">,
): void {
  section.set(PROGRAM.exitcodes, restart.exitCodes, restart.exitCodes);
  section.set(RESTART.backoff, restart.backoff, backoffValue(restart.backoff));
  // A job is started when it is due, and only then.
  if (schedule !== null) return;
  writePolicy(section, restart, type);
  const { onExit, startLimit, maxAge, restartAt } = restart;
  section.set(PROGRAM.startretries, restart.startRetries, restart.startRetries);
  section.set(RESTART.earlyExitFails, restart.earlyExitFails, restart.earlyExitFails);
  const rules = onExit.map(({ match, action }) => `${matchText(match)}=${actionText(action)}`);
  section.set(RESTART.onExit, onExit, rules.join(", "));
  section.set(RESTART.restartDelay, restart.restartDelay, formatDuration(restart.restartDelay));
  if (startLimit !== null) {
    section.put(RESTART.startLimit, `${startLimit.starts} in ${formatDuration(startLimit.within)}`);
  }
  if (restartAt !== undefined) {
    section.put(RENEWAL.restartSchedule, literal(restartAt.expression));
    if (restartAt.timeZone !== null) section.put(SCHEDULE.timeZone, literal(restartAt.timeZone));
  }
  if (maxAge === null) return;
  section.put(RESTART.maxAge, formatDuration(maxAge.age));
  if (maxAge.jitter > 0) section.put(RESTART.maxAgeJitter, formatDuration(maxAge.jitter));
}

/** What is expected to end is not started again and up at once, unless something else is said. */
function writePolicy(
  section: SectionDraft,
  { autorestart, startSeconds }: RestartPlan,
  type: ProcessPlan["type"],
): void {
  const again = autorestart === "unexpected" ? autorestart : autorestart === "always";
  if (type === "service") {
    section.set(PROGRAM.autorestart, autorestart, again);
    section.set(PROGRAM.startsecs, startSeconds, startSeconds / 1000);
    return;
  }
  if (autorestart !== "never") section.put(PROGRAM.autorestart, again);
  if (startSeconds !== 0) section.put(PROGRAM.startsecs, startSeconds / 1000);
}

function matchText(match: ExitMatch): string {
  switch (match.kind) {
    case "codes":
      return match.from === match.to ? `${match.from}` : `${match.from}-${match.to}`;
    case "signal":
      return signalName(match.signal);
    case "any-signal":
      return "signal";
    case "rest":
      return "*";
  }
}

function backoffValue(backoff: BackoffPlan): RawValue {
  if (backoff.kind === "linear") return "linear";
  const { initial, factor, max, jitter, resetAfter } = backoff;
  return {
    initial: formatDuration(initial),
    factor,
    max: formatDuration(max),
    jitter,
    reset_after: formatDuration(resetAfter),
  };
}

/** Sizes that the manifest gives as shares of the memory: `25%`. */
export interface MemoryShares {
  readonly cap: string | null;
  readonly hardLimit: string | null;
}

const NO_SHARES: MemoryShares = { cap: null, hardLimit: null };

export function writeMemory(
  section: SectionDraft,
  { memory, schedule }: Pick<ProcessPlan, "memory" | "schedule">,
  shares: MemoryShares = NO_SHARES,
): void {
  const { cap, action, hardLimit } = memory;
  if (cap !== null) section.put(MEMORY_SETTINGS.cap, shares.cap ?? cap);
  // A job is stopped anyway, since nothing starts it again.
  if (schedule === null || action !== "stop") {
    const written = typeof action === "string" ? action : signalName(action.signal);
    section.set(MEMORY_SETTINGS.action, action, written);
  }
  if (hardLimit !== null) section.put(MEMORY_SETTINGS.hardLimit, shares.hardLimit ?? hardLimit);
}

export function writeStop(section: SectionDraft, stop: StopPlan): void {
  const { steps, message, scope, killScope } = stop;
  const [only] = steps;
  // stopsignal knows supervisord's signals alone, and stop_signals does not know 0.
  const bare = only === undefined ? "" : only.signal === 0 ? "0" : bareSignal(only.signal);
  if (steps.length === 1 && only !== undefined && parseSignal(bare) !== null) {
    section.set(PROGRAM.stopsignal, only.signal, bare);
    section.set(PROGRAM.stopwaitsecs, only.wait, only.wait / 1000);
  } else {
    const texts = steps.map(({ signal, wait }) => `${bareSignal(signal)} ${formatDuration(wait)}`);
    section.put(STOP.signals, texts.join(", "));
  }
  if (message !== null) section.put(STOP.message, literal(message));
  section.set(STOP.tree, scope === "tree", scope === "tree");
  section.set(PROGRAM.stopasgroup, scope === "group", true);
  if (scope === "process" && killScope === "group") section.put(PROGRAM.killasgroup, true);
}

/** `TERM` for 15. */
export function bareSignal(signal: number): string {
  return signalName(signal).replace(/^SIG/, "");
}

export function writeRlimits(section: SectionDraft, rlimits: readonly RlimitPlan[]): void {
  for (const { resource, soft, hard } of rlimits) {
    const row = RLIMITS.find((one) => one.resource === resource);
    if (row === undefined) continue;
    section.put(row.setting, hard === soft ? soft : `${soft}:${hard ?? ""}`);
  }
}
