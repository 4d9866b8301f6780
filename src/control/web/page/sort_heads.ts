// The heads of the columns: pressing one sorts by it, pressing it again turns the order around.
/// <reference lib="dom" />
import { part, setAttribute } from "./element.ts";
import { type Sort, SORTS } from "../../table/rows.ts";

export class SortHeads {
  readonly #onSort: (sort: Sort) => void;
  #sort: Sort = { key: "name", isDown: false };

  constructor(onSort: (sort: Sort) => void) {
    this.#onSort = onSort;
    for (const key of SORTS) {
      part(`sort-${key}`, HTMLButtonElement).addEventListener("click", () => {
        // Of numbers the large ones are of interest first.
        const isDown = this.#sort.key === key
          ? !this.#sort.isDown
          : key !== "name" && key !== "state";
        this.show({ key, isDown });
        this.#onSort(this.#sort);
      });
    }
  }

  show(sort: Sort): void {
    this.#sort = sort;
    for (const key of SORTS) {
      const head = part(`sort-${key}`, HTMLButtonElement).closest("th");
      if (head === null) continue;
      const order = sort.isDown ? "descending" : "ascending";
      setAttribute(head, "aria-sort", key === sort.key ? order : "none");
    }
  }
}
