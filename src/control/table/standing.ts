// What a process stands for in tables and their counts: its state, or why it is as it should be though it is down. Pure.
import type { ApiState, ProcessView } from "../api/types.ts";
import { counted } from "./figures.ts";
import { hasFailed, isJobAtRest } from "./job_text.ts";

/** Small letters: no state of its own, but what somebody who looks wants to know of one that is down. */
export type Standing = ApiState | "failed" | "waiting" | "due" | "spare" | "done";

/** From bad to good: what needs somebody comes first when sorted by state. */
export const STANDINGS: readonly Standing[] = [
  "FATAL",
  "BACKOFF",
  "failed",
  "EXITED",
  "STOPPING",
  "waiting",
  "STARTING",
  "RUNNING",
  "STOPPED",
  "due",
  "spare",
  "done",
];

/** A runner of an older version says nothing of most. */
type Told =
  & Pick<ProcessView, "id" | "state">
  & Partial<Pick<ProcessView, "waitingFor" | "done" | "spare" | "job">>;

export function standingOf(
  { id, state, waitingFor = [], done, spare, job = null }: Told,
): Standing {
  if (state !== "STOPPED" && state !== "EXITED") return state;
  if (waitingFor.length > 0) return "waiting";
  if (done === true) return "done";
  if (spare === true) return "spare";
  if (job === null) return state;
  const { last, next, waiting } = job;
  // Another process of the same job is not to blame.
  if (last?.id === id && hasFailed(last)) return "failed";
  return next === null && waiting === null ? state : "due";
}

/** Down, and as it should be: a oneshot that is done, a spare, a job between two good runs. */
export function isAtRest(process: Told): boolean {
  if (process.state !== "STOPPED" && process.state !== "EXITED") return false;
  return process.done === true || process.spare === true || isJobAtRest(process);
}

/** What a program's state is made of: a spare that stands by tells nothing of how the others are. */
export function programCounts(processes: readonly Told[]): readonly [Standing, number][] {
  const counts = standingCounts(processes);
  return counts.length === 1 ? counts : counts.filter(([standing]) => standing !== "spare");
}

/** `5 processes`, `5 processes, 1 spare`. */
export function processesText(processes: readonly Told[]): string {
  const spares = processes.filter((process) => standingOf(process) === "spare").length;
  const all = counted(processes.length, "process");
  return spares === 0 ? all : `${all}, ${spares} spare`;
}

/** Somebody should look after it. */
export function isInTrouble(process: Told): boolean {
  const standing = standingOf(process);
  return standing === "FATAL" || standing === "BACKOFF" || standing === "failed";
}

/** How many processes stand for what, worst first, what nobody stands for left out. */
export function standingCounts(processes: readonly Told[]): readonly [Standing, number][] {
  const counts = new Map<Standing, number>();
  for (const process of processes) {
    const standing = standingOf(process);
    counts.set(standing, (counts.get(standing) ?? 0) + 1);
  }
  return STANDINGS.flatMap((standing): [Standing, number][] => {
    const count = counts.get(standing);
    return count === undefined ? [] : [[standing, count]];
  });
}
