// What is still under way when everything has stopped: hooks of the last ends, alerts of what has happened.
import type { Fact } from "../core/events.ts";
import type { Millis } from "../manifest/plan.ts";
import type { HostSignal } from "../os/host_signals.ts";
import type { Clock } from "../ports/clock.ts";
import { SAME_WISH } from "./pool_signals.ts";

export interface LastWorkParts {
  readonly clock: Clock;
  /** What a shutdown may take, in all. */
  readonly shutdownTimeout: Millis;
}

/** What may still be under way. */
export interface LeftOver {
  readonly hooks: Disposable & { whenIdle(): Promise<void> };
  readonly alerts: Disposable & { close(until: Millis): Promise<void> };
}

/** A receiver that is gone holds nobody up for longer than this. */
const LAST_ALERTS: Millis = 5_000;
const STOPS: readonly HostSignal[] = ["SIGTERM", "SIGINT", "SIGQUIT"];

export class LastWork {
  readonly #parts: LastWorkParts;
  readonly #hurried = Promise.withResolvers<void>();
  #begunAt: Millis | null = null;

  constructor(parts: LastWorkParts) {
    this.#parts = parts;
  }

  /** The time of the shutdown runs from its beginning. */
  fact(fact: Fact): void {
    if (fact.kind !== "shutdown") return;
    this.#begunAt ??= this.#parts.clock.now().mono;
    if (fact.step === "forced") this.#hurried.resolve();
  }

  /** Asked to stop once more, it waits for nothing. */
  signal(name: HostSignal): void {
    const begun = this.#begunAt;
    if (begun === null || !STOPS.includes(name)) return;
    if (this.#parts.clock.now().mono - begun >= SAME_WISH) this.#hurried.resolve();
  }

  /** Waits for what is left, within the time of the shutdown. */
  async finish({ hooks, alerts }: LeftOver): Promise<void> {
    const { clock, shutdownTimeout } = this.#parts;
    const deadline = (this.#begunAt ?? clock.now().mono) + shutdownTimeout;
    using _limit = clock.wakeAt(deadline, this.#hurried.resolve);
    const lastAlerts = () => alerts.close(Math.min(deadline, clock.now().mono + LAST_ALERTS));
    // Hooks first: one that fails may be worth an alert.
    await Promise.race([this.#hurried.promise, hooks.whenIdle().then(lastAlerts)]);
    hooks[Symbol.dispose]();
    alerts[Symbol.dispose]();
  }
}
