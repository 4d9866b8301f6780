// Draws `runner top` as lines, each of the terminal's width at most. Pure.
import { padToWidth } from "../../core/display_width.ts";
import { visibleText } from "../../core/visible_text.ts";
import { counted, durationText, NONE, percentText, sizeText } from "../../control/table/figures.ts";
import { commandsOf } from "../../control/table/row_commands.ts";
import { processesOf, type Row, type SortKey } from "../../control/table/rows.ts";
import {
  processesText,
  programCounts,
  type Standing,
  standingCounts,
} from "../../control/table/standing.ts";
import type { Colour } from "../paint.ts";
import { runnerTime, whyText } from "../../control/table/why_text.ts";
import { cutToWidth } from "../text_table.ts";
import { type Ink, invert } from "./ink.ts";
import { HELP_LINES } from "./help_lines.ts";
import { logLines } from "./log_lines.ts";
import { chosenRow, layout, rowsOf, type TopState } from "./top_state.ts";

interface Column {
  readonly title: string;
  readonly width: number;
  readonly isRight: boolean;
  readonly sort: SortKey | null;
  /** Columns the terminal must have for this one to be shown. */
  readonly from: number;
  readonly text: (row: Row) => string;
}

const COLUMNS: readonly Column[] = [
  // The longest is `1 STOPPING`.
  { title: "STATE", width: 12, isRight: false, sort: "state", from: 0, text: stateText },
  { title: "PID", width: 8, isRight: true, sort: null, from: 90, text: pidText },
  {
    title: "UPTIME",
    width: 8,
    isRight: true,
    sort: "uptime",
    from: 56,
    text: ({ uptime }) => durationText(uptime),
  },
  {
    title: "RESTARTS",
    width: 9,
    isRight: true,
    sort: "restarts",
    from: 72,
    text: ({ restarts }) => String(restarts),
  },
  {
    title: "CPU",
    width: 8,
    isRight: true,
    sort: "cpu",
    from: 40,
    text: ({ cpu }) => percentText(cpu),
  },
  {
    title: "MEMORY",
    width: 9,
    isRight: true,
    sort: "memory",
    from: 48,
    text: ({ memory }) => sizeText(memory),
  },
];

/** From here on the reason of the last end has a place. */
const LAST_FROM = 110;
/** Characters of the name that are never given away. */
const NAME_LEAST = 10;

/** The whole screen: exactly as many lines as the terminal has. */
export function topLines(state: TopState, ink: Ink): readonly string[] {
  const { columns, rows } = state.size;
  const { table, log } = layout(state);
  const body = state.mode.kind === "help" ? HELP_LINES.map((line) => cutToWidth(line, columns)) : [
    ...tableLines(state, { height: table, ink }),
    ...(log === 0 ? [] : logLines(state, { height: log, ink })),
  ];
  const lines = [headLine(state, ink), ...body.slice(0, Math.max(0, rows - 2))];
  while (lines.length < rows - 1) lines.push("");
  return [...lines, footLine(state, ink)].slice(0, rows);
}

function headLine({ list, lostAt, now, size }: TopState, ink: Ink): string {
  if (list === null) return ink(cutToWidth("Waiting for the runner …", size.columns), "dim");
  const { runner, processes } = list;
  if (lostAt !== null) {
    const age = durationText((now - lostAt) / 1000);
    const text = `No connection for ${age}: this is how it was. Trying again …`;
    return invert(padToWidth(cutToWidth(text, size.columns), size.columns));
  }
  const states = standingCounts(processes).map(([what, count]) => `${count} ${what}`).join(", ");
  const name = visibleText(runner.identifier === "" ? "runner" : runner.identifier);
  const about = `up ${durationText(runner.uptime)}, ${sizeText(runner.memory)}`;
  const phase = runner.phase === "UP" ? "" : `${runner.phase}  `;
  const text = `${name}  ${phase}${states === "" ? "no programs" : states}  ${about}  ${
    visibleText(runner.manifest)
  }`;
  return ink(cutToWidth(text, size.columns), "bold");
}

function tableLines(
  state: TopState,
  { height, ink }: { readonly height: number; readonly ink: Ink },
): readonly string[] {
  const rows = rowsOf(state);
  const shown = rows.slice(state.top, state.top + height);
  const empty = rows.length === 0 && state.list !== null
    ? [state.choice.filter === "" ? "No programs" : "Nothing matches the filter"]
    : [];
  const lines = [
    titleLine(state, ink),
    ...empty,
    ...shown.map((row) => rowLine(row, { state, ink })),
  ];
  while (lines.length < height + 1) lines.push("");
  return lines.map((line, at) =>
    at > 0 && empty.includes(line) ? cutToWidth(line, state.size.columns) : line
  );
}

function titleLine({ choice, size }: TopState, ink: Ink): string {
  const { sort } = choice;
  const mark = sort.isDown ? "▼" : "▲";
  const marked = (title: string, key: SortKey | null) =>
    key === sort.key ? `${title}${mark}` : title;
  const { name, columns, last } = widths(size.columns);
  const cells = columns.map((column) => cell(marked(column.title, column.sort), column));
  const tail = last === 0 ? "" : `  ${cutToWidth("LAST END", last)}`;
  const text = padToWidth(cutToWidth(marked("NAME", "name"), name), name) + cells.join("") + tail;
  return ink(cutToWidth(text, size.columns), "dim");
}

/** What is not here is on its way from one to the other. */
const COLOURS: ReadonlyMap<Standing, Colour> = new Map<Standing, Colour>([
  ["RUNNING", "green"],
  ["done", "green"],
  ["FATAL", "red"],
  ["failed", "red"],
  ["STOPPED", "dim"],
  ["EXITED", "dim"],
  ["due", "dim"],
  ["spare", "dim"],
]);

function rowLine(
  row: Row,
  { state, ink }: { readonly state: TopState; readonly ink: Ink },
): string {
  const { columns: width } = state.size;
  const { name, columns, last } = widths(width);
  const title = padToWidth(cutToWidth(nameText(row), name), name);
  const tail = last === 0 ? "" : `  ${cutToWidth(lastText(row, state), last)}`;
  const cells = columns.map((column) => cell(column.text(row), column));
  if (row.key === state.chosen && state.mode.kind !== "help") {
    return invert(padToWidth(cutToWidth(title + cells.join("") + tail, width), width));
  }
  const worst = programCounts(processesOf(row))[0]?.[0] ?? "STOPPED";
  const colour = COLOURS.get(worst) ?? "yellow";
  const [stateCell = "", ...others] = cells;
  return title + ink(stateCell, colour) + others.join("") + (tail === "" ? "" : ink(tail, "dim"));
}

function cell(text: string, { width, isRight }: Column): string {
  const cut = cutToWidth(text, width - 1);
  return isRight ? cut.padStart(width) : ` ${padToWidth(cut, width - 1)}`;
}

function widths(
  columns: number,
): { readonly name: number; readonly columns: readonly Column[]; readonly last: number } {
  const shown = COLUMNS.filter(({ from }) => columns >= from);
  const taken = shown.reduce((total, { width }) => total + width, 0);
  const rest = columns - taken;
  if (columns < LAST_FROM) return { name: Math.max(NAME_LEAST, rest), columns: shown, last: 0 };
  const name = Math.min(40, Math.floor(rest / 2));
  return { name, columns: shown, last: rest - name - 2 };
}

function nameText(row: Row): string {
  const title = visibleText(row.title);
  if (row.kind === "process") return row.isMember ? `    ${title}` : `  ${title}`;
  const drift = row.drift === null ? "" : `, manifest: ${row.drift.manifest}`;
  return `${row.isOpen ? "▾" : "▸"} ${title} (${processesText(row.processes)}${drift})`;
}

function stateText(row: Row): string {
  const counts = programCounts(processesOf(row));
  const [worst, other] = counts;
  if (worst === undefined) return NONE;
  return other === undefined ? worst[0] : `${worst[1]} ${worst[0]}`;
}

function pidText(row: Row): string {
  return row.kind === "program" ? "" : String(row.process.pid ?? NONE);
}

function lastText(row: Row, { list }: TopState): string {
  if (row.kind === "program" || list === null) return "";
  return visibleText(whyText(row.process, runnerTime(list.runner)));
}

const KEYS = "q quit  / filter  s start  x stop  r restart  R reload  enter log  <> sort  ? help";
/** To start a job is to run it. */
const JOB_KEYS = "q quit  / filter  g run now  x stop  r restart  enter log  <> sort  ? help";

function footLine(state: TopState, ink: Ink): string {
  const { mode, notice, choice, size } = state;
  const fit = (text: string) => cutToWidth(visibleText(text), size.columns);
  if (mode.kind === "question") {
    const { action, title, ids } = mode.order;
    const all = ids.length > 1 ? ` (${counted(ids.length, "process")})` : "";
    return invert(fit(`${action} ${title}${all}? y/n`));
  }
  if (mode.kind === "filter") {
    return fit(`Filter: ${choice.filter}_  (enter keeps it, esc drops it)`);
  }
  if (notice !== null) return ink(fit(notice.text), notice.isGood ? "green" : "red");
  const filter = choice.filter === "" ? "" : `[${choice.filter}]  `;
  return ink(fit(filter + (isJobChosen(state) ? JOB_KEYS : KEYS)), "dim");
}

function isJobChosen(state: TopState): boolean {
  const row = chosenRow(state);
  return row !== null && commandsOf(row).some(({ name }) => name === "run");
}
