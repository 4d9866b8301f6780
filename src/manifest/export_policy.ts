// Writes how a process is restarted, limited and stopped as keys of a manifest.
import { parseSignal, signalName } from "../base/signals.ts";
import { formatDuration } from "../base/units.ts";
import type { RawValue } from "./document.ts";
import type { SectionDraft } from "./export_section.ts";
import type {
  BackoffPlan,
  ExitMatch,
  MemoryPlan,
  RestartPlan,
  RlimitPlan,
  StopPlan,
} from "./plan.ts";
import { MEMORY_SETTINGS, RESTART, RLIMITS, STOP } from "./settings_policy.ts";
import { PROGRAM } from "./settings_program.ts";
import { actionText } from "./plan_view_policy.ts";

export function writeRestart(section: SectionDraft, restart: RestartPlan): void {
  const { autorestart, exitCodes, onExit, backoff, startSeconds, startLimit, maxAge } = restart;
  section.set(
    PROGRAM.autorestart,
    autorestart,
    autorestart === "unexpected" ? autorestart : autorestart === "always",
  );
  section.set(PROGRAM.exitcodes, exitCodes, exitCodes);
  section.set(PROGRAM.startsecs, startSeconds, startSeconds / 1000);
  section.set(PROGRAM.startretries, restart.startRetries, restart.startRetries);
  section.set(RESTART.earlyExitFails, restart.earlyExitFails, restart.earlyExitFails);
  const rules = onExit.map(({ match, action }) => `${matchText(match)}=${actionText(action)}`);
  section.set(RESTART.onExit, onExit, rules.join(", "));
  section.set(RESTART.backoff, backoff, backoffValue(backoff));
  section.set(RESTART.restartDelay, restart.restartDelay, formatDuration(restart.restartDelay));
  if (startLimit !== null) {
    section.put(RESTART.startLimit, `${startLimit.starts} in ${formatDuration(startLimit.within)}`);
  }
  if (maxAge === null) return;
  section.put(RESTART.maxAge, formatDuration(maxAge.age));
  if (maxAge.jitter > 0) section.put(RESTART.maxAgeJitter, formatDuration(maxAge.jitter));
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

export const NO_SHARES: MemoryShares = { cap: null, hardLimit: null };

export function writeMemory(
  section: SectionDraft,
  memory: MemoryPlan,
  shares: MemoryShares = NO_SHARES,
): void {
  const { cap, action, hardLimit } = memory;
  if (cap !== null) section.put(MEMORY_SETTINGS.cap, shares.cap ?? cap);
  section.set(
    MEMORY_SETTINGS.action,
    action,
    typeof action === "string" ? action : signalName(action.signal),
  );
  if (hardLimit !== null) section.put(MEMORY_SETTINGS.hardLimit, shares.hardLimit ?? hardLimit);
}

export function writeStop(section: SectionDraft, { steps, scope, killScope }: StopPlan): void {
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
