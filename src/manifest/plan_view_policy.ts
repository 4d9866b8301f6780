// The rows of a plan that tell of restarts, memory and stopping.
import { signalName } from "../base/signals.ts";
import { formatDuration, formatSize } from "../base/units.ts";
import type {
  BackoffPlan,
  ExitAction,
  ExitMatch,
  MemoryPlan,
  ProcessPlan,
  StopPlan,
} from "./plan.ts";

type Row = readonly [string, string];

export function policyRows({ restart, memory, stop }: ProcessPlan): readonly Row[] {
  const { maxAge, startLimit } = restart;
  const jitter = maxAge === null || maxAge.jitter === 0
    ? ""
    : ` +- ${formatDuration(maxAge.jitter)}`;
  return [
    ["restart", restartText(restart.autorestart, restart.exitCodes)],
    [
      "on exit",
      restart.onExit.map(({ match, action }) => `${matchText(match)} ${actionText(action)}`).join(
        ", ",
      ),
    ],
    ["start", `up after ${formatDuration(restart.startSeconds)}, ${restart.startRetries} retries`],
    ["back-off", backoffText(restart.backoff)],
    ["restart delay", restart.restartDelay === 0 ? "" : formatDuration(restart.restartDelay)],
    [
      "start limit",
      startLimit === null ? "" : `${startLimit.starts} in ${formatDuration(startLimit.within)}`,
    ],
    ["restarted at", restartAtText(restart.restartAt)],
    ["max age", maxAge === null ? "" : formatDuration(maxAge.age) + jitter],
    ["max memory", memoryText(memory)],
    ["hard limit", memory.hardLimit === null ? "" : formatSize(memory.hardLimit)],
    ["stop", stopText(stop)],
  ];
}

function restartText(when: "always" | "unexpected" | "never", codes: readonly number[]): string {
  switch (when) {
    case "always":
      return "always";
    case "never":
      return "never";
    case "unexpected":
      return codes.length === 0 ? "after any exit code" : `unless exit code ${codes.join(", ")}`;
  }
}

function matchText(match: ExitMatch): string {
  switch (match.kind) {
    case "codes":
      return match.from === match.to ? `${match.from}:` : `${match.from}-${match.to}:`;
    case "signal":
      return `${signalName(match.signal)}:`;
    case "any-signal":
      return "any signal:";
    case "rest":
      return "the rest:";
  }
}

/** What a rule of `on_exit` does, as a manifest writes it. */
export function actionText(action: ExitAction): string {
  switch (action.kind) {
    case "restart":
      return action.delay === 0 ? "restart" : `restart after ${formatDuration(action.delay)}`;
    case "stop":
    case "fatal":
      return action.kind;
    case "shutdown":
      return `shutdown ${action.status}`;
  }
}

function backoffText(backoff: BackoffPlan): string {
  if (backoff.kind === "linear") return "";
  const { initial, factor, max, jitter, resetAfter } = backoff;
  return `${formatDuration(initial)} times ${factor} up to ${formatDuration(max)}, ` +
    `jitter ${Math.round(jitter * 100)}%, forgotten after ${formatDuration(resetAfter)}`;
}

function memoryText({ cap, action }: MemoryPlan): string {
  if (cap === null) return "";
  return `${formatSize(cap)}, then ${
    typeof action === "string" ? action : signalName(action.signal)
  }`;
}

function stopText({ steps, message, scope, killScope }: StopPlan): string {
  const signals = steps.map(({ signal, wait }, step) => {
    const name = signal === 0 ? "nothing" : signalName(signal).replace(/^SIG/, "");
    const first = step > 0 || message === null ? name : `message ${JSON.stringify(message)}`;
    return `${first} ${formatDuration(wait)}`;
  });
  const whom = { process: "", group: " to its group", tree: " to all descendants" };
  const kill = scope === killScope ? "" : whom[killScope];
  return `${signals.join(", ")}${whom[scope]}, then KILL${kill}`;
}

function restartAtText(at: ProcessPlan["restart"]["restartAt"]): string {
  if (at === undefined) return "";
  return at.timeZone === null ? at.expression : `${at.expression} (${at.timeZone})`;
}
