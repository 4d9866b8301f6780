// Logs as the engine sees them: a store, writers into it, and the few calls a rotated file needs of the disk.
import type { LogCounters, LogFact } from "../core/log_loss.ts";
import type { LogLimits } from "../core/log_policy.ts";
import type { Bytes, Millis } from "../manifest/plan.ts";

export type { LogCounters, LogFact, LogLimits };

/** A stream of a process. */
export type StreamName = "stdout" | "stderr";

/** Where a log is written. `file` also covers FIFOs and devices. */
export type LogTarget =
  | { readonly kind: "file"; readonly path: string }
  /** A file of the runner's own; the same process and stream get the same file until the store closes. */
  | { readonly kind: "auto"; readonly process: string; readonly stream: StreamName }
  | { readonly kind: "stdout" }
  | { readonly kind: "stderr" }
  | { readonly kind: "syslog" };

/** One stream of bytes into a log that others may write to as well. */
export interface LogSource {
  /** Takes all of the bytes, valid during the call only. False: the log is full, wait for `onDrain`. */
  write(bytes: Uint8Array): boolean;
  /** Writes out what was held back for the end of its line, and leaves. */
  close(): void;
}

/** An open log. Those who open the same file share it; each closes what it was given. */
export interface LogWriter {
  /** The file as it can be read; null for what is no file. */
  readonly path: string | null;
  readonly counters: LogCounters;
  /** Lines of sources with different keys are never mixed; bytes of the same key follow each other as they are. */
  source(key: string, onDrain: () => void): LogSource;
  /** Takes new limits, for all who share the log. */
  adjust(limits: LogLimits): void;
  /** Empties the live file; false when there is none or it cannot be. */
  clear(): boolean;
  close(): void;
}

/** All logs of a runner. */
export interface LogStore {
  /** Facts go to `report`, those from before first. */
  listen(report: (fact: LogFact) => void): void;
  open(target: LogTarget, limits: LogLimits): LogWriter;
  /** Opens every file again by its name, for those who rotate from outside. */
  reopen(): void;
  /** Waits for slow streams, `within` at most, then closes everything. */
  close(within: Millis): Promise<void>;
}

/** Tells when a descriptor takes bytes again. */
export interface WritableWatch {
  /** Calls back once; disposing it first means never. */
  watchWritable(fd: number, onWritable: () => void): Disposable;
}

/** Why a call to the disk failed, as errno(3) names it: `ENOSPC`. */
export interface LogFault {
  readonly fault: string;
}

/** A file on disk, as it was looked at. */
export interface FileLook {
  /** Device and inode. */
  readonly identity: string;
  readonly isRegular: boolean;
  readonly size: Bytes;
  /** Milliseconds since the epoch. */
  readonly modified: Millis;
}

/** An open log file; writes go to its end. */
export interface LogFile {
  readonly opened: FileLook;
  /** Bytes taken, or minus errno. */
  write(bytes: Uint8Array): number;
  /** Fewer bytes than asked for when they cannot be read. */
  read(at: Bytes, length: Bytes): Uint8Array;
  truncate(size: Bytes): boolean;
  /** As it is now: somebody else may have added to it, emptied it or removed its last name. */
  look(): { readonly size: Bytes; readonly hasName: boolean };
  close(): void;
}

/** What rotation needs of the disk. */
export interface LogDriver {
  /** Opens a regular file for appending, made with its folders if missing. */
  open(path: string, mode: number): LogFile | LogFault;
  look(path: string): FileLook | null;
  rename(from: string, to: string): LogFault | null;
  /** A missing file is no fault. */
  remove(path: string): LogFault | null;
  /** `ENOSPC` for 28. */
  faultName(errno: number): string;
}
