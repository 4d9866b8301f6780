// The keys of the page, as one table: what they do and what the help says.
import type { CommandName } from "../../table/row_commands.ts";
import type { Tab } from "./route.ts";

export type Deed =
  | { readonly kind: "row"; readonly command: CommandName }
  | { readonly kind: "tab"; readonly tab: Tab }
  | { readonly kind: "move"; readonly by: number }
  | { readonly kind: "first" | "last" | "open" | "fold" | "unfold" }
  | { readonly kind: "search" | "follow" | "theme" | "help" | "close" };

interface Shortcut {
  /** As `KeyboardEvent.key` names them. */
  readonly keys: readonly string[];
  readonly help: string;
  readonly deed: Deed;
}

/** Keys of the chosen row: they need the table to have the focus, so that nothing is stopped by accident. */
export const ROW_KEYS: readonly Shortcut[] = [
  { keys: ["j", "ArrowDown"], help: "Next row", deed: { kind: "move", by: 1 } },
  { keys: ["k", "ArrowUp"], help: "Row before", deed: { kind: "move", by: -1 } },
  { keys: ["PageDown"], help: "Ten rows down", deed: { kind: "move", by: 10 } },
  { keys: ["PageUp"], help: "Ten rows up", deed: { kind: "move", by: -10 } },
  { keys: ["Home"], help: "First row", deed: { kind: "first" } },
  { keys: ["End"], help: "Last row", deed: { kind: "last" } },
  { keys: ["Enter", "l"], help: "Open its log", deed: { kind: "open" } },
  { keys: ["d"], help: "Open its details", deed: { kind: "tab", tab: "details" } },
  { keys: ["h"], help: "Open its history", deed: { kind: "tab", tab: "history" } },
  { keys: ["ArrowLeft"], help: "Hide the processes of a program", deed: { kind: "fold" } },
  { keys: ["ArrowRight"], help: "Show them", deed: { kind: "unfold" } },
  { keys: ["s"], help: "Start", deed: { kind: "row", command: "start" } },
  { keys: ["g"], help: "Run a job now", deed: { kind: "row", command: "run" } },
  { keys: ["x"], help: "Stop", deed: { kind: "row", command: "stop" } },
  { keys: ["r"], help: "Restart", deed: { kind: "row", command: "restart" } },
  { keys: ["R"], help: "Reload one by one", deed: { kind: "row", command: "reload" } },
  { keys: ["n"], help: "Change the number of processes", deed: { kind: "row", command: "scale" } },
];

/** Keys that work wherever nothing is being typed. */
export const PAGE_KEYS: readonly Shortcut[] = [
  {
    keys: ["/"],
    help: "Filter the table; search, when a log has the focus",
    deed: { kind: "search" },
  },
  { keys: ["f"], help: "Follow the log, or stop following", deed: { kind: "follow" } },
  { keys: ["t"], help: "Dark, light or as the system has it", deed: { kind: "theme" } },
  { keys: ["?"], help: "This help", deed: { kind: "help" } },
  { keys: ["Escape"], help: "Close", deed: { kind: "close" } },
];

/** A key as it was pressed. */
export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  /** Where: in a field the keys are text, on a button Enter is the button's. */
  readonly place: "field" | "button" | "row" | "row-button" | "elsewhere";
}

/** What a key means; null: it is not ours. */
export function deedOf(pressed: Pressed): Deed | null {
  const { key, ctrlKey, altKey, metaKey, place } = pressed;
  if (ctrlKey || altKey || metaKey) return null;
  if (place === "field") return key === "Escape" ? { kind: "close" } : null;
  const isButton = place === "button" || place === "row-button";
  if (isButton && (key === "Enter" || key === " ")) return null;
  const table = place === "row" || place === "row-button" ? [...ROW_KEYS, ...PAGE_KEYS] : PAGE_KEYS;
  return table.find(({ keys }) => keys.includes(key))?.deed ?? null;
}
