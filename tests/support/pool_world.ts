// A strict fake of the host for the pool machine: it counts children, and fails on a second one or a stranger.
import type { Exit } from "../../src/base/exit.ts";
import type { Effect, Fact, PoolEvent, ProcessEvent } from "../../src/core/events.ts";
import { newPool, type Pool, poolWakeAt } from "../../src/core/pool.ts";
import { stepPool } from "../../src/core/pool_machine.ts";
import type { Calendar } from "../../src/manifest/cron.ts";
import type { Plan } from "../../src/manifest/plan.ts";

interface FakeChild {
  readonly id: string;
  readonly run: number;
  readonly pid: number;
}

export interface WorldOptions {
  readonly shutdownTimeout?: number;
  /** False: spawns stay unanswered until `answerSpawns`. */
  readonly answersAtOnce?: boolean;
  /** When schedules are due; never, if missing. */
  readonly calendar?: Calendar;
}

export class PoolWorld {
  pool: Pool;
  /** Milliseconds on both clocks. */
  now = 0;
  /** How far the wall clock has been set. */
  skew = 0;
  readonly facts: Fact[] = [];
  readonly signals: { readonly id: string; readonly signal: number; readonly at: number }[] = [];
  /** As if somebody heard each of them. */
  readonly messages: { readonly id: string; readonly text: string; readonly at: number }[] = [];
  readonly children = new Map<number, FakeChild>();
  finished: number | null = null;
  /** Hooks that were ordered. They never end by themselves. */
  readonly hooks: Extract<Effect, { kind: "hook" }>[] = [];
  /** Ids whose next spawns fail, and why. */
  readonly broken = new Map<string, string>();
  readonly #waiting: { readonly id: string; readonly run: number }[] = [];
  readonly #unspawned: { readonly id: string; readonly run: number }[] = [];
  readonly #answersAtOnce: boolean;
  readonly #calendar: Calendar;
  #nextPid = 100;

  constructor(plan: Plan, options: WorldOptions = {}) {
    this.pool = newPool(plan, options.shutdownTimeout ?? 10_000);
    this.#answersAtOnce = options.answersAtOnce ?? true;
    this.#calendar = options.calendar ?? (() => null);
  }

  /** Gives the pool an event and does what it orders. */
  post(event: PoolEvent): void {
    const now = { mono: this.now, wall: this.now + this.skew };
    const moment = { now, lot: 0.5, calendar: this.#calendar };
    const step = stepPool(this.pool, event, moment);
    this.pool = step.pool;
    for (const effect of step.effects) this.#run(effect);
    for (const { id, run } of this.#unspawned.splice(0)) this.tell(id, { kind: "unspawned", run });
    if (this.#answersAtOnce) this.answerSpawns();
  }

  tell(id: string, event: ProcessEvent): void {
    this.post({ kind: "process", id, event });
  }

  /** Lets time pass, waking the pool exactly when it asks to be woken. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (let wakes = 0; wakes < 10_000; wakes++) {
      const at = poolWakeAt(this.pool);
      if (at > end) break;
      this.now = Math.max(this.now, at);
      this.post({ kind: "look" });
    }
    this.now = end;
  }

  /** A child of the process ends. */
  end(id: string, exit: Exit): void {
    const child = this.childOf(id);
    if (child === undefined) throw new Error(`${id} has no child that could end`);
    this.children.delete(child.pid);
    this.tell(id, { kind: "exited", run: child.run, exit, launchFault: null });
  }

  exitWith(id: string, code: number): void {
    this.end(id, { kind: "code", code });
  }

  answerSpawns(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { id, run } = next;
      const reason = this.broken.get(id);
      if (reason !== undefined) {
        this.tell(id, { kind: "spawn-failed", run, reason });
        continue;
      }
      const pid = this.#nextPid++;
      if (this.childOf(id) !== undefined) throw new Error(`${id} would have two children`);
      this.children.set(pid, { id, run, pid });
      this.tell(id, { kind: "spawned", run, pid });
    }
  }

  childOf(id: string): FakeChild | undefined {
    return [...this.children.values()].find((child) => child.id === id);
  }

  stateOf(id: string): string {
    return this.pool.processes.get(id)?.state.name ?? "GONE";
  }

  /** The states a process went through, in order. */
  path(id: string): string[] {
    return this.facts.flatMap((fact) => fact.kind === "state" && fact.id === id ? [fact.to] : []);
  }

  /** How many children a process has had. */
  runs(id: string): number {
    return this.pool.processes.get(id)?.run ?? 0;
  }

  /** Only what has not been carried out can be taken back. */
  #takeBack({ id, run }: { readonly id: string; readonly run: number }): void {
    const at = this.#waiting.findIndex((one) => one.id === id && one.run === run);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    this.#unspawned.push({ id, run });
  }

  #run(effect: Effect): void {
    switch (effect.kind) {
      case "spawn":
        this.#waiting.push({ id: effect.id, run: effect.run });
        return;
      case "signal": {
        const child = this.children.get(effect.pid);
        if (child?.id !== effect.id) throw new Error(`signal to a stranger, pid ${effect.pid}`);
        this.signals.push({ id: effect.id, signal: effect.signal, at: this.now });
        return;
      }
      case "message":
        this.messages.push({ id: effect.id, text: effect.text, at: this.now });
        return;
      case "publish":
        this.facts.push(effect.fact);
        return;
      case "finish":
        this.finished = effect.status;
        return;
      case "unspawn":
        return this.#takeBack(effect);
      case "hook":
        this.hooks.push(effect);
        return;
      case "sweep":
      case "forget":
      case "adjust":
        return;
    }
  }
}
