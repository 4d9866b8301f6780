// The system call that makes both ends of a channel between the runner and a child.
import { lazyLibrary } from "./foreign.ts";
import { closeFd, libc, O_CLOEXEC, orErrno, setNonBlocking } from "./libc.ts";
import { AF_UNIX } from "./socket_libc.ts";

const SOCK_STREAM = 1;
const F_DUPFD_CLOEXEC = 1030;

const SYMBOLS = {
  socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
} as const;

const calls = lazyLibrary("libc.so.6", SYMBOLS);

/** Both ends of a stream that goes both ways, close-on-exec, ours without waiting; or minus errno. */
export function openChannelEnds(): { readonly ours: number; readonly theirs: number } | number {
  const ends = new Int32Array(2);
  const result = orErrno(calls().socketpair(AF_UNIX, SOCK_STREAM | O_CLOEXEC, 0, ends));
  if (result < 0) return result;
  const [ours = -1, low = -1] = ends;
  // A descriptor that becomes its own number in the child would stay close-on-exec there.
  const theirs = low > CHANNEL_FD ? low : aboveChannel(low);
  if (theirs < 0) {
    closeFd(ours);
    return theirs;
  }
  setNonBlocking(ours);
  return { ours, theirs };
}

/** The number that the child has it by: the first after stdin, stdout and stderr. */
const CHANNEL_FD = 3;

function aboveChannel(fd: number): number {
  const moved = orErrno(libc().fcntl(fd, F_DUPFD_CLOEXEC, BigInt(CHANNEL_FD + 1)));
  closeFd(fd);
  return moved;
}
