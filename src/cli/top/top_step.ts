// Decides what a key or news change in `runner top`. Pure.
import type { LogLineView, ProcessList } from "../../control/api/types.ts";
import type { Notice } from "../../control/table/row_commands.ts";
import { isPossible, runOrder } from "../../control/table/row_commands.ts";
import { processesOf, type SortKey, SORTS } from "../../control/table/rows.ts";
import type { Key } from "./keys.ts";
import {
  chosenRow,
  layout,
  rowsOf,
  settled,
  type Size,
  type TopOrder,
  type TopState,
} from "./top_state.ts";

export type TopEvent =
  | { readonly kind: "key"; readonly key: Key }
  | { readonly kind: "list"; readonly list: ProcessList }
  | { readonly kind: "lost" }
  | { readonly kind: "lines"; readonly lines: readonly LogLineView[] }
  /** The log begins anew: the server sends its last lines again. */
  | { readonly kind: "log-begins" }
  | { readonly kind: "notice"; readonly notice: Notice }
  | { readonly kind: "size"; readonly size: Size }
  | { readonly kind: "tick" };

/** What the shell around has to do. Which log is followed it sees in the state. */
export type TopWish =
  | { readonly kind: "quit" }
  | { readonly kind: "suspend" }
  | { readonly kind: "redraw" }
  | { readonly kind: "order"; readonly order: TopOrder };

export interface TopStep {
  readonly state: TopState;
  readonly wish: TopWish | null;
}

/** Lines kept of a log. */
const KEPT_LINES = 1000;

/** The next state. */
export function topStep(before: TopState, event: TopEvent, now: number): TopStep {
  const state = { ...before, now };
  switch (event.kind) {
    case "key":
      return keyStep({ ...state, notice: null }, event.key);
    case "list":
      return still({ ...state, list: event.list, lostAt: null });
    case "lost":
      return still({ ...state, lostAt: state.lostAt ?? now });
    case "log-begins":
      return still(state.log === null ? state : { ...state, log: { ...state.log, lines: [] } });
    case "lines":
      return still(withLines(state, event.lines));
    case "notice":
      return still({ ...state, notice: event.notice });
    case "size":
      return { state: settled({ ...state, size: event.size }), wish: { kind: "redraw" } };
    case "tick":
      return still(state);
  }
}

function still(state: TopState): TopStep {
  return { state: settled(state), wish: null };
}

function wishing(state: TopState, wish: TopWish): TopStep {
  return { state, wish };
}

function withLines(state: TopState, fresh: readonly LogLineView[]): TopState {
  if (state.log === null) return state;
  const lines = [...state.log.lines, ...fresh].slice(-KEPT_LINES);
  // Who has scrolled back keeps reading the same lines.
  const back = state.log.back === 0 ? 0 : Math.min(state.log.back + fresh.length, lines.length);
  return { ...state, log: { ...state.log, lines, back } };
}

function keyStep(state: TopState, key: Key): TopStep {
  if (key === "ctrl-c") return wishing(state, { kind: "quit" });
  if (key === "ctrl-z") return wishing(state, { kind: "suspend" });
  if (key === "ctrl-l") return wishing(state, { kind: "redraw" });
  switch (state.mode.kind) {
    case "table":
      return tableKey(state, key);
    case "filter":
      return still(filterKey(state, key));
    case "help":
      return still({ ...state, mode: { kind: "table" } });
    case "question": {
      const { order } = state.mode;
      const asked: TopState = { ...state, mode: { kind: "table" } };
      // Only a plain yes: Enter may have been meant for something else.
      if (key === "y" || key === "Y") return wishing(asked, { kind: "order", order });
      return still({ ...asked, notice: { isGood: true, text: "Nothing was done" } });
    }
  }
}

function filterKey(state: TopState, key: Key): TopState {
  const filtered = (filter: string): TopState => ({
    ...state,
    choice: { ...state.choice, filter },
  });
  const { filter } = state.choice;
  if (key === "enter") return { ...state, mode: { kind: "table" } };
  if (key === "escape") return { ...filtered(""), mode: { kind: "table" } };
  if (key === "backspace") return filtered([...filter].slice(0, -1).join(""));
  if (key === "ctrl-u") return filtered("");
  if ([...key].length === 1) return filtered(filter + key);
  if (key === "up") return move(state, -1);
  return key === "down" ? move(state, 1) : state;
}

const ACTIONS: ReadonlyMap<Key, TopOrder["action"]> = new Map([
  ["g", "run"],
  ["s", "start"],
  ["x", "stop"],
  ["r", "restart"],
  ["R", "reload"],
]);

const SORT_KEYS: ReadonlyMap<Key, SortKey> = new Map([
  ["N", "name"],
  ["S", "state"],
  ["U", "uptime"],
  ["E", "restarts"],
  ["P", "cpu"],
  ["M", "memory"],
]);

function tableKey(state: TopState, key: Key): TopStep {
  const action = ACTIONS.get(key);
  if (action !== undefined) return still(asked(state, action));
  const sort = SORT_KEYS.get(key);
  if (sort !== undefined) return still(sorted(state, sort));
  if (key === "q") return wishing(state, { kind: "quit" });
  return still(lookKey(state, key));
}

/** Keys that only change what is seen. */
function lookKey(state: TopState, key: Key): TopState {
  const page = Math.max(1, layout(state).table - 1);
  switch (key) {
    case "up":
    case "k":
      return move(state, -1);
    case "down":
    case "j":
      return move(state, 1);
    case "page-up":
      return state.log === null ? move(state, -page) : scroll(state, layout(state).log);
    case "page-down":
      return state.log === null ? move(state, page) : scroll(state, -layout(state).log);
    case "home":
      return move(state, -Infinity);
    case "end":
      return move(state, Infinity);
    case "<":
    case ">":
      return sorted(state, neighbour(state.choice.sort.key, key === ">" ? 1 : -1));
    case "left":
    case "right":
    case " ":
      return folded(state, key);
    case "/":
      return { ...state, mode: { kind: "filter" } };
    case "?":
    case "h":
      return { ...state, mode: { kind: "help" } };
    case "enter":
    case "l":
      return state.log === null ? withLog(state) : { ...state, log: null };
    case "escape":
      if (state.log !== null) return { ...state, log: null };
      return { ...state, choice: { ...state.choice, filter: "" } };
    default:
      return state;
  }
}

/** The log goes with the row. */
function move(state: TopState, by: number): TopState {
  const rows = rowsOf(state);
  const at = rows.findIndex(({ key }) => key === state.chosen);
  const to = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  if (to === undefined || to.key === state.chosen) return state;
  const moved = { ...state, chosen: to.key };
  return state.log === null ? moved : withLog(moved);
}

function withLog(state: TopState): TopState {
  const row = chosenRow(state);
  if (row === null) return state;
  return { ...state, log: { ids: row.ids, title: row.title, lines: [], back: 0 } };
}

function scroll(state: TopState, by: number): TopState {
  if (state.log === null) return state;
  const most = Math.max(0, state.log.lines.length - layout(state).log);
  return {
    ...state,
    log: { ...state.log, back: Math.min(most, Math.max(0, state.log.back + by)) },
  };
}

function neighbour(key: SortKey, step: 1 | -1): SortKey {
  return SORTS[(SORTS.indexOf(key) + step + SORTS.length) % SORTS.length] ?? key;
}

/** The same column again turns the order around; of numbers the large ones come first. */
function sorted(state: TopState, key: SortKey): TopState {
  const { sort } = state.choice;
  const isDown = sort.key === key ? !sort.isDown : key !== "name" && key !== "state";
  return { ...state, choice: { ...state.choice, sort: { key, isDown } } };
}

function folded(state: TopState, key: Key): TopState {
  const row = chosenRow(state);
  if (row === null || row.kind !== "program") return state;
  const closed = new Set(state.choice.closed);
  const isClosed = key === " " ? row.isOpen : key === "left";
  if (isClosed) closed.add(row.key);
  else closed.delete(row.key);
  return { ...state, choice: { ...state.choice, closed } };
}

function asked(state: TopState, action: TopOrder["action"]): TopState {
  const row = chosenRow(state);
  if (row === null) return state;
  const processes = processesOf(row);
  if (!isPossible(action, processes)) {
    return { ...state, notice: { isGood: false, text: `${row.title}: nothing to ${action}` } };
  }
  // Of several processes of a job one runs.
  const ids = action === "run" ? [runOrder(processes).body.name] : row.ids;
  return { ...state, mode: { kind: "question", order: { action, ids, title: row.title } } };
}
