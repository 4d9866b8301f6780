// The table of `status`: one line for each process. Pure.
import { formatSize } from "../base/units.ts";
import type { ApiState, DriftView, ProcessView } from "../control/api/types.ts";
import { visibleText } from "../core/visible_text.ts";
import type { Colour } from "./paint.ts";
import { type Cell, type Column, tableLines, type TableLook } from "./text_table.ts";

const COLUMNS: readonly Column[] = [
  { title: "NAME", least: 12 },
  { title: "STATE" },
  { title: "PID", isRight: true, rank: 6 },
  { title: "UPTIME", isRight: true, rank: 5 },
  { title: "RESTARTS", isRight: true, rank: 3 },
  { title: "MEMORY", isRight: true, rank: 2 },
  { title: "CPU", isRight: true, rank: 1 },
  { title: "LAST EXIT", least: 12, rank: 4 },
];

const COLOURS: Readonly<Record<ApiState, Colour>> = {
  RUNNING: "green",
  STARTING: "yellow",
  BACKOFF: "yellow",
  STOPPING: "yellow",
  EXITED: "dim",
  STOPPED: "dim",
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
  const { shown, state, pid, uptime, restarts, memory, cpu, lastExit } = process;
  const isBad = state === "EXITED" && lastExit !== null && !lastExit.planned;
  return [
    { text: visibleText(shown) },
    { text: state, colour: isBad ? "red" : COLOURS[state] },
    { text: pid === null ? "-" : String(pid) },
    { text: uptime === null ? "-" : formatAge(uptime) },
    { text: String(restarts) },
    { text: memory === null ? "-" : formatSize(memory) },
    { text: cpu === null ? "-" : formatPercent(cpu) },
    { text: visibleText(lastExitText(process, now)) },
  ];
}

/** Why the process is where it is, as far as its last exit tells. */
export function lastExitText(process: ProcessView, now: number): string {
  const { lastExit, state, spawnError, retryIn } = process;
  const exit = lastExit === null
    ? ""
    : `${lastExit.reason} ${formatAge((now - Date.parse(lastExit.at)) / 1000)} ago`;
  switch (state) {
    case "BACKOFF": {
      const why = spawnError === "" ? lastExit?.reason ?? "" : spawnError;
      return `next try in ${formatAge(retryIn ?? 0)}${why === "" ? "" : `: ${why}`}`;
    }
    case "FATAL":
      return spawnError === "" ? exit || "-" : spawnError;
    case "STARTING":
    case "RUNNING":
    case "STOPPING":
    case "STOPPED":
    case "EXITED":
      return exit || "-";
  }
}

/** `45s`, `12m03s`, `3h04m`, `2d03h`: two units at most, and no blank in it. */
export function formatAge(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)}h${two(Math.floor(whole / 60) % 60)}m`;
  return `${Math.floor(whole / 86_400)}d${two(Math.floor(whole / 3600) % 24)}h`;
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
