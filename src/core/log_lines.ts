// What happened, in the words people grep for: supervisord 4.2's lines, and ours where it has none.
import type { Exit } from "../base/exit.ts";
import { formatDuration, formatSize } from "../base/units.ts";
import { signalName } from "../base/signals.ts";
import type { LogLevel } from "../manifest/plan.ts";
import type { Fact } from "./events.ts";
import { jobLine } from "./job_lines.ts";

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
        `stopping: ${nameOf(fact.id)} with ${stopWord(fact)} (${causeText(fact.cause)})`,
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
    case "max-jobs":
      return info(`max_jobs: ${nameOf(fact.id)} has done ${fact.jobs} jobs`);
    case "changed":
      return info(changedText(fact));
    case "spare":
      return spareLine(fact);
    case "hook":
      return hookLine(fact);
    case "alert":
      return alertLine(fact);
    case "ready":
      return info(`ready: ${nameOf(fact.id)} after ${formatDuration(Math.round(fact.after))}`);
    case "unwell":
      return warn(`unwell: ${nameOf(fact.id)}: ${fact.detail} (${fact.cause})`);
    case "job":
      return jobLine(fact);
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
    case "waiting-for":
      return waitingLine(fact);
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

function hookLine(fact: Extract<Fact, { kind: "hook" }>): LogLine {
  const { id, hook, outcome, detail, said } = fact;
  const text = `hook: ${hook} of ${nameOf(id)} ${outcome === "done" ? "is done" : "has failed"}`;
  const level = outcome === "failed" ? "warn" : "debug";
  return { level, text: [text, detail, said].filter((part) => part !== "").join(": ") };
}

/** An outage of a receiver is told when it begins, when it ends, and when it costs something. */
function alertLine({ alert, outcome, count, detail }: Extract<Fact, { kind: "alert" }>): LogLine {
  const events = count === 1 ? "1 event" : `${count} events`;
  switch (outcome) {
    case "sent":
      return { level: "debug", text: `alert: ${alert} has been sent, ${events}` };
    case "restored":
      return info(`alert: ${alert} is delivered again, ${events}${detail && `; ${detail}`}`);
    case "failed":
      return warn(`alert: ${alert} cannot be delivered, trying again: ${detail}`);
    case "lost":
      return { level: "error", text: `alert: ${alert} is given up, ${events} lost: ${detail}` };
  }
}

function updatedText(fact: Extract<Fact, { kind: "updated" }>): string {
  const parts = [
    listed("added", fact.added),
    listed("removed", fact.removed),
    listed("restarted", fact.restarted),
    listed("adjusted", fact.adjusted),
    listed("changed", fact.alerts.map((name) => `alert:${name}`)),
  ].filter((part) => part !== "");
  return parts.length === 0 ? "update: nothing has changed" : `update: ${parts.join("; ")}`;
}

function listed(word: string, ids: readonly string[]): string {
  return ids.length === 0 ? "" : `${word} ${ids.join(", ")}`;
}

function waitingLine({ id, texts, inVain }: Extract<Fact, { kind: "waiting-for" }>): LogLine {
  const what = texts.join(", ");
  return inVain
    ? warn(`waiting: ${nameOf(id)} waits in vain for ${what}`)
    : info(`waiting: ${nameOf(id)} waits for ${what}`);
}

function downLine(fact: Extract<Fact, { kind: "down" }>): LogLine {
  if (fact.killed.length === 0) return info("everything has stopped");
  const names = fact.killed.map(nameOf).join(", ");
  return warn(`everything has stopped; had to be killed: ${names}`);
}

function causeText(cause: string): string {
  return cause === "memory" ? "over max_memory" : cause.replace(/^max-/, "max_");
}

function changedText({ ids, file, more }: Extract<Fact, { kind: "changed" }>): string {
  const others = more === 0 ? "" : ` and ${more} more`;
  return `watch: ${file}${others}: ${ids.map(nameOf).join(", ")} to be restarted`;
}

function spareLine(fact: Extract<Fact, { kind: "spare" }>): LogLine {
  const [old, spare] = [nameOf(fact.id), nameOf(fact.spare)];
  switch (fact.step) {
    case "called":
      return info(`spare: ${spare} is to take over from ${old} (${causeText(fact.cause)})`);
    case "took-over":
      return info(`spare: ${spare} has taken over from ${old}, which stands by`);
    case "failed":
      return warn(`spare: ${spare} did not come up: ${old} is left as it is`);
  }
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

/** What a child is stopped with first. */
export function stopWord({ signal, message }: Extract<Fact, { kind: "stopping" }>): string {
  return message === undefined ? signalName(signal) : `message ${JSON.stringify(message)}`;
}
