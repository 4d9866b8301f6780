// What /proc says of processes. A process may vanish between two looks: it is then left out.
import { readdirSync, readFileSync } from "node:fs";

/** Of the fields of /proc/PID/stat those that are used here. */
export interface Stat {
  readonly state: string;
  readonly ppid: number;
  readonly cpuTicks: number;
  /** Ticks of the children that it has waited for. */
  readonly waitedTicks: number;
}

/** Reads a file below /proc, or nothing when the process is gone or not ours to look into. */
export function readProc(path: string): string | undefined {
  return unlessGone(() => readFileSync(`/proc/${path}`, "utf8"));
}

export function readStat(pid: number): Stat | undefined {
  const line = readProc(`${pid}/stat`);
  // The name in parentheses may hold blanks and parentheses: count from the last one.
  const fields = line?.slice(line.lastIndexOf(")") + 2).split(" ");
  if (fields === undefined) return undefined;
  const number = (index: number) => Number(fields[index] ?? 0);
  return {
    state: fields[0] ?? "X",
    ppid: number(1),
    cpuTicks: number(11) + number(12),
    waitedTicks: number(13) + number(14),
  };
}

/** Tells whether the process still runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat.state !== "Z" && stat.state !== "X";
}

/** Lists the running processes that were started with `variable` in their environment. */
export function pidsWithEnvironment(variable: string): number[] {
  return allPids().filter((pid) =>
    `\0${readProc(`${pid}/environ`) ?? ""}`.includes(`\0${variable}\0`) && isRunning(pid)
  );
}

/** Gives those of `pids` that are not in `roots` nor below one of them. */
export function withoutTrees(pids: readonly number[], roots: ReadonlySet<number>): number[] {
  const isBelow = (pid: number): boolean => {
    if (roots.has(pid)) return true;
    const parent = readStat(pid)?.ppid ?? 0;
    return parent > 1 && pids.includes(parent) && isBelow(parent);
  };
  return pids.filter((pid) => !isBelow(pid));
}

/** Lists the threads of a process. */
export function threads(pid: number): string[] {
  return unlessGone(() => readdirSync(`/proc/${pid}/task`)) ?? [];
}

function allPids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

/** ESRCH comes when the process ends between open and read; Deno's own readers have no name for it. */
const GONE = new Set<unknown>(["ENOENT", "ESRCH", "EACCES"]);

function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && GONE.has(error.code)) return undefined;
    throw error;
  }
}
