// What happened, in the words people grep for: supervisord 4.2's lines, and ours where it has none.
import type { Exit } from "../base/exit.ts";
import { formatDuration, formatSize } from "../base/units.ts";
import { signalName } from "../base/signals.ts";
import type { LogLevel } from "../manifest/plan.ts";
import type { Fact } from "./events.ts";

export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
}

/** The line for a fact; null for those that only subscribers want. */
export function logLine(fact: Fact): LogLine | null {
  switch (fact.kind) {
    case "state":
      return null;
    case "spawned":
      return info(`spawned: '${nameOf(fact.id)}' with pid ${fact.pid}`);
    case "spawn-error":
      return warn(`spawnerr: ${nameOf(fact.id)}: ${fact.reason}`);
    case "running":
      return info(runningText(fact.id, fact.startSeconds));
    case "exited":
      return exitedLine(fact);
    case "gave-up":
      return warn(`gave up: ${nameOf(fact.id)} entered FATAL state, ${fact.reason}`);
    case "stopping":
      return fact.cause === "command" || fact.cause === "shutdown" ? null : info(
        `stopping: ${nameOf(fact.id)} with ${signalName(fact.signal)} (${causeText(fact.cause)})`,
      );
    case "killing":
      return warn(`killing '${nameOf(fact.id)}' (${fact.pid}) with SIGKILL`);
    case "stopped":
      return info(`stopped: ${nameOf(fact.id)} (${exitText(fact.exit)})`);
    case "over-cap":
      return warn(
        `memory: ${nameOf(fact.id)} and its descendants use ${formatSize(fact.bytes)}, ` +
          `over max_memory ${formatSize(fact.cap)}: ${fact.action}`,
      );
    case "max-age":
      return info(`max_age: ${nameOf(fact.id)} has been up for ${formatDuration(fact.age)}`);
    case "updated":
      return info(updatedText(fact));
    case "reload":
      return fact.step === "failed"
        ? warn(`reload failed: ${fact.detail}`)
        : info(`reload ${fact.step}: ${fact.detail}`);
    case "shutdown":
      return fact.step === "forced"
        ? warn(`killing everything that is left: ${fact.why}`)
        : info(`stopping everything: ${fact.why}`);
    case "waiting":
      return info(`waiting for ${fact.ids.map(nameOf).join(", ")} to die`);
    case "down":
      return downLine(fact);
  }
}

/** `exit status 3`, or `terminated by SIGKILL`, as supervisord puts it. */
export function exitText(exit: Exit): string {
  switch (exit.kind) {
    case "code":
      return `exit status ${exit.code}`;
    case "signal":
      return `terminated by ${signalName(exit.signal)}${exit.coreDumped ? " (core dumped)" : ""}`;
    case "lost":
      return "exit status unknown";
  }
}

function runningText(id: string, startSeconds: number): string {
  // "> than": supervisord's own words.
  return `success: ${nameOf(id)} entered RUNNING state, process has stayed up for > than ` +
    `${startSeconds / 1000} seconds (startsecs)`;
}

function exitedLine(fact: Extract<Fact, { kind: "exited" }>): LogLine {
  const expected = fact.expected ? "expected" : "not expected";
  const again = fact.restartIn === null || fact.restartIn <= 0
    ? ""
    : `; again in ${formatDuration(fact.restartIn)}`;
  const text = `exited: ${nameOf(fact.id)} (${exitText(fact.exit)}; ${expected})${again}`;
  return fact.expected ? info(text) : warn(text);
}

function updatedText(fact: Extract<Fact, { kind: "updated" }>): string {
  const parts = [
    listed("added", fact.added),
    listed("removed", fact.removed),
    listed("restarted", fact.restarted),
    listed("adjusted", fact.adjusted),
  ].filter((part) => part !== "");
  return parts.length === 0 ? "update: nothing has changed" : `update: ${parts.join("; ")}`;
}

function listed(word: string, ids: readonly string[]): string {
  return ids.length === 0 ? "" : `${word} ${ids.join(", ")}`;
}

function downLine(fact: Extract<Fact, { kind: "down" }>): LogLine {
  if (fact.killed.length === 0) return info("everything has stopped");
  const names = fact.killed.map(nameOf).join(", ");
  return warn(`everything has stopped; had to be killed: ${names}`);
}

function causeText(cause: string): string {
  return cause === "memory" ? "over max_memory" : cause === "max-age" ? "max_age" : cause;
}

/** supervisord's log names the process without its group. */
function nameOf(id: string): string {
  return id.slice(id.indexOf(":") + 1);
}

function info(text: string): LogLine {
  return { level: "info", text };
}

function warn(text: string): LogLine {
  return { level: "warn", text };
}
