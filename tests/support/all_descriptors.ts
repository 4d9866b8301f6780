// All descriptors that this process may have, in use.
import { closeFd, O_RDONLY, openFile } from "../../src/os/libc.ts";
import { ownRlimit, rlimitNumber, setOwnRlimit } from "../../src/os/rlimits.ts";

/** How many more than there are this process may have meanwhile. */
const ROOM = 16;

/**
 * Looks while all are in use, told how many that is; they are given back before it answers, since whatever fails
 * needs some.
 */
export function withAllDescriptors<T>(look: (allowed: number) => T): T {
  const nofile = rlimitNumber("nofile") ?? -1;
  const limit = ownRlimit(nofile);
  const allowed = 1 + ROOM +
    Math.max(...[...Deno.readDirSync("/proc/self/fd")].map(({ name }) => Number(name)));
  setOwnRlimit(nofile, { ...limit, soft: BigInt(allowed) });
  const open: number[] = [];
  try {
    for (let fd = openFile("/dev/null", O_RDONLY); fd >= 0; fd = openFile("/dev/null", O_RDONLY)) {
      open.push(fd);
    }
    return look(allowed);
  } finally {
    open.forEach(closeFd);
    setOwnRlimit(nofile, limit);
  }
}
