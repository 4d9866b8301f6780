// The one timer of the engine. After a hold-up of the runner itself, what came meanwhile is heard before anybody is judged.
import type { Millis } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";

/** A timer that is late by more than this was held up together with the runner: stopped, suspended, without a processor. */
const LATE: Millis = 500;
/** Ends, words of readiness and output wait to be read: one turn of the loop takes them, also on a busy machine. */
const CATCH_UP: Millis = 250;

export class Alarm implements Disposable {
  readonly #clock: Clock;
  readonly #wake: () => void;
  #timer: Disposable | null = null;
  /** What was asked for; it may be over already. */
  #at: Millis = Infinity;
  #notBefore: Millis = -Infinity;

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Wakes at that time, and at no other; Infinity: not at all. */
  set(at: Millis): void {
    if (at === this.#at) return;
    this.#at = at;
    this.#plan();
  }

  /** Nobody has listened for a while: what waits to be read is read first. */
  catchUp(): void {
    this.#notBefore = this.#clock.now().mono + CATCH_UP;
    this.#plan();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
  }

  #plan(): void {
    this[Symbol.dispose]();
    if (this.#at === Infinity) return;
    const due = Math.max(this.#at, this.#notBefore, this.#clock.now().mono);
    this.#timer = this.#clock.wakeAt(due, () => this.#fire(due));
  }

  #fire(due: Millis): void {
    // Once is enough: on a machine that is held up all the time everything is late.
    if (due !== this.#notBefore && this.#clock.now().mono > due + LATE) return this.catchUp();
    this.#at = Infinity;
    this.#timer = null;
    this.#wake();
  }
}
