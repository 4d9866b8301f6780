// Why a process is where it is, in one line, for `runner top` and the page. Pure.
import type { ProcessView, RunnerView } from "../api/types.ts";
import { durationText } from "./figures.ts";
import { jobText, pauseText } from "./job_text.ts";

/** What it waits for, when it is due, or how the run before ended; `now` is the runner's wall time. */
export function whyText(process: ProcessView, now: number | null): string {
  const { spawnError, retryIn, lastExit, state, description, spare } = process;
  const rest = waitText(process) || jobText(process, now);
  if (rest !== "") return rest;
  if (spare === true) return "stands by";
  const fault = healthText(process);
  if (fault !== "") return fault;
  if (state === "STARTING" && description !== "") return description;
  const wait = retryIn === null ? "" : `next try in ${durationText(Math.ceil(retryIn))}`;
  const why = spawnError === "" ? lastExit?.reason ?? "" : spawnError;
  return [pauseText(process), wait, why].filter((text) => text !== "").join(", ");
}

/** `health: connection refused`; empty when all is well. A runner of an older version says nothing of it. */
export function healthText({ healthFault }: Partial<Pick<ProcessView, "healthFault">>): string {
  return healthFault === undefined || healthFault === "" ? "" : `health: ${healthFault}`;
}

/** `waits for redis: ready`; empty when it does not wait. A runner of an older version says nothing of it. */
export function waitText({ waitingFor }: Partial<Pick<ProcessView, "waitingFor">>): string {
  return waitingFor === undefined || waitingFor.length === 0
    ? ""
    : `waits for ${waitingFor.join(", ")}`;
}

/** What the runner's clock said when it was asked: another machine's may be wrong. */
export function runnerTime({ startedAt, uptime }: RunnerView): number {
  return Date.parse(startedAt) + uptime * 1000;
}
