// What every kind of log file or stream can do; one of them is behind each shared log.
import type { Instant } from "../base/instant.ts";
import type { Bytes, Millis } from "../manifest/plan.ts";
import type { LogCounters, LogLimits } from "../ports/logs.ts";

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
}
