// Files that exist in memory only, under a path of /proc: what is made at run time can be read like any file.
import { ERRNO, errnoName } from "./errno.ts";
import { closeFd, cString, libc, orErrno, writeOnce } from "./libc.ts";

const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;

/** A file in memory. It lasts as long as this process, and no program that we start gets it. */
export interface MemoryFile {
  /** Where it can be read, by this process only. */
  readonly url: string;
  readonly fd: number;
}

/** Makes an empty file; one that is sealable can be closed to every change later. */
export function makeMemoryFile(name: string, { sealable = false } = {}): MemoryFile {
  const flags = sealable ? MFD_CLOEXEC | MFD_ALLOW_SEALING : MFD_CLOEXEC;
  const fd = orErrno(libc().memfd_create(cString(name.slice(0, 200)), flags));
  if (fd < 0) throw new Error(`Cannot make a file in memory: ${errnoName(-fd)}`);
  return { fd, url: `file:///proc/self/fd/${fd}` };
}

/** Writes all of a text into an empty file. */
export function fillMemoryFile({ fd }: MemoryFile, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) {
    const written = writeOnce(fd, bytes.subarray(at));
    if (written === -ERRNO.EINTR) continue;
    if (written <= 0) throw new Error(`Cannot write a file in memory: ${errnoName(-written)}`);
    at += written;
  }
}

/** Lets go of a file that nobody will read. */
export function dropMemoryFile({ fd }: MemoryFile): void {
  closeFd(fd);
}
