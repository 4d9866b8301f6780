// Opens streams so that writing never waits, and without touching the flags of a description we share with others.
import { closeFd } from "./libc.ts";
import { ERRNO, errnoName } from "./errno.ts";
import { FILE_TYPE, isWritable, OPEN, openFd, sendFd, stat, writeFd } from "./log_libc.ts";
import type { OpenStream } from "./stream_log.ts";
import type { LogFault } from "../ports/logs.ts";

const FLAGS = OPEN.write | OPEN.append | OPEN.nonBlocking | OPEN.noTerminal;
/** What a writable pipe takes at once (PIPE_BUF); a terminal takes less at once but not for long. */
const ATOMIC = 4096;
/** open(2) of a FIFO for writing while nobody reads it. */
const ENXIO = 6;

/** Opens a FIFO or device by its path. A FIFO without a reader is ENXIO. */
export function openPath(path: string): OpenStream | LogFault {
  const fd = openFd(path, FLAGS);
  if (fd < 0) return { fault: -fd === ENXIO ? "nobody reads it" : errnoName(-fd) };
  return ownStream(fd);
}

/** Opens what our own stdout or stderr is, whatever that is. */
export function openStandard(fd: 1 | 2): OpenStream | LogFault {
  const found = stat(fd);
  if (found === null) return { fault: "closed" };
  const { identity, type } = found;
  const shared = { fd, identity, close: () => {} };
  switch (type) {
    case FILE_TYPE.regular:
      // The offset is shared with whoever opened it, and that is what they want.
      return { ...shared, write: (bytes) => writeFd(fd, bytes) };
    case FILE_TYPE.socket:
      return { ...shared, write: (bytes) => sendFd(fd, bytes) };
    default: {
      // O_NONBLOCK on the shared description would hit the shell and the children: have one of our own.
      const own = openFd(`/proc/self/fd/${fd}`, FLAGS);
      return own >= 0 ? ownStream(own) : { ...shared, write: (bytes) => writeCareful(fd, bytes) };
    }
  }
}

function ownStream(fd: number): OpenStream {
  const identity = stat(fd)?.identity ?? "";
  return { fd, identity, write: (bytes) => writeFd(fd, bytes), close: () => closeFd(fd) };
}

/** For a descriptor that may block: asks before each write, and writes no more than fits then. */
function writeCareful(fd: number, bytes: Uint8Array): number {
  let taken = 0;
  while (taken < bytes.length) {
    if (!isWritable(fd)) return taken > 0 ? taken : -ERRNO.EAGAIN;
    const more = writeFd(fd, bytes.subarray(taken, taken + ATOMIC));
    if (more < 0) return taken > 0 ? taken : more;
    taken += more;
  }
  return taken;
}
