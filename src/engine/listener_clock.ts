// The ticks of event listeners: one timer, and only while somebody wants one.
import { dueTicks, type Period, type Tick, tickWait } from "../core/listener_ticks.ts";
import type { Millis } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";

export class ListenerClock implements Disposable {
  readonly #clock: Clock;
  readonly #tick: (tick: Tick) => void;
  #periods: readonly Period[] = [];
  #lookedAt: Millis = 0;
  #timer: Disposable | null = null;

  constructor(clock: Clock, tick: (tick: Tick) => void) {
    this.#clock = clock;
    this.#tick = tick;
  }

  /** From now on these ticks are wanted. */
  want(periods: readonly Period[]): void {
    if (this.#timer === null) this.#lookedAt = this.#clock.now().wall;
    this.#periods = periods;
    this.#arm();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
  }

  #arm(): void {
    this[Symbol.dispose]();
    const { mono, wall } = this.#clock.now();
    const wait = tickWait(this.#periods, wall);
    if (wait !== null) this.#timer = this.#clock.wakeAt(mono + wait, () => this.#look());
  }

  #look(): void {
    const before = this.#lookedAt;
    const { wall } = this.#clock.now();
    this.#lookedAt = wall;
    for (const tick of dueTicks(this.#periods, { before, now: wall })) this.#tick(tick);
    this.#arm();
  }
}
