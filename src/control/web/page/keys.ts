// Turns keys into deeds.
/// <reference lib="dom" />
import type { CommandName } from "../../table/row_commands.ts";
import { showHelp } from "./dialogs.ts";
import { part } from "./element.ts";
import type { PanelView } from "./panel_view.ts";
import type { Tab } from "./route.ts";
import type { Row } from "../../table/rows.ts";
import { type Deed, deedOf, type Pressed } from "./shortcuts.ts";
import type { TableView } from "./table_view.ts";
import { nextTheme } from "./theme.ts";
import { notify } from "./notices.ts";

/** What keys can ask of the page. */
export interface KeyDeeds {
  open(row: Row, tab: Tab): void;
  close(): void;
  fold(row: Row, isClosed: boolean): void;
  command(row: Row, name: CommandName): void;
}

export class Keys {
  readonly #deeds: KeyDeeds;
  readonly #parts: {
    readonly table: TableView;
    readonly panel: PanelView;
    readonly filter: HTMLInputElement;
  };

  constructor(
    deeds: KeyDeeds,
    parts: { table: TableView; panel: PanelView; filter: HTMLInputElement },
  ) {
    this.#deeds = deeds;
    this.#parts = parts;
  }

  listen(): void {
    document.addEventListener("keydown", (event) => {
      // A dialog has keys of its own.
      if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
      const deed = deedOf({
        key: event.key,
        ctrlKey: event.ctrlKey,
        altKey: event.altKey,
        metaKey: event.metaKey,
        place: this.#place(event.target),
      });
      if (deed === null) return;
      event.preventDefault();
      this.#do(deed, event.target);
    });
    part("open-help", HTMLButtonElement).addEventListener("click", showHelp);
    part("theme", HTMLButtonElement).addEventListener("click", changeTheme);
  }

  #place(target: EventTarget | null): Pressed["place"] {
    if (!(target instanceof Element)) return "elsewhere";
    const isField = target.closest("input, select, textarea") !== null;
    if (isField) return "field";
    const isButton = target.closest("button, a") !== null;
    if (!this.#parts.table.isInside(target)) return isButton ? "button" : "elsewhere";
    return isButton ? "row-button" : "row";
  }

  #do(deed: Deed, target: EventTarget | null): void {
    const { table, panel } = this.#parts;
    switch (deed.kind) {
      case "move":
        return table.move(deed.by);
      case "first":
        return table.move(-Infinity);
      case "last":
        return table.move(Infinity);
      case "search":
        return this.#search(target);
      case "follow":
        return panel.toggleFollow();
      case "theme":
        return changeTheme();
      case "help":
        return showHelp();
      case "close":
        return this.#close(target);
      case "open":
      case "fold":
      case "unfold":
      case "row":
      case "tab":
        return this.#doToRow(deed);
    }
  }

  #doToRow(deed: Deed): void {
    const row = this.#parts.table.active;
    if (row === null) return;
    if (deed.kind === "open") this.#deeds.open(row, "log");
    if (deed.kind === "tab") this.#deeds.open(row, deed.tab);
    if (deed.kind === "fold") this.#deeds.fold(row, true);
    if (deed.kind === "unfold") this.#deeds.fold(row, false);
    if (deed.kind === "row") this.#deeds.command(row, deed.command);
  }

  #search(target: EventTarget | null): void {
    const { panel, filter } = this.#parts;
    if (panel.isInside(target)) return panel.focusSearch();
    filter.focus();
    filter.select();
  }

  /** Out of a field first, then out of the panel. */
  #close(target: EventTarget | null): void {
    const { table, panel, filter } = this.#parts;
    const isField = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    if (!isField) return this.#deeds.close();
    if (target === filter) return table.focus();
    panel.focus();
  }
}

function changeTheme(): void {
  const theme = nextTheme();
  notify({ isGood: true, text: theme === "system" ? "As dark as the system" : `Always ${theme}` });
}
