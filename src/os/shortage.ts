// Whether the runner, or the machine, has nothing left to do something with: no descriptors, no processes, no memory.
import { ERRNO, errnoName } from "./errno.ts";
import { closeFd, O_RDONLY, openFile } from "./libc.ts";

/** Errors of the system that say nothing of the program they happened for. */
const SHORTAGES: readonly number[] = [ERRNO.EAGAIN, ERRNO.ENOMEM, ERRNO.ENFILE, ERRNO.EMFILE];

/** What belongs to a failure with this error number: that it was for want of something, or nothing. */
export function shortageOf(errno: number): { readonly isShortage?: true } {
  return SHORTAGES.includes(errno) ? { isShortage: true } : {};
}

/** `EMFILE` when so many descriptors cannot be had now; null: they can. The runtime would give it another name. */
export function descriptorShortage(needed: number): string | null {
  const open: number[] = [];
  let fault: string | null = null;
  while (fault === null && open.length < needed) {
    const fd = openFile("/dev/null", O_RDONLY);
    if (fd >= 0) open.push(fd);
    else if (SHORTAGES.includes(-fd)) fault = errnoName(-fd);
    // Without a /dev/null nobody knows.
    else break;
  }
  open.forEach(closeFd);
  return fault;
}
