// Opens files for reading only: a log that others write, rotate and remove meanwhile. Never waits at a FIFO.
import type { Bytes, Millis } from "../manifest/plan.ts";
import { errnoName } from "./errno.ts";
import { closeFd, FILE_TYPE, OPEN, openFd, readFdAt, type Stat, stat } from "./log_libc.ts";

/** A file that is read; renaming and removing it change nothing for who has it open. */
export interface ReadFile extends Disposable {
  /** Device and inode. */
  readonly identity: string;
  /** Milliseconds since the epoch. */
  readonly modified: Millis;
  /** As it is now. */
  readonly size: Bytes;
  /** Fewer bytes than asked for at the end of the file, or when they cannot be read. */
  read(at: Bytes, length: Bytes): Uint8Array;
}

/** Why a file cannot be read. */
export interface ReadFault {
  readonly fault: "missing" | "unreadable";
}

/** Opens a regular file. */
export function openToRead(path: string): ReadFile | ReadFault {
  const fd = openFd(path, OPEN.nonBlocking | OPEN.noTerminal);
  if (fd < 0) {
    const isMissing = ["ENOENT", "ENOTDIR"].includes(errnoName(-fd));
    return { fault: isMissing ? "missing" : "unreadable" };
  }
  const found = stat(fd);
  if (found?.type === FILE_TYPE.regular) return readFile(fd, found);
  closeFd(fd);
  return { fault: "unreadable" };
}

/** Device and inode of what is at a path now; null: nothing. */
export function identityOf(path: string): string | null {
  return stat(path)?.identity ?? null;
}

function readFile(fd: number, { identity, modified }: Stat): ReadFile {
  // A number that is closed twice may be another file's by then.
  let isOpen = true;
  const close = () => {
    if (isOpen) closeFd(fd);
    isOpen = false;
  };
  return {
    identity,
    modified,
    get size() {
      return isOpen ? stat(fd)?.size ?? 0 : 0;
    },
    read: (at, length) => isOpen ? readWhole(fd, { at, length }) : new Uint8Array(0),
    [Symbol.dispose]: close,
  };
}

/** pread(2) may give less than there is. */
function readWhole(
  fd: number,
  { at, length }: { readonly at: Bytes; readonly length: Bytes },
): Uint8Array {
  const bytes = new Uint8Array(length);
  let have = 0;
  while (have < length) {
    const count = readFdAt(fd, bytes.subarray(have), at + have);
    if (count <= 0) break;
    have += count;
  }
  return bytes.subarray(0, have);
}
