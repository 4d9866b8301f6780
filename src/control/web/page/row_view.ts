// One row of the table: its cells, kept and changed in place.
/// <reference lib="dom" />
import type { ProcessView } from "../../api/types.ts";
import { visibleText } from "../../../core/visible_text.ts";
import { type CommandName, commandsOf, HINTS } from "../../table/row_commands.ts";
import { chart, iconButton, make, setAttribute, setText } from "./element.ts";
import { durationText, NONE, percentText, sizeText } from "../../table/figures.ts";
import { processesOf, type Row } from "../../table/rows.ts";
import { processesText, programCounts } from "../../table/standing.ts";
import { whyText } from "../../table/why_text.ts";
import { type ChartBox, sparkline } from "./sparkline.ts";
import type { UsageSeries } from "./usage_history.ts";

/** What a row asks of the table. */
export interface RowDeeds {
  open(row: Row): void;
  fold(row: Row): void;
  command(row: Row, name: CommandName): void;
}

/** What a row shows besides its facts. */
export interface RowNews {
  readonly series: UsageSeries;
  readonly time: number;
}

const SIZE = { width: 72, height: 18 };
const CPU: ChartBox = { ...SIZE, slots: 60, least: 5, isFromZero: true };
const MEMORY: ChartBox = { ...SIZE, slots: 60, least: 4 << 20, isFromZero: false };

interface Metered {
  readonly cell: HTMLTableCellElement;
  readonly figure: HTMLElement;
  readonly path: SVGPathElement;
}

/** The cells of a row. */
export class RowView {
  readonly element: HTMLTableRowElement;
  readonly #title = make("button", { look: "title", attributes: { type: "button" } });
  readonly #note = make("span", { look: "note" });
  readonly #fold: HTMLButtonElement;
  readonly #state = make("span", { look: "state" });
  readonly #pid = cell("pid");
  readonly #uptime = cell("uptime");
  readonly #restarts = cell("restarts");
  readonly #cpu = metered("cpu");
  readonly #memory = metered("memory");
  readonly #last = cell("last");
  readonly #buttons = new Map<CommandName, HTMLButtonElement>();
  #row: Row;
  #series: UsageSeries | null = null;
  #isActive = false;

  constructor(row: Row, deeds: RowDeeds) {
    this.#row = row;
    this.#title.addEventListener("click", () => deeds.open(this.#row));
    this.#fold = iconButton("fold", {
      label: "Hide or show the processes",
      look: "fold",
      onPress: () => deeds.fold(this.#row),
    });
    const buttons = commandsOf(row).map(({ name }) => {
      const label = `${HINTS[name]} ${visibleText(row.title)}`;
      const made = iconButton(name, {
        label,
        look: `do-${name}`,
        onPress: () => deeds.command(this.#row, name),
      });
      this.#buttons.set(name, made);
      return made;
    });
    const name = cell("name", [this.#fold, this.#title, this.#note]);
    const actions = cell("actions", buttons);
    this.element = make("tr", { attributes: { role: "row", tabindex: "-1" } }, [
      name,
      cell("state-cell", [this.#state]),
      this.#pid,
      this.#uptime,
      this.#restarts,
      this.#cpu.cell,
      this.#memory.cell,
      this.#last,
      actions,
    ]);
    this.element.dataset["kind"] = row.kind;
    setActive(this, false);
  }

  get row(): Row {
    return this.#row;
  }

  get isActive(): boolean {
    return this.#isActive;
  }

  /** The focus walks over rows; only the buttons of the active one are stops of the Tab key. */
  set isActive(isActive: boolean) {
    this.#isActive = isActive;
    setAttribute(this.element, "tabindex", isActive ? "0" : "-1");
    const inside = [this.#title, this.#fold, ...this.#buttons.values()];
    for (const button of inside) setAttribute(button, "tabindex", isActive ? "0" : "-1");
  }

  /** `time` is the runner's. */
  update(row: Row, { series, time }: RowNews): void {
    this.#row = row;
    const processes = processesOf(row);
    this.element.classList.toggle("member", row.kind === "process" && row.isMember);
    setText(this.#title, visibleText(row.title));
    setAttribute(this.#title, "title", visibleText(row.title));
    setText(this.#note, noteOf(row));
    this.#fold.hidden = row.kind !== "program";
    if (row.kind === "program") setAttribute(this.#fold, "aria-expanded", String(row.isOpen));
    setText(this.#pid, row.kind === "process" ? String(row.process.pid ?? NONE) : "");
    setText(this.#uptime, durationText(row.uptime));
    setText(this.#restarts, String(row.restarts));
    setText(this.#cpu.figure, percentText(row.cpu));
    setText(this.#memory.figure, sizeText(row.memory));
    this.#draw(series);
    const last = row.kind === "program" ? "" : visibleText(whyText(row.process, time));
    this.#updateState(processes, last);
    setText(this.#last, last);
    setAttribute(this.#last, "title", last);
    for (const { name, isPossible } of commandsOf(row)) {
      const button = this.#buttons.get(name);
      if (button !== undefined) setAttribute(button, "aria-disabled", String(!isPossible));
    }
  }

  #draw(series: UsageSeries): void {
    if (series === this.#series) return;
    this.#series = series;
    setAttribute(this.#cpu.path, "d", sparkline(series.cpu, CPU));
    setAttribute(this.#memory.path, "d", sparkline(series.memory, MEMORY));
  }

  #updateState(processes: readonly ProcessView[], why: string): void {
    const counts = programCounts(processes);
    const [worst] = counts;
    const text = counts.length === 1 || this.#row.kind === "process"
      ? worst?.[0] ?? ""
      : counts.map(([standing, count]) => `${count} ${standing}`).join(" · ");
    setText(this.#state, text);
    // There is not room for it everywhere.
    setAttribute(this.#state, "title", why === "" ? text : `${text}: ${why}`);
    setAttribute(this.#state, "data-state", worst?.[0] ?? "");
  }
}

function setActive(view: RowView, isActive: boolean): void {
  view.isActive = isActive;
}

function cell(look: string, children: readonly Node[] = []): HTMLTableCellElement {
  return make("td", { look, attributes: { role: "gridcell" } }, children);
}

function metered(look: string): Metered {
  const figure = make("span", { look: "figure" });
  const { svg, path } = chart({ ...SIZE, look: `spark spark-${look}` });
  return { cell: cell(look, [figure, svg]), figure, path };
}

function noteOf(row: Row): string {
  const drift = row.drift === null ? "" : `scaled, the manifest says ${row.drift.manifest}`;
  if (row.kind === "process") {
    const kind = row.process.kind === "program" ? "" : row.process.kind;
    return [kind, drift].filter((text) => text !== "").join(" · ");
  }
  return [processesText(row.processes), drift].filter((text) => text !== "").join(" · ");
}
