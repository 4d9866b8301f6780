// Tells whoever started a runner in the background whether its programs have come up.
import { RunnerError } from "../base/errors.ts";
import { isInVain, waitTexts } from "../core/dependencies.ts";
import { hookTime } from "../core/hook_time.ts";
import { type Pool, servesFromBoot } from "../core/pool.ts";
import type { Process } from "../core/process_state.ts";
import type { Engine } from "../engine/engine.ts";
import type { ReadyLine } from "../os/detach.ts";
import type { Clock } from "../ports/clock.ts";
import { bootLine, failureWord } from "./boot_word.ts";

/** Nobody waits longer than this for a program with a long `startsecs`; for one that says when it is ready, longer. */
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

  /** Somebody still waits for a word. */
  get isAwaited(): boolean {
    return this.#engine !== null;
  }

  /** The pool has been booted: from here on its states count. */
  begun(engine: Engine): void {
    if (!this.#ready.isAwaited) return;
    this.#engine = engine;
    const limit = this.#clock.now().mono + patienceFor(engine.pool);
    this.#limit = this.#clock.wakeAt(limit, () => this.#say(engine));
    this.look();
  }

  /** Something has changed. */
  look(): void {
    const engine = this.#engine;
    if (engine === null) return;
    const isOver = this.#ready.isHasty === true ||
      ![...engine.pool.processes.values()].some((process) => isOpen(engine.pool, process));
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

/** STARTING, or being stopped for not having been ready in time. */
function isComing({ state }: Process): boolean {
  return state.name === "STARTING" || (state.name === "STOPPING" && state.after === "judge");
}

/** Nothing can be said of it yet: it comes, has not ended as it should, or waits for others that come. */
function isOpen(pool: Pool, process: Process): boolean {
  const { plan, state } = process;
  return isComing(process) || (state.name === "RUNNING" && plan.type === "oneshot") ||
    (pool.waiting.has(plan.id) && !isInVain(pool, process));
}

/** Why a process that is wanted is not up, and will not be before long; empty: it is. */
function complaint(pool: Pool, { plan, state, spawnError }: Process): string {
  const waits = waitTexts(pool, plan.id).join(", ");
  if (waits !== "") return `${plan.name}: waits for ${waits}`;
  const hasFailed = plan.type === "oneshot" && state.name === "EXITED" && !state.expected;
  const isBad = hasFailed || state.name === "BACKOFF" || state.name === "FATAL";
  return isBad ? `${plan.name}: ${spawnError}` : "";
}

function patienceFor(pool: Pool): number {
  const times = [...pool.processes.values()].map(({ plan }) => {
    const { ready, stop } = plan;
    const held = hookTime(plan, "preStart");
    if (ready === null) return held === 0 ? 0 : held + plan.restart.startSeconds + 1_000;
    return held + ready.timeout + stop.steps.reduce((sum, { wait }) => sum + wait, 1_000);
  });
  return times.reduce((most, time) => Math.max(most, time), PATIENCE);
}

function verdict(pool: Pool): string {
  const wanted = [...pool.processes.values()].filter(servesFromBoot);
  const bad = wanted.map((process) => complaint(pool, process)).filter((text) => text !== "");
  const detail = bad.join("; ").replaceAll("\n", " ");
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
