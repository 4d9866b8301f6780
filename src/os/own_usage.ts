// What processes use, in bytes and milliseconds: the children with their families, and the runner itself.
import type { Bytes, Millis } from "../manifest/plan.ts";
import type { Children } from "./children.ts";
import { errnoOf } from "./deno_errors.ts";
import { libc, pageSize } from "./libc.ts";
import { readStat } from "./proc_fs.ts";
import { ownRlimit, rlimitNumber } from "./rlimits.ts";

/** One look at a child and everything below it. */
export interface FamilyUsage {
  readonly memory: Bytes;
  /** Processor time, milliseconds. */
  readonly cpuTime: Millis;
  readonly processes: number;
}

const SC_CLK_TCK = 2;

/** Every living child with its descendants, by pid, measured at most `age` milliseconds ago. */
export function familyUsage(
  children: Pick<Children, "totals">,
  age: Millis,
): ReadonlyMap<number, FamilyUsage> {
  const { page, tick } = units();
  return new Map(
    [...children.totals(age)].map(([pid, { pages, ticks, processes }]) => [
      pid,
      { memory: pages * page, cpuTime: ticks * tick, processes },
    ]),
  );
}

/** The runner itself, its children not included. */
export function ownUsage(): FamilyUsage & { readonly descriptors: number } {
  const { page, tick } = units();
  const stat = readStat(Deno.pid);
  return {
    memory: (stat?.residentPages ?? 0) * page,
    cpuTime: (stat?.ownTicks ?? 0) * tick,
    processes: 1,
    descriptors: openDescriptors(),
  };
}

/** Counting takes a descriptor, too: where none is left, all that are allowed are open. */
function openDescriptors(): number {
  try {
    return [...Deno.readDirSync("/proc/self/fd")].length;
  } catch (error) {
    if (errnoOf(error) !== "EMFILE") throw error;
    return Number(ownRlimit(rlimitNumber("nofile") ?? 0).soft);
  }
}

function units(): { readonly page: Bytes; readonly tick: Millis } {
  return { page: pageSize(), tick: 1000 / Number(libc().sysconf(SC_CLK_TCK)) };
}
