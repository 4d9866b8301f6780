// Work that comes in any amount, done a few milliseconds at a time: children that end are not kept waiting.
import type { Millis } from "../../manifest/plan.ts";

/** Longest turn; a single piece of work may take longer. */
const TURN: Millis = 4;
/** Steps of a promise that work which waits for nothing needs at most; what takes more waits for something. */
const STEPS = 20;

type Work = () => void | Promise<void>;

export interface TurnsParts {
  /** Monotonic time. */
  readonly now: () => Millis;
  /** Lets everybody else have their turn. */
  readonly breathe: () => Promise<void>;
}

/** Does what it is given, in order, each piece once. */
export class Turns {
  readonly #parts: TurnsParts;
  #work: Work[] = [];
  #running: Promise<void> | null = null;

  constructor(parts: TurnsParts) {
    this.#parts = parts;
  }

  /** The work is done soon, never during the call; it may add more. It must not fail. */
  add(work: Work): void {
    this.#work.push(work);
    this.#running ??= this.#run();
  }

  /** Resolves when there is nothing left to do. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    // Whoever is adding may have more.
    await null;
    let end = this.#parts.now() + TURN;
    while (this.#work.length > 0) {
      const batch = this.#work;
      this.#work = [];
      for (const work of batch) {
        if (this.#parts.now() >= end) {
          await this.#parts.breathe();
          end = this.#parts.now() + TURN;
        }
        const rest = work();
        if (rest instanceof Promise) await this.#follow(rest);
      }
    }
    this.#running = null;
  }

  /**
   * Work that is written with promises is mostly done when this returns, so that its time counts. Otherwise all of
   * it would pile up behind the turn, and run in one go.
   */
  async #follow(rest: Promise<void>): Promise<void> {
    let isDone = false;
    rest.then(() => isDone = true);
    for (let step = 0; step < STEPS && !isDone; step++) await null;
    // It waits for something: others do not wait with it.
    if (!isDone) await this.#parts.breathe();
  }
}
