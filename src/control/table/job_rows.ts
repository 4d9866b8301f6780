// Jobs and their runs as facts, for `describe` and the page. Pure.
import type { RunView } from "../api/job_types.ts";
import type { ProcessDetail } from "../api/types.ts";
import { lengthText, localTime, nextText } from "./job_text.ts";

type Row = readonly [string, string];

/** When it is due and how it went. */
export function jobRows({ job, paused }: Partial<ProcessDetail>, now: number): readonly Row[] {
  const held: Row = ["schedule", paused === true ? "paused" : ""];
  if (job === undefined || job === null) return [held];
  const { lastSuccess, running } = job;
  const when = nextText(job, now).replace(/^next /, "");
  return [
    held,
    ["next run", paused === true ? "" : when],
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
  const { result, why, attempt, code, signal, reason } = run;
  const exit = signal ?? (code === null || code === 0 ? "" : `exit status ${code}`);
  const again = attempt === 1 ? why : `${why}, try ${attempt}`;
  // The result says the cause already where we have stopped it.
  const words = result === "failed" || result === "lost"
    ? [exit, reason]
    : result === "ok"
    ? []
    : [exit];
  const detail = words.filter((word) => word !== "").join(", ");
  const end = detail === "" ? result : `${result}: ${detail}`;
  return `${end}${lengthText(run, " after ")} (${again})`;
}
