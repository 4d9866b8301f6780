// What a log could not write: how much of it, and where writing may go on so that no half line is left.
import type { Bytes, Millis } from "../manifest/plan.ts";
import { LINE_BOUND } from "./log_policy.ts";

/** Wait between two tries to write again. */
export const RETRY_AFTER: Millis = 1000;

/** What happened to a log, told once when it begins and once when it is over. */
export type LogFact =
  | { readonly kind: "log-lost"; readonly log: string; readonly reason: string }
  | {
    readonly kind: "log-resumed";
    readonly log: string;
    readonly bytes: Bytes;
    readonly lines: number;
  }
  /** Closed before it could be written again. */
  | {
    readonly kind: "log-closed";
    readonly log: string;
    readonly bytes: Bytes;
    readonly lines: number;
  }
  | { readonly kind: "log-unrotated"; readonly log: string; readonly reason: string }
  | { readonly kind: "log-uncompressed"; readonly log: string; readonly reason: string }
  /** Deleted from outside and made anew; `bytes` were written since it was last looked at. */
  | { readonly kind: "log-removed"; readonly log: string; readonly bytes: Bytes };

/** What a log has counted since it was opened. */
export interface LogCounters {
  readonly bytes: Bytes;
  readonly bytesLost: Bytes;
  readonly linesLost: number;
  readonly rotations: number;
}

/** Says a fact about a log in one line, without the level. */
export function describeLogFact(fact: LogFact): string {
  switch (fact.kind) {
    case "log-lost":
      return `Cannot write log ${fact.log}: ${fact.reason}; output is lost until it can be written again`;
    case "log-resumed":
      return `Log ${fact.log} is written again: ${fact.bytes} bytes, ${fact.lines} lines lost`;
    case "log-closed":
      return `Log ${fact.log} is closed: ${fact.bytes} bytes, ${fact.lines} lines lost`;
    case "log-unrotated":
      return `Cannot rotate log ${fact.log}: ${fact.reason}; it grows on`;
    case "log-uncompressed":
      return `Cannot compress log ${fact.log}: ${fact.reason}; it stays as it is`;
    case "log-removed":
      return `Log ${fact.log} was removed and is made anew: ${fact.bytes} bytes written last are gone`;
  }
}

const NEWLINE = 10;

/** What a log has counted, for another program to go on with. */
export interface LogLedgerState {
  readonly counters: LogCounters;
  /** What a gap has lost up to now; null: there is none. */
  readonly gap: {
    readonly bytes: Bytes;
    readonly lines: number;
    readonly isInLine: boolean;
  } | null;
}

/** A gap in a log, from the first byte that could not be written. */
export class LogGap {
  bytes: Bytes = 0;
  lines = 0;
  /** Monotonic time of the next try. */
  retryAt: Millis;
  #isInLine = false;
  #skipped = 0;

  constructor(retryAt: Millis) {
    this.retryAt = retryAt;
  }

  /** The last byte that was lost is in the middle of a line. */
  get isInLine(): boolean {
    return this.#isInLine;
  }

  set isInLine(isInLine: boolean) {
    this.#isInLine = isInLine;
  }

  /** Counts bytes as lost. */
  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.bytes += bytes.length;
    this.lines += countLines(bytes);
    this.#isInLine = bytes[bytes.length - 1] !== NEWLINE;
  }

  /** Gives the part that starts a line of its own; what is before it belongs to a lost line and is counted. */
  rest(bytes: Uint8Array): Uint8Array {
    if (!this.#isInLine) return bytes;
    const newline = bytes.indexOf(NEWLINE);
    this.#skipped += bytes.length;
    // A stream without any line end must not be lost for ever.
    if (newline < 0 && this.#skipped > LINE_BOUND) return bytes;
    const start = newline < 0 ? bytes.length : newline + 1;
    this.add(bytes.subarray(0, start));
    return bytes.subarray(start);
  }
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

/** Counts what one log wrote and lost, and tells when a gap begins and ends. */
export class LogLedger {
  readonly log: string;
  bytes: Bytes = 0;
  rotations = 0;
  gap: LogGap | null = null;
  #bytesLost: Bytes = 0;
  #linesLost = 0;
  readonly #report: (fact: LogFact) => void;

  constructor(log: string, report: (fact: LogFact) => void) {
    this.log = log;
    this.#report = report;
  }

  get counters(): LogCounters {
    const { bytes, rotations } = this;
    const bytesLost = this.#bytesLost + (this.gap?.bytes ?? 0);
    const linesLost = this.#linesLost + (this.gap?.lines ?? 0);
    return { bytes, rotations, bytesLost, linesLost };
  }

  get state(): LogLedgerState {
    const { gap, counters } = this;
    if (gap === null) return { counters, gap };
    const { bytes, lines, isInLine } = gap;
    return { counters, gap: { bytes, lines, isInLine } };
  }

  /** Goes on where another one has left off; a gap may be over by now. */
  adopt({ counters, gap }: LogLedgerState): void {
    this.bytes += counters.bytes;
    this.rotations += counters.rotations;
    this.#bytesLost += counters.bytesLost - (gap?.bytes ?? 0);
    this.#linesLost += counters.linesLost - (gap?.lines ?? 0);
    if (gap === null) return;
    this.gap ??= new LogGap(-Infinity);
    this.gap.bytes += gap.bytes;
    this.gap.lines += gap.lines;
    this.gap.isInLine = gap.isInLine;
  }

  report(fact: LogFact): void {
    this.#report(fact);
  }

  /** Counts bytes as lost; the first ones begin a gap, told by its reason. */
  lose(
    bytes: Uint8Array,
    { reason, mono }: { readonly reason: string; readonly mono: Millis },
  ): void {
    const isNew = this.gap === null;
    this.gap ??= new LogGap(mono + RETRY_AFTER);
    this.gap.add(bytes);
    if (isNew) this.#report({ kind: "log-lost", log: this.log, reason });
  }

  /** Counts bytes that are gone although they were written. */
  loseWritten(bytes: Bytes): void {
    this.#bytesLost += bytes;
    this.#report({ kind: "log-removed", log: this.log, bytes });
  }

  /** The gap is over. */
  resume(): void {
    this.#endGap("log-resumed");
  }

  /** The log is closed, with or without a gap. */
  close(): void {
    this.#endGap("log-closed");
  }

  #endGap(kind: "log-resumed" | "log-closed"): void {
    if (this.gap === null) return;
    const { bytes, lines } = this.gap;
    this.gap = null;
    this.#bytesLost += bytes;
    this.#linesLost += lines;
    this.#report({ kind, log: this.log, bytes, lines });
  }
}
