// Tells whoever started a runner in the background whether its programs have come up.
import { RunnerError } from "../base/errors.ts";
import { type Pool, startsAtBoot } from "../core/pool.ts";
import type { Process } from "../core/process_state.ts";
import type { Engine } from "../engine/engine.ts";
import type { ReadyLine } from "../os/detach.ts";
import type { Clock } from "../ports/clock.ts";
import { bootLine, failureWord } from "./boot_word.ts";

/** Nobody waits longer than this for a program with a long `startsecs`. */
const PATIENCE = 30_000;

export class BootWatch implements Disposable {
  readonly #ready: ReadyLine;
  readonly #clock: Clock;
  #engine: Engine | null = null;
  #limit: Disposable | null = null;

  constructor(ready: ReadyLine, clock: Clock) {
    this.#ready = ready;
    this.#clock = clock;
  }

  /** The pool has been booted: from here on its states count. */
  begun(engine: Engine): void {
    if (!this.#ready.isAwaited) return;
    this.#engine = engine;
    this.#limit = this.#clock.wakeAt(this.#clock.now().mono + PATIENCE, () => this.#say(engine));
    this.look();
  }

  /** Something has changed. */
  look(): void {
    const engine = this.#engine;
    if (engine === null) return;
    const isOver = this.#ready.isHasty === true ||
      ![...engine.pool.processes.values()].some(isOpen);
    if (isOver) this.#say(engine);
  }

  [Symbol.dispose](): void {
    this.#limit?.[Symbol.dispose]();
    this.#engine = null;
  }

  #say(engine: Engine): void {
    this.#ready.say(verdict(engine.pool));
    this[Symbol.dispose]();
  }
}

function isOpen(process: Process): boolean {
  return process.state.name === "STARTING";
}

function verdict(pool: Pool): string {
  const wanted = [...pool.processes.values()].filter((process) => startsAtBoot(process.plan));
  const bad = wanted.filter(({ state }) => state.name === "BACKOFF" || state.name === "FATAL");
  const reasons = bad.map(({ plan, spawnError }) => `${plan.name}: ${spawnError}`).join("; ");
  const detail = reasons.replaceAll("\n", " ");
  const { phase } = pool;
  // A pool that has done its work already is no failure.
  if (phase.name !== "UP" && phase.status !== 0) {
    const error = new RunnerError(`Cannot go on: everything is stopped again: ${detail}`, {
      exitStatus: phase.status,
    });
    return failureWord(error);
  }
  const { length } = wanted;
  if (bad.length > 0) return bootLine({ kind: "partly", detail });
  return bootLine({ kind: "up", detail: `${length} of ${length} processes are up` });
}
