// What /proc says of processes: who there is, whose child, how much memory, with which environment.
import { ERRNO } from "./errno.ts";
import { closeFd, libc, O_RDONLY, openFile, readInto } from "./libc.ts";

/** One line of /proc/PID/stat, as far as it is used. */
export interface ProcStat {
  readonly pid: number;
  readonly isZombie: boolean;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks after boot; together with the pid it names a process for good. */
  readonly startTime: number;
  /** Clock ticks of processor time, ended and waited-for children of its own included. */
  readonly cpuTicks: number;
  /** The same without them. */
  readonly ownTicks: number;
  readonly residentPages: number;
}

const SPACE = 0x20;
const CLOSING = 0x29;
const LETTER_Z = 0x5a;
const LETTER_X = 0x58;

/** Reads /proc/PID/stat. The name in it may hold anything, spaces and parentheses too: the last `)` ends it. */
export function parseStat(bytes: Uint8Array): ProcStat | null {
  const nameEnd = bytes.lastIndexOf(CLOSING);
  if (nameEnd < 0) return null;
  const state = bytes[nameEnd + 2];
  const fields = numbersFrom(bytes, { start: nameEnd + 4, count: 21 });
  const [parent, group, session] = fields;
  const threads = fields[16] ?? 0;
  const startTime = fields[18];
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(10, 14);
  if (parent === undefined || group === undefined || session === undefined) return null;
  if (startTime === undefined) return null;
  // A main thread may end before the others: then the process looks like a zombie and lives.
  const isZombie = (state === LETTER_Z || state === LETTER_X) && threads <= 1;
  const pid = numbersFrom(bytes, { start: 0, count: 1 })[0] ?? 0;
  const ownTicks = user + system;
  const cpuTicks = ownTicks + childUser + childSystem;
  const residentPages = fields[20] ?? 0;
  return { pid, isZombie, parent, group, session, startTime, cpuTicks, ownTicks, residentPages };
}

/** Numbers that are parted by single spaces; by hand because a scan reads hundreds of such lines. */
function numbersFrom(bytes: Uint8Array, range: { start: number; count: number }): number[] {
  const numbers: number[] = [];
  let value = 0;
  let sign = 1;
  let hasDigit = false;
  for (let at = range.start; at < bytes.length && numbers.length < range.count; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) {
      value = value * 10 + byte - 0x30;
      hasDigit = true;
    } else if (byte === SPACE) {
      numbers.push(sign * value);
      value = 0;
      sign = 1;
      hasDigit = false;
    } else if (byte === 0x2d) sign = -1;
    else break;
  }
  if (hasDigit && numbers.length < range.count) numbers.push(sign * value);
  return numbers;
}

/** Resident pages out of /proc/PID/statm. */
export function parseResidentPages(bytes: Uint8Array): number {
  return numbersFrom(bytes, { start: 0, count: 2 })[1] ?? 0;
}

/** Whether a block of NUL-terminated `name=value` has this entry, whole. */
export function hasEntry(environ: Uint8Array, entry: Uint8Array): boolean {
  for (let at = 0; at < environ.length;) {
    const end = environ.indexOf(0, at);
    const stop = end < 0 ? environ.length : end;
    if (stop - at === entry.length && startsWithAt(environ, entry, at)) return true;
    at = stop + 1;
  }
  return false;
}

/** Value of the first entry with this beginning (`NAME=`); null when there is none. */
export function entryAfter(environ: Uint8Array, beginning: Uint8Array): Uint8Array | null {
  for (let at = 0; at < environ.length;) {
    const end = environ.indexOf(0, at);
    const stop = end < 0 ? environ.length : end;
    if (startsWithAt(environ, beginning, at)) {
      return environ.subarray(at + beginning.length, stop);
    }
    at = stop + 1;
  }
  return null;
}

function startsWithAt(bytes: Uint8Array, beginning: Uint8Array, at: number): boolean {
  if (at + beginning.length > bytes.length) return false;
  return beginning.every((byte, index) => bytes[at + index] === byte);
}

/** Kept so that families can be looked at, and ended, when no descriptor is left; below 0: none. */
let spare = -1;

/** Opens something of /proc, with the spare descriptor if it must be; below 0 when it cannot be opened. */
function openProc(path: string, flags: number): number {
  const fd = openFile(path, flags);
  if (spare < 0 || (fd !== -ERRNO.EMFILE && fd !== -ERRNO.ENFILE)) return fd;
  closeFd(spare);
  spare = -1;
  return openFile(path, flags);
}

/** Closes it, and sees to it that there is a spare descriptor for the next time. */
function closeProc(fd: number): void {
  closeFd(fd);
  if (spare < 0) spare = openFile("/proc", O_RDONLY | O_DIRECTORY);
}

let buffer = new Uint8Array(4096);

/** Content of a small file of /proc, valid until the next call; null when it cannot be read. */
export function readProcFile(path: string): Uint8Array | null {
  const fd = openProc(path, O_RDONLY);
  if (fd < 0) return null;
  let length = 0;
  for (;;) {
    const count = readInto(fd, buffer.subarray(length));
    if (count <= 0) {
      closeProc(fd);
      return count < 0 && length === 0 ? null : buffer.subarray(0, length);
    }
    length += count;
    if (length === buffer.length) {
      const larger = new Uint8Array(buffer.length * 4);
      larger.set(buffer);
      buffer = larger;
    }
  }
}

/** /proc/PID/stat of a process; null when there is none. */
export function readStat(pid: number): ProcStat | null {
  const bytes = readProcFile(`/proc/${pid}/stat`);
  return bytes === null ? null : parseStat(bytes);
}

/** Whether this very process, and not a later one with its number, is there and not a zombie. */
export function isAlive(process: { readonly pid: number; readonly startTime: number }): boolean {
  const stat = readStat(process.pid);
  return stat !== null && stat.startTime === process.startTime && !stat.isZombie;
}

/** Resident pages of a process; 0 when it is gone. */
export function residentPages(pid: number): number {
  const bytes = readProcFile(`/proc/${pid}/statm`);
  return bytes === null ? 0 : parseResidentPages(bytes);
}

/** Whether the environment a process was started with has this entry; false where it may not be read. */
export function hasMarker(pid: number, marker: Uint8Array): boolean {
  const environ = readProcFile(`/proc/${pid}/environ`);
  return environ !== null && hasEntry(environ, marker);
}

/** Name and inode of an entry of /proc: the inode stays the same as long as the process is the same. */
export interface ProcEntry {
  readonly pid: number;
  readonly inode: number;
}

const entriesBuffer = new Uint8Array(1 << 16);
const SIZE = BigInt(entriesBuffer.length);
const GETDENTS64 = Deno.build.arch === "x86_64" ? 217n : 61n;
const O_DIRECTORY = Deno.build.arch === "x86_64" ? 0o200000 : 0o40000;

/** All processes. By getdents64(2): five times as fast as Deno.readDirSync, and it tells inodes. */
export function listProcesses(): ProcEntry[] {
  const entries: ProcEntry[] = [];
  const fd = openProc("/proc", O_RDONLY | O_DIRECTORY);
  if (fd < 0) return entries;
  const view = new DataView(entriesBuffer.buffer);
  for (;;) {
    const end = libc().getdents(GETDENTS64, BigInt(fd), entriesBuffer, SIZE);
    if (end <= 0) break;
    for (let at = 0; at < end; at += view.getUint16(at + 16, true)) {
      const pid = pidAt(at + 19);
      if (pid > 0) entries.push({ pid, inode: view.getUint32(at, true) });
    }
  }
  closeProc(fd);
  return entries;
}

/** The number that is the whole name at this place; 0 when it is none. */
function pidAt(start: number): number {
  let pid = 0;
  for (let at = start;; at++) {
    const byte = entriesBuffer[at] ?? 0;
    if (byte === 0) return pid;
    if (byte < 0x30 || byte > 0x39) return 0;
    pid = pid * 10 + byte - 0x30;
  }
}
