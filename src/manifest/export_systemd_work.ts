// The keys of a unit of systemd that are about the work of a process: readiness, hooks, order, times.
import type { Millis, ProcessPlan } from "./plan.ts";
import type { HookPlan } from "./plan_work.ts";
import { wordsElsewhere } from "./script_words.ts";
import { calendarsOfCron } from "./systemd_calendar.ts";

/** A word in quotes where it needs them; `%` is doubled in any case. */
function unitWord(word: string): string {
  const safe = word.replaceAll("%", "%%");
  return /^[\w./:@%+,=-]+$/.test(safe) ? safe : quotedText(safe);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
};

/** A text between double quotes. */
export function quotedText(text: string): string {
  const escaped = text.replaceAll(
    // deno-lint-ignore no-control-regex
    /[\\"\x00-\x1f\x7f]/g,
    (char) => ESCAPES[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `"${escaped}"`;
}

/** Whole seconds as such, all else in milliseconds. */
export function span(time: Millis): string {
  return time % 1000 === 0 ? `${time / 1000}` : `${time}ms`;
}

/** `Type` and the commands, in the order in which they are run. */
export function commandLines(process: ProcessPlan): readonly string[] {
  const { hooks: { preStart, postStart, preStop, postExit } } = process;
  return [
    ...typeLines(process),
    ...hookLine("ExecStartPre", preStart, preStart?.onFailure === "fail"),
    // The colon keeps dollar signs as they are.
    `ExecStart=:${wordsElsewhere(process.command).map(unitWord).join(" ")}`,
    ...hookLine("ExecStartPost", postStart),
    ...hookLine("ExecStop", preStop),
    ...hookLine("ExecStopPost", postExit),
  ];
}

function typeLines({ type, ready, liveness: { watchdog }, schedule }: ProcessPlan) {
  const isOneshot = type === "oneshot" && schedule === null;
  const isNotified = ready?.when.kind === "notify" && !isOneshot;
  return [
    `Type=${isOneshot ? "oneshot" : isNotified ? "notify" : "exec"}`,
    // What has been done stays done for those that wait for it.
    ...(isOneshot ? ["RemainAfterExit=yes"] : []),
    ...(isNotified || watchdog !== null ? ["NotifyAccess=all"] : []),
    ...(isNotified && ready !== null ? [`TimeoutStartSec=${span(ready.timeout)}`] : []),
    ...(watchdog === null ? [] : [`WatchdogSec=${span(watchdog)}`]),
  ];
}

function hookLine(key: string, hook: HookPlan | null, isStrict = false): readonly string[] {
  if (hook === null) return [];
  const words = hook.command.map((word) => unitWord(withTheirNames(word)));
  return [`${key}=${isStrict ? "" : "-"}:${words.join(" ")}`];
}

/** What a shell in a hook is told by us, systemd tells it by other names. */
function withTheirNames(word: string): string {
  return word.replaceAll(/\$\{?RUNNER_PID\b\}?/g, () => "$MAINPID")
    .replaceAll(/\$\{?RUNNER_EXIT_CODE\b\}?/g, () => "$EXIT_STATUS");
}

/** What a unit waits for, by the names of other units. */
export interface UnitOrder {
  readonly after: readonly string[];
  readonly requires: readonly string[];
  /** Restarted with it. */
  readonly partOf: readonly string[];
}

export function orderLines({ after, requires, partOf }: UnitOrder): readonly string[] {
  const line = (key: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : [`${key}=${[...new Set(names)].join(" ")}`];
  return [
    ...line("PartOf", partOf),
    ...line("Requires", requires),
    ...line("After", after),
  ];
}

/** How long a run or a life may last; a oneshot of systemd has no such limit. */
export function lifeLines({ restart: { maxAge }, schedule, type }: ProcessPlan): readonly string[] {
  if (schedule !== null) {
    return schedule.timeout === null ? [] : [`RuntimeMaxSec=${span(schedule.timeout)}`];
  }
  return maxAge === null || type === "oneshot" ? [] : [`RuntimeMaxSec=${span(maxAge.age)}`];
}

/** The text of the timer of a job; null where systemd has no words for its times. */
export function timerText(process: ProcessPlan, pool: string): string | null {
  const { schedule } = process;
  if (schedule === null) return null;
  const calendars = calendarsOfCron(schedule.expression, schedule.timeZone);
  if (calendars === null) return null;
  return [
    "[Unit]",
    `Description=When ${process.program} of ${pool} is due`,
    `PartOf=${pool}.target`,
    "",
    "[Timer]",
    ...calendars.map((calendar) => `OnCalendar=${calendar}`),
    // A minute late is what systemd takes for punctual.
    "AccuracySec=1s",
    ...(schedule.jitter === 0 ? [] : [`RandomizedDelaySec=${span(schedule.jitter)}`]),
    ...(schedule.catchUp === "once" ? ["Persistent=yes"] : []),
    "",
    "[Install]",
    `WantedBy=${pool}.target`,
    "",
  ].join("\n");
}
