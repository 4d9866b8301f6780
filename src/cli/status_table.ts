// The table of `status`: one line for each process. Pure.
import { formatSize } from "../base/units.ts";
import type { DriftView, EndView, ProcessView } from "../control/api/types.ts";
import { formatAge } from "../control/table/age_text.ts";
import { jobText, pauseText } from "../control/table/job_text.ts";
import { type Standing, standingOf } from "../control/table/standing.ts";
import { healthText, waitText } from "../control/table/why_text.ts";
import { visibleText } from "../core/visible_text.ts";
import type { Colour } from "./paint.ts";
import { type Cell, type Column, tableLines, type TableLook } from "./text_table.ts";

const COLUMNS: readonly Column[] = [
  { title: "NAME", least: 16 },
  { title: "STATE" },
  { title: "PID", isRight: true, rank: 6 },
  { title: "UPTIME", isRight: true, rank: 5 },
  { title: "RESTARTS", isRight: true, rank: 3 },
  { title: "MEMORY", isRight: true, rank: 2 },
  { title: "CPU", isRight: true, rank: 1 },
  // As much as `next 14:05, last`: why somebody waits is worth more than how much CPU another takes.
  { title: "LAST EXIT", least: 16, rank: 4 },
];

const COLOURS: Readonly<Record<Standing, Colour>> = {
  RUNNING: "green",
  done: "green",
  waiting: "yellow",
  STARTING: "yellow",
  BACKOFF: "yellow",
  STOPPING: "yellow",
  EXITED: "dim",
  STOPPED: "dim",
  due: "dim",
  spare: "dim",
  failed: "red",
  FATAL: "red",
};

/** `now` is wall time in milliseconds: the age of an exit depends on it. */
export function statusLines(
  processes: readonly ProcessView[],
  look: TableLook & { readonly now: number },
): readonly string[] {
  if (processes.length === 0) return [];
  const rows = inReadingOrder(processes).map((process) => cellsOf(process, look.now));
  return tableLines(COLUMNS, rows, look);
}

/** The processes of a program together and by number: 2 before 10. They are started by name, as with supervisord. */
function inReadingOrder(processes: readonly ProcessView[]): readonly ProcessView[] {
  const programs = new Map<string, number>();
  const placed = processes.map((process) => {
    const program = `${process.group}:${process.program}`;
    const place = programs.get(program) ?? programs.size;
    programs.set(program, place);
    return { process, place };
  });
  placed.sort((a, b) => a.place - b.place || a.process.instance - b.process.instance);
  return placed.map(({ process }) => process);
}

function cellsOf(process: ProcessView, now: number): readonly Cell[] {
  const { shown, state, pid, uptime, restarts, memory, cpu } = process;
  return [
    { text: visibleText(shown) },
    { text: state, colour: colourOf(process) },
    { text: pid === null ? "-" : String(pid) },
    { text: uptime === null ? "-" : formatAge(uptime) },
    { text: String(restarts) },
    { text: memory === null ? "-" : formatSize(memory) },
    { text: cpu === null ? "-" : formatPercent(cpu) },
    { text: visibleText(lastExitText(process, now)) },
  ];
}

/** Who is down without anybody having asked for it is bad. */
function colourOf(process: ProcessView): Colour {
  const standing = standingOf(process);
  return standing === "EXITED" && process.lastExit?.planned === false ? "red" : COLOURS[standing];
}

/** Why the process is where it is, as far as its last exit tells. */
export function lastExitText(process: ProcessView, now: number): string {
  const { lastExit, state, spawnError, retryIn } = process;
  const waits = waitText(process);
  if (waits !== "") return waits;
  const job = jobText(process, now);
  if (job !== "") return job;
  if (process.spare === true) return "stands by";
  if (process.done === true && lastExit !== null) return `done ${agoText(lastExit, now)}`;
  const end = lastExit === null ? "" : `${lastExit.reason} ${agoText(lastExit, now)}`;
  const exit = [pauseText(process), end].filter((text) => text !== "").join(", ");
  switch (state) {
    case "BACKOFF": {
      const why = spawnError === "" ? lastExit?.reason ?? "" : spawnError;
      return `next try in ${formatAge(retryIn ?? 0)}${why === "" ? "" : `: ${why}`}`;
    }
    case "FATAL":
      return spawnError === "" ? exit || "-" : spawnError;
    case "STARTING":
      // What it waits for.
      return process.description || exit || "-";
    case "RUNNING":
    case "STOPPING":
    case "STOPPED":
    case "EXITED":
      return healthText(process) || exit || "-";
  }
}

function agoText({ at }: EndView, now: number): string {
  return `${formatAge((now - Date.parse(at)) / 1000)} ago`;
}

/** `0.3%`, `12%`. */
export function formatPercent(percent: number): string {
  return `${percent < 9.95 ? percent.toFixed(1) : Math.round(percent)}%`;
}

/** How the pool differs from its manifest by an operator's wish. */
export function driftLines(drift: readonly DriftView[]): readonly string[] {
  return drift.map(({ program, running, manifest }) =>
    `${visibleText(program)} has ${countText(running)}, its manifest says ${manifest}`
  );
}

/** `1 process`, `3 processes`. */
export function countText(count: number): string {
  return count === 1 ? "1 process" : `${count} processes`;
}
