// The head of the page: who the runner is, how many are in which state, how the connection is.
/// <reference lib="dom" />
import type { ProcessList } from "../../api/types.ts";
import { visibleText } from "../../../core/visible_text.ts";
import { make, part, setAttribute, setText } from "./element.ts";
import { counted, durationText, sizeText } from "../../table/figures.ts";
import { isInTrouble, type Standing, standingCounts, STANDINGS } from "../../table/standing.ts";

/** Who the runner is and how much of everything there is. */
export class HeaderView {
  readonly #runner = part("runner", HTMLElement);
  readonly #summary = part("summary", HTMLElement);
  readonly #chips = new Map<Standing, HTMLButtonElement>();
  readonly #onPress: (standing: Standing) => void;

  constructor(onPress: (standing: Standing) => void) {
    this.#onPress = onPress;
  }

  update({ runner, processes }: ProcessList, chosen: ReadonlySet<Standing>): void {
    const phase = runner.phase === "UP" ? "" : `${runner.phase} · `;
    const { environment } = runner;
    const chosenFor = environment === null ? "" : `${visibleText(environment)} · `;
    setText(
      this.#runner,
      `${phase}${chosenFor}${visibleText(runner.manifest)} · pid ${runner.pid} · up ${
        durationText(runner.uptime)
      } · ${sizeText(runner.memory)} · version ${runner.version}`,
    );
    setAttribute(this.#runner, "title", visibleText(runner.manifest));
    const bad = processes.filter(isInTrouble).length;
    const name = runner.identifier === "" ? "runner" : visibleText(runner.identifier);
    setText(part("name", HTMLElement), name);
    // In a row of tabs only the title is seen.
    const title = bad === 0 ? name : `(${bad}) ${name}`;
    if (document.title !== title) document.title = title;
    const counts = new Map(standingCounts(processes));
    for (const standing of chosen) if (!counts.has(standing)) counts.set(standing, 0);
    for (const [standing, chip] of this.#chips) {
      if (counts.has(standing)) continue;
      chip.remove();
      this.#chips.delete(standing);
    }
    const ordered = STANDINGS.filter((standing) => counts.has(standing));
    for (const [at, standing] of ordered.entries()) {
      this.#chip(standing, { at, count: counts.get(standing) ?? 0, isOn: chosen.has(standing) });
    }
  }

  #chip(
    standing: Standing,
    { at, count, isOn }: { at: number; count: number; isOn: boolean },
  ): void {
    const chip = this.#chips.get(standing) ?? this.#newChip(standing);
    // In the order they are asked for, worst first, also when one has come later; the focus stays where it is.
    if (this.#summary.children[at] !== chip) {
      this.#summary.insertBefore(chip, this.#summary.children[at] ?? null);
    }
    setText(chip, `${count} ${standing.toLowerCase()}`);
    setAttribute(chip, "aria-pressed", String(isOn));
    setAttribute(chip, "title", `Show only these ${counted(count, "process")}`);
  }

  #newChip(standing: Standing): HTMLButtonElement {
    const made = make("button", {
      look: "state chip",
      attributes: { type: "button", "data-state": standing },
    });
    made.addEventListener("click", () => this.#onPress(standing));
    this.#chips.set(standing, made);
    return made;
  }
}
