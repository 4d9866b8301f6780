// What `runner top` shows, and how it begins.
import type { LogLineView, ProcessList } from "../../control/api/types.ts";
import { arrange, type Choice, EVERYTHING, type Row } from "../../control/table/rows.ts";
import type { Notice } from "../../control/table/row_commands.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What the keys mean at the moment. */
export type Mode =
  | { readonly kind: "table" }
  | { readonly kind: "filter" }
  | { readonly kind: "help" }
  /** A question that wants yes or no. */
  | { readonly kind: "question"; readonly order: TopOrder };

/** What is done after a yes. */
export interface TopOrder {
  readonly action: "run" | "start" | "stop" | "restart" | "reload";
  readonly ids: readonly string[];
  readonly title: string;
}

export interface LogShown {
  readonly ids: readonly string[];
  readonly title: string;
  readonly lines: readonly LogLineView[];
  /** Lines between the end and the last one shown; 0 follows. */
  readonly back: number;
}

export interface TopState {
  readonly list: ProcessList | null;
  /** Monotonic time at which the connection was lost; null while there is one. */
  readonly lostAt: number | null;
  readonly now: number;
  readonly size: Size;
  readonly choice: Choice;
  readonly mode: Mode;
  /** Key of the row that keys act on; null before the first. */
  readonly chosen: string | null;
  /** First row shown. */
  readonly top: number;
  readonly log: LogShown | null;
  readonly notice: Notice | null;
}

/** Nothing is known yet. */
export function beginTop(size: Size, now: number): TopState {
  return {
    list: null,
    lostAt: null,
    now,
    size,
    choice: EVERYTHING,
    mode: { kind: "table" },
    chosen: null,
    top: 0,
    log: null,
    notice: null,
  };
}

/** The rows as they are to be shown now. */
export function rowsOf({ list, choice }: TopState): readonly Row[] {
  return list === null ? [] : arrange(list, choice);
}

/** The row that keys act on. */
export function chosenRow(state: TopState): Row | null {
  return rowsOf(state).find(({ key }) => key === state.chosen) ?? null;
}

/** How the lines of the screen are shared: head and titles above, the foot below. */
export function layout({ size, log }: TopState): { readonly table: number; readonly log: number } {
  const room = Math.max(1, size.rows - 3);
  if (log === null || room < 6) return { table: room, log: 0 };
  // Its title takes one of the log's lines.
  const below = Math.floor(room / 2);
  return { table: room - below, log: below - 1 };
}

/** Puts the chosen row into view, and chooses one when the one before has gone. */
export function settled(state: TopState): TopState {
  const rows = rowsOf(state);
  const found = rows.findIndex(({ key }) => key === state.chosen);
  const at = Math.max(0, found);
  const height = layout(state).table;
  const most = Math.max(0, rows.length - height);
  const top = Math.min(most, Math.max(Math.min(state.top, at), at - height + 1));
  return { ...state, chosen: rows[at]?.key ?? null, top };
}
