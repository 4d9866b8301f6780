// The runner's own log: what happened, in supervisord's words and levels, as text or JSON.
import { describeLogFact, type LogFact } from "../core/log_loss.ts";
import { localStamp } from "../core/log_format.ts";
import { NO_LIMITS } from "../core/log_policy.ts";
import { visibleText } from "../core/visible_text.ts";
import type { LogLevel, RunnerPlan } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";
import type { LogCounters, LogSource, LogStore, LogTarget, LogWriter } from "../ports/logs.ts";

/** From the gravest; the four letters are supervisord's. */
const LEVELS: Readonly<Record<LogLevel, { readonly rank: number; readonly letters: string }>> = {
  critical: { rank: 0, letters: "CRIT" },
  error: { rank: 1, letters: "ERRO" },
  warn: { rank: 2, letters: "WARN" },
  info: { rank: 3, letters: "INFO" },
  debug: { rank: 4, letters: "DEBG" },
  trace: { rank: 5, letters: "TRAC" },
  blather: { rank: 6, letters: "BLAT" },
};

export interface OwnLogOptions {
  readonly store: LogStore;
  readonly clock: Clock;
  readonly plan: Pick<
    RunnerPlan,
    "logfile" | "logfileMaxBytes" | "logfileBackups" | "logLevel" | "logFormat"
  >;
  /** Lines go to stderr, too: stdout is for the output of programs. */
  readonly foreground: boolean;
}

interface Outlet {
  readonly writer: LogWriter;
  readonly source: LogSource;
  readonly format: "text" | "json" | "bare";
}

/** Lines about what the runner does. It never waits and never fails: what cannot be written is counted by the log. */
export class OwnLog {
  readonly #clock: Clock;
  readonly #level: LogLevel;
  readonly #outlets: readonly Outlet[];

  constructor({ store, clock, plan, foreground }: OwnLogOptions) {
    this.#clock = clock;
    this.#level = plan.logLevel;
    const { logfile, logFormat } = plan;
    const limits = { ...NO_LIMITS, maxBytes: plan.logfileMaxBytes, backups: plan.logfileBackups };
    const targets: LogTarget[] = [];
    if (logfile.kind !== "none" && logfile.kind !== "auto") targets.push(logfile);
    const isOnStream = logfile.kind === "stdout" || logfile.kind === "stderr";
    if (foreground && !isOnStream) targets.push({ kind: "stderr" });
    this.#outlets = targets.map((target) => {
      const writer = store.open(target, target.kind === "file" ? limits : NO_LIMITS);
      const source = writer.source("own log", () => {});
      // syslog has a time of its own.
      return { writer, source, format: target.kind === "syslog" ? "bare" : logFormat };
    });
    store.listen((fact) => this.fact(fact));
  }

  /** Where it can be read; null when it is no file. */
  get path(): string | null {
    return this.#outlets.map(({ writer }) => writer.path).find((path) => path !== null) ?? null;
  }

  /** Of the same file; null when it is no file. */
  get counters(): LogCounters | null {
    return this.#outlets.find(({ writer }) => writer.path !== null)?.writer.counters ?? null;
  }

  isOn(level: LogLevel): boolean {
    return LEVELS[level].rank <= LEVELS[this.#level].rank;
  }

  write(level: LogLevel, message: string): void {
    if (!this.isOn(level)) return;
    const { wall } = this.#clock.now();
    for (const { source, format } of this.#outlets) {
      source.write(new TextEncoder().encode(formatOwnLine(format, { level, message, wall })));
    }
  }

  /** What a log had to say about itself. */
  fact(fact: LogFact): void {
    this.write(fact.kind === "log-lost" ? "error" : "warn", describeLogFact(fact));
  }

  clear(): boolean {
    return this.#outlets.map(({ writer }) => writer.clear()).includes(true);
  }

  close(): void {
    for (const { source, writer } of this.#outlets) {
      source.close();
      writer.close();
    }
  }
}

/** One line of the runner's own log, with its line end. */
export function formatOwnLine(
  format: "text" | "json" | "bare",
  line: { readonly level: LogLevel; readonly message: string; readonly wall: number },
): string {
  const { level, message, wall } = line;
  const { letters } = LEVELS[level];
  switch (format) {
    case "json":
      return `${JSON.stringify({ time: new Date(wall).toISOString(), level, message })}\n`;
    case "bare":
      return `${letters} ${harmless(message)}\n`;
    case "text":
      return `${localStamp(wall)} ${letters} ${harmless(message)}\n`;
  }
}

/** What hooks and receivers of alerts have said must not steer the terminal that shows it. */
function harmless(message: string): string {
  return message.split("\n").map(visibleText).join("\n");
}
