// What every kind of log file or stream can do; one of them is behind each shared log.
import type { Instant } from "../base/instant.ts";
import type { Bytes, Millis } from "../manifest/plan.ts";
import type { LogLedgerState } from "../core/log_loss.ts";
import type { LogCounters, LogLimits } from "../ports/logs.ts";

/** A log as it is handed over to another program, which opens it anew. */
export interface SinkState {
  readonly ledger: LogLedgerState;
  /** Bytes taken that the other side has not taken yet. */
  readonly waiting: readonly Uint8Array[];
  /** Descriptor that keeps a reader from seeing an end in between; null: there is none, or none that has to. */
  readonly held: number | null;
}

/** Where the bytes of a log go in the end. */
export interface LogSink {
  /** The file as it can be read; null for what is no file. */
  readonly path: string | null;
  /** Device and inode now; null while it is not open. */
  readonly identity: string | null;
  readonly counters: LogCounters;
  /** Bytes taken that the other side has not taken yet. */
  readonly pending: Bytes;
  /** It wants no more now; it tells when it has drained. */
  readonly isFull: boolean;
  /** Takes all bytes, valid during the call only. False: `isFull` now. */
  write(bytes: Uint8Array): boolean;
  adjust(limits: LogLimits): void;
  clear(): boolean;
  reopen(): void;
  /** What is due by the calendar. */
  tick(now: Instant): void;
  /** Monotonic time of the next tick it wants; null: none. */
  nextTick(now: Instant): Millis | null;
  close(): void;
  /** For the program that takes over. */
  handOver(): SinkState;
  /** Goes on where another program has left off. To be called before anything is written. */
  adopt(state: SinkState): void;
}
