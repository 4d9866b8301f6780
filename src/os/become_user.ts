// The runner itself as another user: groups, group, user, in this order, for good.
import { RunnerError } from "../base/errors.ts";
import type { UserPlan } from "../manifest/plan.ts";
import { libc } from "./libc.ts";

const PR_SET_DUMPABLE = 4;

/** Becomes `user`. The C library changes all threads. Throws RunnerError (status 2) when that is not allowed. */
export function becomeUser(user: UserPlan): void {
  if (Deno.uid() === user.uid) return;
  using library = open();
  const { setgroups, setgid, setuid } = library.symbols;
  const groups = Uint32Array.from(user.groups);
  const isDone = setgroups(BigInt(groups.length), groups) === 0 && setgid(user.gid) === 0 &&
    setuid(user.uid) === 0;
  // The kernel takes /proc/self away from who changes his user: environment, descriptors, launchers.
  if (isDone) libc().prctl(PR_SET_DUMPABLE, 1n, 0n, 0n, 0n);
  if (isDone) return;
  throw new RunnerError(`Cannot run as user "${user.name}": only root can become another user`, {
    exitStatus: 2,
  });
}

function open() {
  const library = Deno.dlopen("libc.so.6", {
    setgroups: { parameters: ["usize", "buffer"], result: "i32" },
    setgid: { parameters: ["u32"], result: "i32" },
    setuid: { parameters: ["u32"], result: "i32" },
  });
  return { symbols: library.symbols, [Symbol.dispose]: () => library.close() };
}
