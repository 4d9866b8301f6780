// Everything about one process as lines for people. Pure.
import { formatSize } from "../base/units.ts";
import type { EndView, LogView, ProcessDetail } from "../control/api/types.ts";
import { formatAge } from "../control/table/age_text.ts";
import { jobRows, runRows } from "../control/table/job_rows.ts";
import { recycleRows } from "../control/table/recycle_rows.ts";
import { wellnessRows } from "../control/table/wellness_rows.ts";
import { waitText } from "../control/table/why_text.ts";
import type { ProcessPlan } from "../manifest/plan.ts";
import { processLines } from "../manifest/plan_view_process.ts";
import { visibleText } from "../core/visible_text.ts";
import type { Paint } from "./paint.ts";
import { countText, formatPercent, lastExitText } from "./status_table.ts";

interface Look {
  /** Wall time in milliseconds. */
  readonly now: number;
  readonly paint: Paint;
  /** False for a runner of another version: its plans have another shape. */
  readonly withPlan: boolean;
  /** What the container or cgroup of the runner may have in all. */
  readonly memoryLimit?: number | null;
}

type Row = readonly [string, string];

/** The name, then a line for each thing known; what is not known has none. */
export function describeLines(
  detail: ProcessDetail,
  { now, paint, withPlan, memoryLimit = null }: Look,
): readonly string[] {
  const part = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [paint(`  ${title}`, "dim"), ...lines];
  const logs = [...logRows("stdout", detail.stdout), ...logRows("stderr", detail.stderr)];
  return [
    paint(visibleText(detail.shown), "bold"),
    ...alignedRows(stateRows(detail, now), 2),
    ...part("usage", alignedRows([...usageRows(detail), limitRow(memoryLimit)], 4)),
    ...part("plan", withPlan ? planLines(detail).map(visibleText) : []),
    ...part("logs", alignedRows(logs, 4)),
    ...part("runs", alignedRows(runRows(detail, now), 4)),
    ...part("ends", alignedRows(detail.history.map((end) => endRow(end, now)), 4)),
  ];
}

function alignedRows(rows: readonly Row[], indent: number): readonly string[] {
  const known = rows.filter(([, value]) => value !== "");
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known.map(([name, value]) =>
    `${" ".repeat(indent)}${name.padEnd(width)}  ${visibleText(value)}`
  );
}

function stateRows(detail: ProcessDetail, now: number): readonly Row[] {
  const { state, pid, uptime, since, restarts, kind, retryIn, spawnError } = detail;
  const time = since === null ? "" : `, since ${since}`;
  return [
    ["id", detail.id],
    ["program", `${detail.program}, number ${detail.instance}`],
    ["kind", kind === "program" ? "" : kind],
    ["state", `${state}${time}`],
    ["waits", waitText(detail).replace(/^waits /, "")],
    ["listener", listenerText(detail)],
    ["pid", pid === null ? "" : String(pid)],
    ["uptime", uptime === null ? "" : formatAge(uptime)],
    ["next try", retryIn === null ? "" : `in ${formatAge(retryIn)}`],
    [
      "last exit",
      detail.lastExit === null
        ? ""
        : lastExitText({ ...detail, state: "EXITED", job: null, spare: false, paused: false }, now),
    ],
    ["spawn error", spawnError],
    ...recycleRows(detail),
    ...wellnessRows(detail, now),
    ...jobRows(detail, now),
    ["restarts", `${restarts} by itself`],
    ["restarts by", countedText(detail.restartsBy)],
    ["exits", countedText(detail.exits)],
  ];
}

/** A runner of an older version says nothing of it. */
function listenerText({ listener }: Partial<ProcessDetail>): string {
  if (listener === null || listener === undefined) return "";
  const { state, waiting } = listener;
  return waiting === 0 ? state : `${state}, ${waiting} in the buffer`;
}

function countedText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).map(([name, count]) => `${name} ${count}×`).join(", ");
}

function usageRows({ memory, memoryPeak, cpu, cpuTime, children }: ProcessDetail): readonly Row[] {
  const peak = memoryPeak === null ? "" : `, ${formatSize(memoryPeak)} at most`;
  return [
    ["memory", memory === null ? "" : formatSize(memory) + peak],
    ["cpu", cpu === null ? "" : `${formatPercent(cpu)} of a core`],
    ["cpu time", cpuTime === null ? "" : `${cpuTime.toFixed(2)}s`],
    ["tree", children === 0 ? "" : countText(children)],
  ];
}

function limitRow(limit: number | null): Row {
  return ["limit", limit === null ? "" : `${formatSize(limit)} for the runner and all programs`];
}

/** In the words of `runner check`. */
function planLines({ plan, environmentNames }: ProcessDetail): readonly string[] {
  const known: Omit<ProcessPlan, "environment"> = Object(plan);
  const environment = Object.fromEntries(environmentNames.map((name) => [name, ""]));
  return processLines({ ...known, environment }, false);
}

function logRows(name: string, log: LogView | null): readonly Row[] {
  if (log === null) return [[name, "goes where stdout goes"]];
  const { path, size, backups, written, lost } = log;
  const parts = [
    path ?? "in no file",
    size === null ? "" : formatSize(size),
    backups === 0 ? "" : `${backups} rotated`,
    `${formatSize(written)} written`,
    lost === 0 ? "" : `${formatSize(lost)} lost`,
  ];
  return [[name, parts.filter((part) => part !== "").join(", ")]];
}

function endRow({ at, reason, uptime, planned }: EndView, now: number): Row {
  const age = formatAge((now - Date.parse(at)) / 1000);
  const mark = planned ? "" : ", not expected";
  return [`${age} ago`, `${reason} after ${formatAge(uptime)}${mark}`];
}
