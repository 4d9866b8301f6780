// Tables for terminals: columns that line up, cut and left out where there is no room. Pure.
import { displayWidth } from "../core/display_width.ts";
import type { Colour, Paint } from "./paint.ts";

export interface Column {
  readonly title: string;
  readonly isRight?: boolean;
  /** May be cut to this width where there is no room; missing: stays whole. */
  readonly least?: number;
  /** Where cutting is not enough, the column with the lowest rank is left out first; missing: stays. */
  readonly rank?: number;
}

export interface Cell {
  readonly text: string;
  readonly colour?: Colour;
}

export interface TableLook {
  /** Columns of the terminal; Infinity: as wide as it gets. */
  readonly width: number;
  readonly paint: Paint;
}

const GAP = "  ";

/** The lines of a table, the titles first. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { width, paint }: TableLook,
): readonly string[] {
  const titles = columns.map(({ title }): Cell => ({ text: title, colour: "dim" }));
  // Each text is measured once: there may be thousands.
  const measured = [titles, ...rows].map((cells) => cells.map(measure));
  const natural = columns.map((_, index) =>
    measured.reduce((most, cells) => Math.max(most, cells[index]?.size ?? 0), 0)
  );
  const widths = fitWidths(columns, natural, width);
  return measured.map((cells) => lineOf(cells, { columns, widths, paint }));
}

interface Measured extends Cell {
  readonly size: number;
}

function measure(cell: Cell): Measured {
  return { ...cell, size: displayWidth(cell.text) };
}

/** The width of each column so that all fit; 0: left out. */
export function fitWidths(
  columns: readonly Column[],
  natural: readonly number[],
  width: number,
): readonly number[] {
  const widths = [...natural];
  for (;;) {
    const excess = totalOf(widths) - width;
    if (excess <= 0) return widths;
    if (slackOf(columns, widths) >= excess) return cut(columns, widths, excess);
    const victim = lowestRank(columns, widths);
    if (victim === null) return cut(columns, widths, slackOf(columns, widths));
    widths[victim] = 0;
  }
}

function totalOf(widths: readonly number[]): number {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, shown.length - 1);
}

function slack(column: Column | undefined, width: number): number {
  return column?.least === undefined ? 0 : Math.max(0, width - column.least);
}

function slackOf(columns: readonly Column[], widths: readonly number[]): number {
  return widths.reduce((sum, width, index) => sum + slack(columns[index], width), 0);
}

/** Takes from the last columns first: the name in front is needed most. */
function cut(columns: readonly Column[], widths: readonly number[], excess: number): number[] {
  let left = excess;
  return widths.map((width, index) => ({ width, index })).reverse().map(({ width, index }) => {
    const taken = Math.min(left, slack(columns[index], width));
    left -= taken;
    return width - taken;
  }).reverse();
}

function lowestRank(columns: readonly Column[], widths: readonly number[]): number | null {
  let lowest = Infinity;
  let found: number | null = null;
  columns.forEach(({ rank }, index) => {
    if (rank === undefined || rank >= lowest || widths[index] === 0) return;
    lowest = rank;
    found = index;
  });
  return found;
}

interface Line {
  readonly columns: readonly Column[];
  readonly widths: readonly number[];
  readonly paint: Paint;
}

function lineOf(cells: readonly Measured[], { columns, widths, paint }: Line): string {
  const last = widths.findLastIndex((width) => width > 0);
  const parts = cells.flatMap((cell, index) => {
    const width = widths[index] ?? 0;
    if (width === 0) return [];
    const fitted = fit(cell, width);
    const blanks = " ".repeat(Math.max(0, width - fitted.size));
    const isRight = columns[index]?.isRight === true;
    const padded = isRight
      ? blanks + fitted.text
      : index === last
      ? fitted.text
      : fitted.text + blanks;
    return [cell.colour === undefined ? padded : paint(padded, cell.colour)];
  });
  return parts.join(GAP).trimEnd();
}

function fit(cell: Measured, width: number): Measured {
  return cell.size <= width ? cell : measure({ text: cutToWidth(cell.text, width) });
}

/** The text, or as much of its beginning as fits, with `…` in place of the rest. */
export function cutToWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = "";
  let taken = 0;
  for (const char of text) {
    taken += displayWidth(char);
    if (taken > width - 1) break;
    kept += char;
  }
  return width < 1 ? "" : `${kept}…`;
}
