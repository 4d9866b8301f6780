// The head of the page: who the runner is, how many are in which state, how the connection is.
/// <reference lib="dom" />
import type { ApiState, ProcessList } from "../../api/types.ts";
import { visibleText } from "../../../core/visible_text.ts";
import { make, part, setAttribute, setText } from "./element.ts";
import { counted, durationText, sizeText } from "../../table/figures.ts";
import { stateCounts, STATES } from "../../table/rows.ts";

/** Who the runner is and how much of everything there is. */
export class HeaderView {
  readonly #runner = part("runner", HTMLElement);
  readonly #summary = part("summary", HTMLElement);
  readonly #chips = new Map<ApiState, HTMLButtonElement>();
  readonly #onState: (state: ApiState) => void;

  constructor(onState: (state: ApiState) => void) {
    this.#onState = onState;
  }

  update({ runner, processes }: ProcessList, states: ReadonlySet<ApiState>): void {
    const phase = runner.phase === "UP" ? "" : `${runner.phase} · `;
    setText(
      this.#runner,
      `${phase}${visibleText(runner.manifest)} · pid ${runner.pid} · up ${
        durationText(runner.uptime)
      } · ${sizeText(runner.memory)} · version ${runner.version}`,
    );
    setAttribute(this.#runner, "title", visibleText(runner.manifest));
    const bad = processes.filter(({ state }) => state === "FATAL" || state === "BACKOFF").length;
    const name = runner.identifier === "" ? "runner" : visibleText(runner.identifier);
    setText(part("name", HTMLElement), name);
    // In a row of tabs only the title is seen.
    const title = bad === 0 ? name : `(${bad}) ${name}`;
    if (document.title !== title) document.title = title;
    const counts = new Map(stateCounts(processes));
    for (const state of states) if (!counts.has(state)) counts.set(state, 0);
    for (const [state, chip] of this.#chips) {
      if (counts.has(state)) continue;
      chip.remove();
      this.#chips.delete(state);
    }
    const ordered = STATES.filter((state) => counts.has(state));
    for (const [at, state] of ordered.entries()) {
      this.#chip(state, { at, count: counts.get(state) ?? 0, isOn: states.has(state) });
    }
  }

  #chip(
    state: ApiState,
    { at, count, isOn }: { at: number; count: number; isOn: boolean },
  ): void {
    const chip = this.#chips.get(state) ?? this.#newChip(state);
    // In the order they are asked for, worst first, also when one has come later; the focus stays where it is.
    if (this.#summary.children[at] !== chip) {
      this.#summary.insertBefore(chip, this.#summary.children[at] ?? null);
    }
    setText(chip, `${count} ${state.toLowerCase()}`);
    setAttribute(chip, "aria-pressed", String(isOn));
    setAttribute(chip, "title", `Show only these ${counted(count, "process")}`);
  }

  #newChip(state: ApiState): HTMLButtonElement {
    const made = make("button", {
      look: "state chip",
      attributes: { type: "button", "data-state": state },
    });
    made.addEventListener("click", () => this.#onState(state));
    this.#chips.set(state, made);
    return made;
  }
}
