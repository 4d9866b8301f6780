// Sends a signal to the process that is meant, and to no later one that has got its number.
import { ERRNO } from "./errno.ts";
import { closeFd, killProcess, libc, orErrno } from "./libc.ts";
import { isAlive } from "./proc_fs.ts";

const PIDFD_OPEN = 434n;
const PIDFD_SEND_SIGNAL = 424n;

/** What names a process for good. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: number;
}

/**
 * False when it is gone or a zombie. The descriptor is opened first and the start time compared after it: if the
 * number is given to another process in between, either the time differs or the descriptor is of the dead one.
 */
export function signalExactly(process: ProcessIdentity, signal: number): boolean {
  if (process.pid <= 1) return false;
  const fd = orErrno(libc().syscall(PIDFD_OPEN, BigInt(process.pid), 0n, 0n, 0n));
  // Kernels before 5.3 and some sandboxes have no such call: then nothing is better than to look and be quick.
  const hasDescriptor = fd >= 0;
  if (fd === -ERRNO.ESRCH) return false;
  const isSame = isAlive(process);
  let result = -ERRNO.ESRCH;
  if (isSame && hasDescriptor) {
    result = orErrno(libc().syscall(PIDFD_SEND_SIGNAL, BigInt(fd), BigInt(signal), 0n, 0n));
  }
  if (hasDescriptor) closeFd(fd);
  if (isSame && (!hasDescriptor || result === -ERRNO.ENOSYS)) {
    result = killProcess(process.pid, signal);
  }
  return result === 0;
}
