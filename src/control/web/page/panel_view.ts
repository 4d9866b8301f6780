// The panel beside the table: log, details and history of what was opened.
/// <reference lib="dom" />
import { PATHS } from "../../api/paths.ts";
import type { ProcessDetail } from "../../api/types.ts";
import { visibleText } from "../../../core/visible_text.ts";
import { ask } from "./api_calls.ts";
import { later, now } from "./browser.ts";
import { make, part, setAttribute, setText } from "./element.ts";
import type { Rest } from "./link.ts";
import { LogPane } from "./log_pane.ts";
import { type Tab, TABS } from "./route.ts";
import { relative } from "../../table/row_commands.ts";
import { processesOf, type Row } from "../../table/rows.ts";
import type { UsageSeries } from "./usage_history.ts";
import { ViewLoader, type Views } from "./view_loader.ts";

/** Milliseconds after which details are asked for again while they are looked at. */
const AGAIN = 4000;

/** What the panel asks of the page. */
interface PanelDeeds {
  show(tab: Tab): void;
  run(row: Row): void;
}

/** What a row is shown with; `time` is the runner's. */
interface PanelNews {
  readonly tab: Tab;
  readonly series: UsageSeries;
  readonly time: number;
}

interface Drawn extends PanelNews {
  readonly row: Row;
  readonly views: Views | null;
}

/** One row at a time. */
export class PanelView {
  readonly element = part("panel", HTMLElement);
  readonly #content = part("panel-content", HTMLElement);
  readonly #tabs = new Map<Tab, HTMLButtonElement>();
  readonly #deeds: PanelDeeds;
  readonly #loader = new ViewLoader(part("page-script", HTMLScriptElement).dataset["views"] ?? "");
  #log: LogPane | null = null;
  #row: Row | null = null;
  #tab: Tab = "log";
  /** What the shown details were made from: when it differs they are out of date. */
  #version = "";
  #askedAt = -Infinity;

  constructor(deeds: PanelDeeds) {
    this.#deeds = deeds;
    for (const tab of TABS) {
      const button = part(`tab-${tab}`, HTMLButtonElement);
      button.addEventListener("click", () => deeds.show(tab));
      this.#tabs.set(tab, button);
    }
  }

  get isOpen(): boolean {
    return this.#row !== null;
  }

  isInside(target: EventTarget | null): boolean {
    return target instanceof Node && this.element.contains(target);
  }

  focusSearch(): void {
    this.#log?.focusSearch();
  }

  focus(): void {
    this.#tabs.get(this.#tab)?.focus();
  }

  rest(rest: Rest): void {
    this.#log?.rest(rest);
  }

  toggleFollow(): void {
    this.#log?.toggleFollow();
  }

  close(): void {
    this.#log?.[Symbol.dispose]();
    this.#log = null;
    this.#row = null;
    this.element.hidden = true;
    this.#content.replaceChildren();
  }

  /** Opens a row, or takes its news. */
  show(row: Row, news: PanelNews): void {
    // Of several processes together there is a log and nothing else.
    const wanted = row.kind === "program" ? "log" : news.tab;
    const isNew = this.#row?.key !== row.key || this.#tab !== wanted ||
      this.#row.ids.join() !== row.ids.join();
    this.#row = row;
    this.#tab = wanted;
    this.element.hidden = false;
    setText(part("panel-title", HTMLElement), visibleText(row.title));
    for (const [name, button] of this.#tabs) {
      setAttribute(button, "aria-selected", String(name === wanted));
      button.hidden = row.kind === "program" && name !== "log";
    }
    setAttribute(this.#content, "aria-labelledby", `tab-${wanted}`);
    if (isNew) this.#begin(row);
    if (wanted !== "log") this.#refresh(row, news);
  }

  #begin(row: Row): void {
    this.#log?.[Symbol.dispose]();
    this.#log = null;
    this.#version = "";
    this.#askedAt = -Infinity;
    if (this.#tab === "log") {
      this.#log = new LogPane(row.ids);
      this.#content.replaceChildren(this.#log.element);
    } else this.#content.replaceChildren(make("p", { look: "empty", text: "…" }));
  }

  #refresh(row: Row, news: PanelNews): void {
    const [process] = processesOf(row);
    if (process === undefined) return;
    const { state, pid, restarts, job } = process;
    const version = `${state} ${pid} ${restarts} ${job?.last?.began}`;
    const isDue = version !== this.#version || now() - this.#askedAt > AGAIN;
    if (!isDue) return;
    this.#version = version;
    this.#askedAt = now();
    const tab = this.#tab;
    const asked = ask<ProcessDetail>(relative(PATHS.process(process.id)));
    Promise.all([asked, this.#loader.load()]).then(([answer, views]) => {
      if (this.#row?.key !== row.key || this.#tab !== tab) return;
      if (answer.kind === "reply") this.#draw(answer.reply, { row, views, ...news });
      // The banner says that there is no connection; here only what the runner itself refused.
      else if (answer.kind === "refused") this.#say(answer.text);
      else later(0, () => this.#version = "");
    });
  }

  #draw(detail: ProcessDetail, { row, views, series, time }: Drawn): void {
    if (views === null) return this.#say("Cannot load this view: trying again in a moment");
    // Who is about to copy something keeps it: it is drawn anew when nothing is selected.
    const selection = getSelection();
    if (selection?.isCollapsed === false && selection.containsNode(this.#content, true)) return;
    const top = this.#content.scrollTop;
    const focused = this.#stops().findIndex((stop) => stop === document.activeElement);
    const elements = this.#tab === "history"
      ? views.historyElements(detail, () => this.#deeds.run(this.#row ?? row))
      : views.detailElements(detail, { series, time });
    this.#content.replaceChildren(...elements);
    this.#content.scrollTop = top;
    // What is drawn anew must not take the focus away.
    this.#stops()[focused]?.focus();
  }

  #stops(): readonly HTMLElement[] {
    return [...this.#content.querySelectorAll<HTMLElement>("a, button")];
  }

  #say(text: string): void {
    this.#content.replaceChildren(make("p", { look: "empty", text }));
  }
}
