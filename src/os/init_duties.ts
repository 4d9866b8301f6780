// What a process does that stands in for init: it adopts the orphans of its children.
import { errnoName } from "./errno.ts";
import { libc, orErrno } from "./libc.ts";

const PR_SET_CHILD_SUBREAPER = 36;

/** Whether we are the init of this PID namespace. */
export function isInit(): boolean {
  return Deno.pid === 1;
}

/** Orphans among our descendants become our children, as they would be init's. */
export function becomeSubreaper(): void {
  const result = orErrno(libc().prctl(PR_SET_CHILD_SUBREAPER, 1n, 0n, 0n, 0n));
  if (result < 0) throw new Error(`Cannot become a subreaper: ${errnoName(-result)}`);
}
