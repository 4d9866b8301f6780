// CPU time and memory of a set of processes.
import { readProc, readStat, threads } from "./proc.ts";

/** The kernel shows times to programs in 1/100 s on every usual architecture. */
const TICKS_PER_SECOND = 100;

export interface Memory {
  readonly residentMiB: number;
  /** Pages nobody else maps, be they memory or file. */
  readonly privateMiB: number;
  /** Of these the ones that are no unchanged copy of a file: what nobody can take from it. */
  readonly anonymousMiB: number;
}

/** CPU seconds so far, with ended threads, in steps of 10 ms a process. */
export function cpuSeconds(pids: readonly number[]): number {
  return sum(pids, (pid) => readStat(pid)?.cpuTicks ?? 0) / TICKS_PER_SECOND;
}

/** The same with the children that they have waited for. */
export function cpuSecondsWithWaited(pids: readonly number[]): number {
  const ticks = sum(pids, (pid) => {
    const stat = readStat(pid);
    return stat === undefined ? 0 : stat.cpuTicks + stat.waitedTicks;
  });
  return ticks / TICKS_PER_SECOND;
}

/** CPU seconds of the threads that live, exact to the nanosecond: for the little that is used while idle. */
export function cpuSecondsOfThreads(pids: readonly number[]): number {
  return sum(pids, (pid) =>
    sum(threads(pid), (thread) => {
      const [onCpuNanos] = (readProc(`${pid}/task/${thread}/schedstat`) ?? "0").split(" ");
      return Number(onCpuNanos) / 1e9;
    }));
}

/** Adds up the memory of the processes. */
export function memoryOf(pids: readonly number[]): Memory {
  const rollups = pids.map((pid) => readProc(`${pid}/smaps_rollup`) ?? "");
  const total = (key: string) =>
    sum(
      rollups,
      (rollup) => Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, "m").exec(rollup)?.[1] ?? 0),
    ) /
    1024;
  return {
    residentMiB: total("Rss"),
    privateMiB: total("Private_Clean") + total("Private_Dirty"),
    anonymousMiB: total("Private_Dirty"),
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((all, item) => all + value(item), 0);
}
