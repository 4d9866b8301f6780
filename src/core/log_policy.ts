// When and where a log is rotated, how its backups are numbered, and which of them go. Decisions only.
import { LINE_BOUND } from "../base/lines.ts";
import type { Bytes, LogPlan, Millis } from "../manifest/plan.ts";

/** A line up to this long is never split between two files; it also bounds what rotation reads back. */
export { LINE_BOUND };

/** The part of a LogPlan that rotation acts on; it may change while the log is open. */
export type LogLimits = Pick<
  LogPlan,
  "maxBytes" | "backups" | "maxAge" | "daily" | "compress" | "totalMax"
>;

/** A log that grows for ever, as streams and devices do. */
export const NO_LIMITS: LogLimits = {
  maxBytes: 0,
  backups: 0,
  maxAge: null,
  daily: false,
  compress: false,
  totalMax: null,
};

const NEWLINE = 10;
/** Bytes of a UTF-8 character after its first, at most. */
const CONTINUATION_MAX = 3;

/** Size over which a file is rotated; 0: never. */
export function rotationSize(limits: LogLimits): Bytes {
  const { maxBytes, totalMax } = limits;
  if (totalMax === null) return Math.max(0, maxBytes);
  // A total cap on a file without a size of its own: half for the file, half for its past.
  if (maxBytes <= 0) return Math.max(1, Math.floor(totalMax / 2));
  return Math.min(maxBytes, totalMax);
}

/** The live file as rotation sees it. */
export interface LiveFile {
  readonly size: Bytes;
  /** Its rotation size, over 0. */
  readonly limit: Bytes;
  /** Bytes of the unfinished line at its end; Infinity: more than LINE_BOUND. */
  readonly tail: Bytes;
}

/** What to do next with bytes that come near the limit. */
export type WriteStep =
  | { readonly kind: "write"; readonly length: Bytes }
  /** Rotate; the last `moved` bytes are the head of a line and go to the new file. */
  | { readonly kind: "rotate"; readonly moved: Bytes };

/**
 * Says how many of the first bytes go to the file as it is, or that it must be rotated first.
 * A file exceeds its limit only for a line that alone is longer, and then by LINE_BOUND at most.
 */
export function nextStep(bytes: Uint8Array, file: LiveFile): WriteStep {
  const room = Math.max(0, file.limit - file.size);
  if (bytes.length <= room) return { kind: "write", length: bytes.length };
  const whole = room === 0 ? 0 : bytes.lastIndexOf(NEWLINE, room - 1) + 1;
  if (whole > 0) return { kind: "write", length: whole };
  if (file.tail === 0 && file.size > 0) return { kind: "rotate", moved: 0 };
  if (file.tail < file.size && file.tail > 0) return { kind: "rotate", moved: file.tail };
  return alone(bytes, file);
}

/** The file holds nothing but the head of this line, or the line is over LINE_BOUND. */
function alone(bytes: Uint8Array, file: LiveFile): WriteStep {
  const bound = file.tail === Infinity ? file.limit : Math.max(file.limit, LINE_BOUND);
  const room = Math.max(0, bound - file.size);
  const newline = bytes.indexOf(NEWLINE);
  const end = newline < 0 ? bytes.length : newline + 1;
  if (end <= room) return { kind: "write", length: end };
  const most = Math.min(bytes.length, Math.max(0, bound + CONTINUATION_MAX - file.size));
  let length = Math.min(room, bytes.length);
  while (length < most && isContinuation(bytes[length])) length++;
  return length > 0 ? { kind: "write", length } : { kind: "rotate", moved: 0 };
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** One numbered backup, `app.log.3` or `app.log.3.gz`. */
export interface Backup {
  readonly number: number;
  readonly isGzip: boolean;
  readonly size: Bytes;
  /** Milliseconds since the epoch. */
  readonly modified: Millis;
}

/** One deed on numbered backups. */
export type BackupStep =
  | { readonly kind: "remove"; readonly name: string }
  | { readonly kind: "rename"; readonly from: string; readonly to: string };

/** Name of a numbered backup. */
export function backupName(path: string, backup: Pick<Backup, "number" | "isGzip">): string {
  return `${path}.${backup.number}${backup.isGzip ? ".gz" : ""}`;
}

/** Frees number 1: every backup moves up by one, the oldest ones go. Given in ascending order of numbers. */
export function shiftSteps(
  path: string,
  backups: readonly Backup[],
  keep: number,
): readonly BackupStep[] {
  return backups.toReversed().map((backup) =>
    backup.number >= keep ? { kind: "remove", name: backupName(path, backup) } : {
      kind: "rename",
      from: backupName(path, backup),
      to: backupName(path, { ...backup, number: backup.number + 1 }),
    }
  );
}

/**
 * Backups to remove: too old, or over the total cap beside a full live file. Those that are too many
 * go when the log is rotated: until then they may be another's, who rotates from outside.
 */
export function backupsToPrune(
  backups: readonly Backup[],
  { limits, wall }: { readonly limits: LogLimits; readonly wall: Millis },
): readonly Backup[] {
  let budget = limits.totalMax === null ? Infinity : limits.totalMax - rotationSize(limits);
  return backups.filter((backup) => {
    budget -= backup.size;
    const isOld = limits.maxAge !== null && wall - backup.modified >= limits.maxAge;
    return isOld || budget < 0;
  });
}

/** Wall time at which the first backup is too old; null: none will be. */
export function firstExpiry(backups: readonly Backup[], limits: LogLimits): Millis | null {
  const { maxAge } = limits;
  if (maxAge === null || backups.length === 0) return null;
  return Math.min(...backups.map(({ modified }) => modified + maxAge));
}

/** Wall time of the local midnight after `wall`. */
export function nextMidnight(wall: Millis): Millis {
  return new Date(wall).setHours(24, 0, 0, 0);
}
