// Waits for something that has to come again and again; one timer, however often it comes.
import type { Millis } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";

/**
 * A timer that is late by more than this tells of the runner, and not of the program: it was held up or suspended
 * itself, and what has come meanwhile has not been read yet.
 */
const LATE: Millis = 500;
/** So much time it has then to read it. */
const SECOND_CHANCE: Millis = 1_000;

export class Patience implements Disposable {
  readonly #clock: Clock;
  readonly #limit: Millis;
  readonly #over: () => void;
  #timer: Disposable;
  #last: Millis;

  /** Calls `over` once, when nothing has come for `limit`. */
  constructor(clock: Clock, limit: Millis, over: () => void) {
    this.#clock = clock;
    this.#limit = limit;
    this.#over = over;
    this.#last = clock.now().mono;
    this.#timer = this.#wait(this.#last + limit);
  }

  /** When it has come last. */
  get last(): Millis {
    return this.#last;
  }

  /** It has come before we were there. */
  set last(last: Millis) {
    this.#last = last;
    this.#timer[Symbol.dispose]();
    this.#timer = this.#wait(last + this.#limit);
  }

  /** It has come. */
  touch(): void {
    this.#last = this.#clock.now().mono;
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  #wait(at: Millis): Disposable {
    return this.#clock.wakeAt(at, () => {
      const now = this.#clock.now().mono;
      const due = this.#last + this.#limit;
      if (now < due) this.#timer = this.#wait(due);
      else if (now > at + LATE) this.#timer = this.#wait(now + SECOND_CHANCE);
      else this.#over();
    });
  }
}
