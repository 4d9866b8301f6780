// The page: holds what is shown and lets every part know when it changes.
/// <reference lib="dom" />
import type { RunBegun } from "../../api/job_types.ts";
import type { ScaleReply } from "../../api/scale_types.ts";
import type { ActionReply, ProcessList } from "../../api/types.ts";
import { type Answer, send } from "./api_calls.ts";
import { now } from "./browser.ts";
import {
  type ActionCommand,
  actionNotice,
  actionOrder,
  type CommandName,
  HINTS,
  isPossible,
  type Notice,
  runNotice,
  runOrder,
  scaleNotice,
  scaleOrder,
} from "../../table/row_commands.ts";
import { askedCount, confirmed } from "./dialogs.ts";
import { iconButton, part, setText } from "./element.ts";
import { counted } from "../../table/figures.ts";
import { HeaderView } from "./header_view.ts";
import { Keys } from "./keys.ts";
import type { LinkTaker, Rest } from "./link.ts";
import { notify } from "./notices.ts";
import { PanelView } from "./panel_view.ts";
import { readRoute, type Route, routeHash, type Tab } from "./route.ts";
import { arrange, type Choice, EVERYTHING, processesOf, type Row } from "../../table/rows.ts";
import { SortHeads } from "./sort_heads.ts";
import type { Standing } from "../../table/standing.ts";
import { TableView } from "./table_view.ts";
import { NO_HISTORY, remember, together, type UsageHistory } from "./usage_history.ts";
import { runnerTime } from "../../table/why_text.ts";

/** Actions on everything, and what is asked first. */
const FOR_ALL: readonly ActionCommand[] = ["start", "stop", "restart", "reload"];

export class App implements LinkTaker {
  readonly #header = new HeaderView((standing) => this.#toggle(standing));
  readonly #table = new TableView({
    open: (row) => this.open(row, "log"),
    fold: (row) => this.fold(row, null),
    command: (row, name) => this.command(row, name),
  });
  readonly #panel = new PanelView({
    show: (tab) => this.#go({ ...this.#route, tab }),
    run: (row) => this.command(row, "run"),
  });
  readonly #filter = part("filter", HTMLInputElement);
  #list: ProcessList | null = null;
  #history: UsageHistory = NO_HISTORY;
  #choice: Choice = EVERYTHING;
  #route: Route = readRoute(location.hash);
  #version = "";
  /** What the address names and nobody knows. */
  #missing: string | null = null;

  begin(): void {
    this.#filter.addEventListener("input", () => this.#choose({ filter: this.#filter.value }));
    addEventListener("hashchange", () => this.#follow());
    part("panel-close", HTMLButtonElement).addEventListener("click", () => this.close());
    new SortHeads((sort) => this.#choose({ sort })).show(this.#choice.sort);
    new Keys(this, { table: this.#table, panel: this.#panel, filter: this.#filter }).listen();
    part("all", HTMLElement).append(...FOR_ALL.map((name) =>
      iconButton(name, {
        label: `${HINTS[name]}: all`,
        look: `do-${name}`,
        onPress: () => void this.#commandAll(name),
      })
    ));
  }

  /** News from the runner. */
  take(list: ProcessList): void {
    const { version } = list.runner;
    if (this.#version !== "" && this.#version !== version) {
      notify({ isGood: false, text: `The runner is now version ${version}: load this page again` });
    }
    this.#version = version;
    this.#list = list;
    this.#history = remember(this.#history, list.processes, now());
    this.#draw();
  }

  rest(rest: Rest): void {
    this.#panel.rest(rest);
  }

  open(row: Row, tab: Tab): void {
    this.#go({ open: row.key, tab });
  }

  close(): void {
    if (this.#route.open === null) return;
    this.#go({ ...this.#route, open: null });
    this.#table.focus();
  }

  /** Hides or shows the processes of a program; null changes over. */
  fold(row: Row, isClosed: boolean | null): void {
    if (row.kind !== "program") return;
    const closed = new Set(this.#choice.closed);
    if (isClosed ?? row.isOpen) closed.add(row.key);
    else closed.delete(row.key);
    this.#choose({ closed });
  }

  command(row: Row, name: CommandName): void {
    if (!isPossible(name, processesOf(row))) return;
    if (name === "scale") return void this.#scale(row);
    if (name === "run") return void this.#run(row);
    void this.#act(name, row.ids);
  }

  #toggle(standing: Standing): void {
    const standings = new Set(this.#choice.standings);
    if (!standings.delete(standing)) standings.add(standing);
    this.#choose({ standings });
  }

  #choose(change: Partial<Choice>): void {
    this.#choice = { ...this.#choice, ...change };
    this.#draw();
  }

  #go(route: Route): void {
    const hash = routeHash(route);
    if (location.hash === hash) return this.#follow();
    // Going back closes what was opened, as people on phones expect; the rest is one place.
    if (this.#route.open === null) history.pushState(null, "", hash);
    else history.replaceState(null, "", hash);
    this.#follow();
  }

  #follow(): void {
    this.#route = readRoute(location.hash);
    this.#draw();
  }

  #draw(): void {
    if (this.#list === null) return;
    const rows = arrange(this.#list, this.#choice);
    this.#header.update(this.#list, this.#choice.standings);
    this.#table.update(rows, { history: this.#history, time: runnerTime(this.#list.runner) });
    const empty = part("empty", HTMLElement);
    empty.hidden = rows.length > 0;
    const isNone = this.#list.processes.length === 0;
    setText(empty, isNone ? "The manifest has no programs." : "Nothing matches the filter.");
    this.#drawPanel(this.#list);
  }

  #drawPanel(list: ProcessList): void {
    const { open, tab } = this.#route;
    const row = open === null ? null : this.#find(list, open);
    this.#tellMissing(row === null ? open : null);
    document.body.classList.toggle("has-panel", row !== null);
    this.#table.mark(row?.key ?? null);
    if (row === null) {
      const hadFocus = this.#panel.isInside(document.activeElement);
      this.#panel.close();
      if (hadFocus) this.#table.focus();
    } else {
      const series = together(this.#history, row.ids);
      this.#panel.show(row, { tab, series, time: runnerTime(list.runner) });
    }
  }

  /** A link to what is not there, or a panel whose process has gone, must not close without a word. */
  #tellMissing(missing: string | null): void {
    if (missing !== null && missing !== this.#missing) {
      notify({ isGood: false, text: `There is no process ${missing.slice(0, 200)}` });
    }
    this.#missing = missing;
  }

  /** Also a row that the filter hides, and a name without its group: links from elsewhere have it. */
  #find(list: ProcessList, key: string): Row | null {
    const rows = arrange(list, EVERYTHING);
    return rows.find((row) => row.key === key) ?? rows.find((row) => row.title === key) ??
      rows.find((row) => row.kind === "process" && row.process.name === key) ?? null;
  }

  async #commandAll(name: ActionCommand): Promise<void> {
    const count = this.#list?.processes.length ?? 0;
    const isSure = await confirmed({
      title: `${HINTS[name]}: all?`,
      text: `This concerns ${counted(count, "process")}, also those the filter hides.`,
      word: `${capital(name)} all`,
    });
    if (isSure) await this.#act(name, ["all"]);
  }

  async #scale({ program, ids }: Row): Promise<void> {
    const count = await askedCount({ program, running: ids.length });
    if (count === null) return;
    this.#tell("scale", await send<ScaleReply>(scaleOrder(program, count)), scaleNotice);
  }

  async #run(row: Row): Promise<void> {
    this.#tell("run", await send<RunBegun>(runOrder(processesOf(row))), runNotice);
  }

  async #act(name: ActionCommand, names: readonly string[]): Promise<void> {
    const answer = await send<ActionReply>(actionOrder(name, names));
    this.#tell(name, answer, (reply) => actionNotice(name, reply));
  }

  #tell<Reply>(name: string, answer: Answer<Reply>, words: (reply: Reply) => Notice): void {
    switch (answer.kind) {
      case "reply":
        return notify(words(answer.reply));
      case "refused":
        return notify({ isGood: false, text: `${name}: ${answer.text}` });
      case "unreachable":
        return notify({
          isGood: false,
          text: `${name}: no answer; it may or may not have happened`,
        });
    }
  }
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
