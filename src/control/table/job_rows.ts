// Jobs and their runs as facts, for `describe` and the page. Pure.
import type { RunView } from "../api/job_types.ts";
import type { ProcessDetail } from "../api/types.ts";
import { formatSeconds, localTime, nextText } from "./job_text.ts";

type Row = readonly [string, string];

/** When it is due and how it went. */
export function jobRows({ job }: Partial<ProcessDetail>, now: number): readonly Row[] {
  if (job === undefined || job === null) return [];
  const { lastSuccess, running } = job;
  const when = nextText(job, now).replace(/^next /, "");
  return [
    ["next run", when],
    ["runs now", running > 1 ? `${running}` : ""],
    ["last good run", lastSuccess === null ? "" : localTime(lastSuccess, now)],
  ];
}

/** A line for each run, newest first. */
export function runRows({ runs, shown, id }: Partial<ProcessDetail>, now: number): readonly Row[] {
  return (runs ?? []).map((run) => {
    const other = run.id === id || shown === undefined ? "" : ` in ${run.id}`;
    return [localTime(run.began, now), `${runText(run)}${other}`];
  });
}

function runText(run: RunView): string {
  const { result, duration, why, attempt, code, signal, reason } = run;
  const exit = signal ?? (code === null || code === 0 ? "" : `exit status ${code}`);
  const again = attempt === 1 ? why : `${why}, try ${attempt}`;
  // The result says the cause already where we have stopped it.
  const words = result === "failed" ? [exit, reason] : result === "ok" ? [] : [exit];
  const detail = words.filter((word) => word !== "").join(", ");
  const end = detail === "" ? result : `${result}: ${detail}`;
  return `${end} after ${formatSeconds(duration)} (${again})`;
}
