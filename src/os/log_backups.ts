// The numbered backups of one log: found, moved up, removed; and the step from a full file to a new one.
import {
  type Backup,
  backupName,
  type BackupStep,
  backupsToPrune,
  firstExpiry,
  type LogLimits,
  shiftSteps,
} from "../core/log_policy.ts";
import type { Bytes, Millis } from "../manifest/plan.ts";
import type { LogDriver, LogFault } from "../ports/logs.ts";
import { AppendFile } from "./append_file.ts";

/** A log by its name, on a disk. */
export interface LogPlace {
  readonly driver: LogDriver;
  readonly path: string;
  /** Mode of a new file, before the umask. */
  readonly mode: number;
}

/** Finds the backups, by number, up to the first number that is free. */
export function listBackups({ driver, path }: LogPlace): Backup[] {
  const found: Backup[] = [];
  for (let number = 1;; number++) {
    const before = found.length;
    for (const isGzip of [false, true]) {
      const look = driver.look(backupName(path, { number, isGzip }));
      if (look === null || !look.isRegular) continue;
      found.push({ number, isGzip, size: look.size, modified: look.modified });
    }
    if (found.length === before) return found;
  }
}

/** Removes what the limits do not allow; gives the wall time at which the next backup is too old. */
export function pruneBackups(
  place: LogPlace,
  { limits, wall }: { readonly limits: LogLimits; readonly wall: Millis },
): Millis | null {
  const backups = listBackups(place);
  const gone = backupsToPrune(backups, { limits, wall });
  for (const backup of gone) place.driver.remove(backupName(place.path, backup));
  return firstExpiry(backups.filter((backup) => !gone.includes(backup)), limits);
}

/**
 * Goes from a full file to a new one; the last `moved` bytes, the head of a line, go along.
 * The old file is closed, or left as it was when the answer is a fault.
 */
export function rotate(
  old: AppendFile,
  { place, keep, moved }: {
    readonly place: LogPlace;
    readonly keep: number;
    readonly moved: Bytes;
  },
): AppendFile | LogFault {
  const head = old.end(moved);
  if (keep === 0) return startAnew(old, head);
  const { driver, path } = place;
  // Somebody has put another file there: theirs is not ours to rename, and no line head follows us.
  const isOurs = driver.look(path)?.identity === old.opened.identity;
  const fault = isOurs ? shift(place, keep) : null;
  if (fault !== null) return fault;
  const next = AppendFile.open(driver, place);
  if ("fault" in next) {
    if (isOurs) driver.rename(`${path}.1`, path);
    return next;
  }
  if (isOurs && !moveHead(head, { old, next })) {
    next.close();
    driver.rename(`${path}.1`, path);
    return { fault: next.lastFault };
  }
  old.close();
  return next;
}

/** Without backups the file is emptied only when the next bytes are at hand. */
function startAnew(old: AppendFile, head: Uint8Array): AppendFile | LogFault {
  if (!old.truncate(0)) return { fault: "the file cannot be emptied" };
  old.append(head);
  return old;
}

/** First to the new file, then off the old one: a crash in between doubles half a line and loses nothing. */
function moveHead(head: Uint8Array, { old, next }: { old: AppendFile; next: AppendFile }): boolean {
  if (head.length === 0) return true;
  if (next.append(head) !== head.length) return false;
  const { size } = old;
  old.refresh();
  // Somebody else has just added to it: what is theirs is not cut off, and the head is there twice.
  return old.size !== size || old.truncate(size - head.length);
}

/** After another program has renamed the file: the line that it ends in goes on, whole, in the one made anew. */
export function carryHead(old: AppendFile, next: AppendFile): void {
  if (old.opened.identity === next.opened.identity || !next.endsLine) return;
  old.refresh();
  const tail = old.tail();
  if (tail === Infinity) return;
  const { size } = next;
  if (!moveHead(old.end(tail), { old, next })) next.truncate(size);
}

/** Moves every backup up by one, then the live file to number 1. */
function shift(place: LogPlace, keep: number): LogFault | null {
  const { driver, path } = place;
  const steps = shiftSteps(path, listBackups(place), keep);
  for (const step of [...steps, { kind: "rename", from: path, to: `${path}.1` } as const]) {
    const fault = take(driver, step);
    if (fault !== null) return fault;
  }
  return null;
}

function take(driver: LogDriver, step: BackupStep): LogFault | null {
  return step.kind === "remove" ? driver.remove(step.name) : driver.rename(step.from, step.to);
}
