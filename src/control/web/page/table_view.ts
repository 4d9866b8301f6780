// The table: keeps one view a row, in order, and the focus where it was.
/// <reference lib="dom" />
import { part } from "./element.ts";
import type { Row } from "../../table/rows.ts";
import { type RowDeeds, RowView } from "./row_view.ts";
import { together, type UsageHistory } from "./usage_history.ts";

/** All rows that are shown. */
export class TableView {
  readonly #body = part("rows", HTMLTableSectionElement);
  readonly #views = new Map<string, RowView>();
  readonly #deeds: RowDeeds;
  #keys: readonly string[] = [];
  #active: string | null = null;

  constructor(deeds: RowDeeds) {
    this.#deeds = deeds;
    this.#body.addEventListener("focusin", ({ target }) => {
      const key = this.#keyOf(target);
      if (key !== null) this.#activate(key);
    });
  }

  /** The row that keys act on; null when the table is empty. */
  get active(): Row | null {
    return this.#active === null ? null : this.#views.get(this.#active)?.row ?? null;
  }

  update(
    rows: readonly Row[],
    { history, time }: { readonly history: UsageHistory; readonly time: number },
  ): void {
    const keys = rows.map(({ key }) => key);
    this.#drop(new Set(keys));
    for (const [at, row] of rows.entries()) {
      const view = this.#view(row);
      view.update(row, { series: together(history, row.ids), time });
      // Only what is not in its place is moved: moving takes the focus away.
      const here = this.#body.children[at];
      if (here !== view.element) this.#body.insertBefore(view.element, here ?? null);
    }
    this.#keys = keys;
    if (this.#active === null || !this.#views.has(this.#active)) this.#activate(keys[0] ?? null);
  }

  /** Marks the row whose panel is open. */
  mark(key: string | null): void {
    for (const [own, view] of this.#views) view.element.classList.toggle("opened", own === key);
  }

  /** Moves the focus by rows, or to an end with ±Infinity. */
  move(by: number): void {
    const at = this.#active === null ? 0 : this.#keys.indexOf(this.#active);
    const to = Math.min(this.#keys.length - 1, Math.max(0, at + by));
    this.focus(this.#keys[to] ?? null);
  }

  focus(key: string | null = this.#active): void {
    const view = key === null ? undefined : this.#views.get(key);
    view?.element.focus();
  }

  isInside(target: EventTarget | null): boolean {
    return target instanceof Node && this.#body.contains(target);
  }

  #keyOf(target: EventTarget | null): string | null {
    const row = target instanceof Element ? target.closest("tr") : null;
    const found = [...this.#views].find(([, view]) => view.element === row);
    return found?.[0] ?? null;
  }

  #activate(key: string | null): void {
    const before = this.#active === null ? undefined : this.#views.get(this.#active);
    if (before !== undefined) before.isActive = false;
    this.#active = key;
    const view = key === null ? undefined : this.#views.get(key);
    if (view !== undefined) view.isActive = true;
  }

  #view(row: Row): RowView {
    const known = this.#views.get(row.key);
    if (known !== undefined && hasSameShape(known.row, row)) return known;
    known?.element.remove();
    const made = new RowView(row, this.#deeds);
    made.isActive = row.key === this.#active;
    this.#views.set(row.key, made);
    return made;
  }

  #drop(keys: ReadonlySet<string>): void {
    for (const [key, view] of this.#views) {
      if (keys.has(key)) continue;
      view.element.remove();
      this.#views.delete(key);
    }
  }
}

/** A process that got brothers loses the buttons that are now its program's. */
function hasSameShape(left: Row, right: Row): boolean {
  if (left.kind === "program" || right.kind === "program") return left.kind === right.kind;
  return left.isMember === right.isMember;
}
