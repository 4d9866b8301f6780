// Keeps the service manager informed: that the pool is up, reloads, stops, and that our loop turns.
import {
  extension,
  type Notice,
  noticeLines,
  type NoticeLook,
  noticeOf,
} from "../core/service_notice.ts";
import type { Pool } from "../core/pool.ts";
import type { Millis } from "../manifest/plan.ts";
import type { ServiceManager } from "../os/sd_notify.ts";
import type { Clock } from "../ports/clock.ts";

export interface ServiceNoticesParts {
  /** Null: nobody wants to hear anything. */
  readonly manager: ServiceManager | null;
  readonly clock: Clock;
  /** Microseconds of CLOCK_MONOTONIC. */
  readonly monotonic: () => bigint;
  /** Said first of all: who the main process is, when it is not the one that was started. */
  readonly greeting: readonly string[];
}

/** The running pool as it is told of. */
export interface ToldPool {
  readonly pool: Pool;
  /** The pool goes down only to be started again. */
  isRestarting(): boolean;
}

/** Milliseconds between two lines that say only how many processes run. */
const STATUS_PAUSE: Millis = 1_000;
/** Milliseconds after which what found no room is said again. */
const AGAIN: Millis = 100;
/** Milliseconds between two requests for more time to start. */
const STARTING_PAUSE: Millis = 10_000;

export class ServiceNotices implements Disposable {
  readonly #parts: ServiceNoticesParts;
  #told: ToldPool | null = null;
  #begunAt: Millis = 0;
  #said: Notice | null = null;
  #saidAt: Millis = -Infinity;
  #readings = 0;
  #timer: Disposable | null = null;
  #watchdog: Disposable | null = null;

  constructor(parts: ServiceNoticesParts) {
    this.#parts = parts;
  }

  /** The pool has been booted. */
  begun(told: ToldPool): void {
    const { manager, clock, greeting } = this.#parts;
    if (manager === null) return;
    this.#told = told;
    this.#begunAt = clock.now().mono;
    if (greeting.length > 0) manager.say(greeting);
    if (manager.watchdog !== null) this.#ping(manager, manager.watchdog / 1000 / 2);
    this.look();
  }

  /** Something has changed. */
  look(): void {
    const { manager, clock, monotonic } = this.#parts;
    const look = this.#look();
    if (manager === null || look === null) return;
    const next = noticeOf(this.#said?.phase ?? "starting", look);
    const lines = noticeLines(this.#said, next, { look, monotonic });
    const now = clock.now().mono;
    const isOnlyStatus = lines.length === 1;
    if (isOnlyStatus && now < this.#saidAt + STATUS_PAUSE) {
      return this.#lookAt(this.#saidAt + STATUS_PAUSE);
    }
    if (lines.length > 0 && !manager.say(lines)) return this.#lookAt(now + AGAIN);
    if (lines.length > 0) this.#saidAt = now;
    this.#said = next;
    if (next.phase === "starting") this.#moreTime(manager, look);
  }

  /** While `read` reads the manifest again and applies it, the service reloads, whatever comes of it. */
  async during(read: () => Promise<void>): Promise<void> {
    this.#readings += 1;
    this.look();
    try {
      await read();
    } finally {
      this.#readings -= 1;
      this.look();
    }
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#watchdog?.[Symbol.dispose]();
    this.#told = null;
  }

  #look(): NoticeLook | null {
    if (this.#told === null) return null;
    return {
      pool: this.#told.pool,
      now: this.#parts.clock.now().mono,
      begunAt: this.#begunAt,
      isReading: this.#readings > 0,
      isRestarting: this.#told.isRestarting(),
    };
  }

  #moreTime(manager: ServiceManager, look: NoticeLook): void {
    if (look.now >= this.#saidAt + STARTING_PAUSE) {
      manager.say([extension(look)]);
      this.#saidAt = look.now;
    }
    this.#lookAt(this.#saidAt + STARTING_PAUSE);
  }

  #lookAt(at: Millis): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#parts.clock.wakeAt(at, () => this.look());
  }

  /** From the loop that does everything else: where that hangs, the manager hears nothing. */
  #ping(manager: ServiceManager, pause: Millis): void {
    manager.say(["WATCHDOG=1"]);
    const at = this.#parts.clock.now().mono + pause;
    this.#watchdog = this.#parts.clock.wakeAt(at, () => this.#ping(manager, pause));
  }
}
