// Waits until a started process is ready: for a line, a time or a probe; its own word comes another way.
import { LineMatch } from "../core/line_match.ts";
import type { Millis, ProcessPlan } from "../manifest/plan.ts";
import type { ReadyWhen } from "../manifest/plan_work.ts";
import type { Clock } from "../ports/clock.ts";
import type { StreamName } from "../ports/logs.ts";
import { lookOnce, type LookParts } from "./look_once.ts";

/** One look at a program that is only starting. */
const LOOK_LIMIT: Millis = 5_000;

export interface ReadyParts extends LookParts {
  readonly clock: Clock;
}

/** What a process that waits to be ready makes known. */
export interface ReadyTold {
  /** Called once. */
  ready(): void;
  /** Nobody could look: so much more time is fair. */
  extend(wait: Millis): void;
}

export class ReadyWatch implements Disposable {
  readonly #plan: ProcessPlan;
  readonly #parts: ReadyParts;
  readonly #told: ReadyTold;
  /** A line may be written to either stream: each has its own beginning of a line. */
  readonly #lines: { readonly [stream in StreamName]: LineMatch } | null;
  #waiting: Disposable | null = null;
  #isOver = false;
  /** What the last look found wrong; empty: there was none. */
  fault = "";
  failed = 0;

  constructor(plan: ProcessPlan, when: ReadyWhen, parts: ReadyParts, told: ReadyTold) {
    this.#plan = plan;
    this.#parts = parts;
    this.#told = told;
    this.#lines = when.kind === "log"
      ? { stdout: new LineMatch(when.pattern), stderr: new LineMatch(when.pattern) }
      : null;
    this.#begin(when);
  }

  /** Heads of lines that have not ended, for another one to go on with by `output`; null: it waits for no line. */
  get unfinished(): { readonly [stream in StreamName]: Uint8Array } | null {
    if (this.#lines === null) return null;
    return { stdout: this.#lines.stdout.unfinished, stderr: this.#lines.stderr.unfinished };
  }

  /** Output of this run. */
  output(stream: StreamName, bytes: Uint8Array): void {
    if (!this.#isOver && this.#lines?.[stream].takes(bytes) === true) this.isReady();
  }

  /** It is, however that became known. */
  isReady(): void {
    if (this.#isOver) return;
    this[Symbol.dispose]();
    this.fault = "";
    this.#told.ready();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#waiting?.[Symbol.dispose]();
    this.#waiting = null;
  }

  #begin(when: ReadyWhen): void {
    const { clock } = this.#parts;
    switch (when.kind) {
      case "log":
      case "notify":
      case "message":
        return;
      case "delay":
        this.#waiting = clock.wakeAt(clock.now().mono + when.wait, () => this.isReady());
        return;
      case "probe":
        return this.#look(when);
    }
  }

  #look(when: Extract<ReadyWhen, { kind: "probe" }>): void {
    const { clock } = this.#parts;
    const order = {
      probe: when.probe,
      plan: this.#plan,
      name: "ready",
      limit: LOOK_LIMIT,
    } as const;
    this.#waiting = lookOnce(order, this.#parts, (fault) => {
      if (this.#isOver) return;
      if (fault === null) return this.isReady();
      if (typeof fault === "string") this.failed += 1;
      else this.#told.extend(when.interval + LOOK_LIMIT);
      this.fault = typeof fault === "string" ? fault : fault.unseen;
      this.#waiting = clock.wakeAt(clock.now().mono + when.interval, () => this.#look(when));
    });
  }
}
