// Runs the hooks of processes: those of one process one after another, in the order they were asked for.
import { hookFact } from "../core/hook_outcome.ts";
import { hookWords } from "../core/hook_orders.ts";
import type { Effect, Fact, ProcessEvent } from "../core/events.ts";
import { HOOK_WORDS } from "../manifest/plan_hooks.ts";
import type { ProcessPlan } from "../manifest/plan.ts";
import type { HookName } from "../manifest/plan_work.ts";
import type { Errands } from "../ports/errands.ts";

export type HookOrder = Extract<Effect, { kind: "hook" }>;

export interface HooksParts {
  readonly errands: Errands;
  report(fact: Fact): void;
  /** Answers the core. */
  tell(id: string, event: ProcessEvent): void;
}

/** Something that is done in its turn. */
interface Task {
  /** `spawn`: the child itself, which waits for all that comes before it. */
  readonly what: HookName | "spawn";
  readonly run: number;
  /** Begins it; `done` is called once, at once or later, unless it is disposed before. */
  begin(done: () => void): Disposable;
}

/** What is to be done for one process; the first task is under way. */
interface Turn {
  readonly tasks: Task[];
  current: Disposable | null;
}

const NOTHING: Disposable = { [Symbol.dispose]: () => {} };

export class Hooks implements Disposable {
  readonly #parts: HooksParts;
  readonly #turns = new Map<string, Turn>();
  #idle: (() => void)[] = [];

  constructor(parts: HooksParts) {
    this.#parts = parts;
  }

  /** Calls `start` once the hooks before it have ended; with the reason why it must not start if pre_start fails. */
  before(plan: ProcessPlan, run: number, start: (fault: string | null) => void): void {
    const { id, hooks } = plan;
    if (hooks.preStart === null && !this.#turns.has(id)) return start(null);
    let fault: string | null = null;
    if (hooks.preStart !== null) {
      const environment = hookWords(plan, run, "preStart");
      const order: HookOrder = { kind: "hook", id, run, hook: "preStart", plan, environment };
      this.#add(id, {
        what: "preStart",
        run,
        begin: (done) =>
          this.#send(order, (failed) => {
            fault = failed;
            done();
          }),
      });
    }
    this.#add(id, {
      what: "spawn",
      run,
      begin: (done) => {
        done();
        start(fault);
        return NOTHING;
      },
    });
  }

  /** Takes back what `before` was asked for and has not been done yet. */
  takeBack(id: string, run: number): void {
    const turn = this.#turns.get(id);
    const isTask = (task: Task) =>
      task.run === run && (task.what === "spawn" || task.what === "preStart");
    if (turn === undefined || !turn.tasks.some(isTask)) return;
    this.#drop(id, isTask);
    this.#parts.tell(id, { kind: "unspawned", run });
  }

  /** Runs a hook in its turn. */
  run(order: HookOrder): void {
    const { id, run, hook } = order;
    // What the process has just become it is no longer.
    if (hook !== "postStart") this.#drop(id, ({ what }) => what === "postStart");
    this.#add(id, {
      what: hook,
      run,
      begin: (done) =>
        this.#send(order, () => {
          done();
          if (hook === "preStop") this.#parts.tell(id, { kind: "hook-done", run });
        }),
    });
  }

  /** None is under way. */
  get isIdle(): boolean {
    return this.#turns.size === 0;
  }

  /** Resolves when none is under way. */
  whenIdle(): Promise<void> {
    if (this.#turns.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Ends those that are under way; nobody is told. */
  [Symbol.dispose](): void {
    for (const turn of this.#turns.values()) turn.current?.[Symbol.dispose]();
    this.#turns.clear();
    this.#rest();
  }

  #send(
    { id, hook, plan, environment }: HookOrder,
    ended: (fault: string | null) => void,
  ): Disposable {
    const hookPlan = plan.hooks[hook];
    if (hookPlan === null) throw new Error(`Cannot run ${hook} of ${id}: it has none`);
    const errand = {
      name: `${HOOK_WORDS[hook]} of ${id}`,
      command: hookPlan.command,
      like: plan,
      environment,
      stdin: null,
      timeout: hookPlan.timeout,
    };
    return this.#parts.errands.send(errand, (end) => {
      const fact = hookFact(id, hook, { end, plan: hookPlan });
      this.#parts.report(fact);
      const isFault = fact.outcome === "failed" && hookPlan.onFailure === "fail";
      ended(isFault ? `${fact.hook} failed: ${fact.detail}` : null);
    });
  }

  #add(id: string, task: Task): void {
    const turn = this.#turns.get(id);
    if (turn !== undefined) {
      turn.tasks.push(task);
      return;
    }
    const fresh: Turn = { tasks: [task], current: null };
    this.#turns.set(id, fresh);
    this.#begin(id, fresh);
  }

  /** The first task is begun; each that is done at once makes room for the next. */
  #begin(id: string, turn: Turn): void {
    const task = turn.tasks[0];
    if (task === undefined) {
      this.#turns.delete(id);
      return this.#rest();
    }
    let isDone = false;
    const done = () => {
      isDone = true;
      if (turn.tasks[0] !== task) return;
      turn.tasks.shift();
      turn.current = null;
      this.#begin(id, turn);
    };
    const begun = task.begin(done);
    if (!isDone) turn.current = begun;
  }

  /** Takes out tasks; one that is under way is ended. */
  #drop(id: string, isTask: (task: Task) => boolean): void {
    const turn = this.#turns.get(id);
    if (turn === undefined) return;
    const [first] = turn.tasks;
    const kept = turn.tasks.filter((task) => !isTask(task));
    turn.tasks.splice(0, turn.tasks.length, ...kept);
    if (first === undefined || kept[0] === first) return;
    turn.current?.[Symbol.dispose]();
    turn.current = null;
    this.#begin(id, turn);
  }

  #rest(): void {
    if (this.#turns.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
