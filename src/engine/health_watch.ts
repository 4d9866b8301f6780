// Repeats the health probe of a running process, until it is enough.
import { countLook, type HealthTally, isEnough, NO_LOOKS } from "../core/health_tally.ts";
import type { Millis, ProcessPlan } from "../manifest/plan.ts";
import type { HealthPlan } from "../manifest/plan_work.ts";
import type { Instant } from "../ports/clock.ts";
import { lookOnce } from "./look_once.ts";
import type { ReadyParts } from "./ready_watch.ts";

/** The first looks of many programs that are started together are spread over so much time. */
const SPREAD: Millis = 1_000;

export interface HealthParts extends ReadyParts {
  /** Monotonic time at which the process was started. */
  readonly startedAt: Millis;
}

/** The latest look. */
export interface LastLook {
  readonly at: Instant;
  /** Null: all was well. */
  readonly fault: string | null;
}

export class HealthWatch implements Disposable {
  readonly #plan: ProcessPlan;
  readonly #health: HealthPlan;
  readonly #parts: HealthParts;
  readonly #enough: (watch: HealthWatch) => void;
  #waiting: Disposable;
  tally: HealthTally = NO_LOOKS;
  last: LastLook | null = null;
  /** It is stopping by its own word: that it does not serve is no news. */
  isExcused = false;

  /** Calls `enough` once. */
  constructor(
    plan: ProcessPlan,
    health: HealthPlan,
    parts: HealthParts,
    enough: (watch: HealthWatch) => void,
  ) {
    this.#plan = plan;
    this.#health = health;
    this.#parts = parts;
    this.#enough = enough;
    const { clock } = parts;
    this.#waiting = this.#after(Math.min(SPREAD, health.interval) * clock.random());
  }

  [Symbol.dispose](): void {
    this.#waiting[Symbol.dispose]();
  }

  #after(wait: Millis): Disposable {
    const { clock } = this.#parts;
    return clock.wakeAt(clock.now().mono + wait, () => this.#look());
  }

  #look(): void {
    const { probe, timeout, interval } = this.#health;
    const order = { probe, plan: this.#plan, name: "health", limit: timeout } as const;
    this.#waiting = lookOnce(order, this.#parts, (fault) => {
      // That the runner cannot look says nothing of the program.
      if (fault !== null && typeof fault !== "string") {
        this.#waiting = this.#after(interval);
        return;
      }
      const at = this.#parts.clock.now();
      this.last = { at, fault };
      if (!this.isExcused) {
        const look = { fault, uptime: at.mono - this.#parts.startedAt };
        this.tally = countLook(this.tally, look, this.#health);
      }
      if (isEnough(this.tally, this.#health)) return this.#enough(this);
      this.#waiting = this.#after(interval);
    });
  }
}
