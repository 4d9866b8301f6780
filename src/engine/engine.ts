// The loop: takes one event, asks the core, stores the pool, does what it orders. The single writer of the pool.
import type { Effect, Fact, PoolEvent } from "../core/events.ts";
import { type Pool, poolWakeAt } from "../core/pool.ts";
import { pidOf } from "../core/process_state.ts";
import { stepPool } from "../core/pool_machine.ts";
import { waitingFor } from "../core/pool_shutdown.ts";
import { cronCalendar } from "../manifest/cron.ts";
import type { Millis, ProcessPlan } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";
import type { Errands } from "../ports/errands.ts";
import type { MemoryProbe, Reaped } from "../ports/host.ts";
import type { ChildJournal } from "../ports/journal.ts";
import type { ChildOutput } from "../ports/output.ts";
import { Alarm } from "./alarm.ts";
import { startChild, type StarterParts } from "./child_starter.ts";
import { FcgiSockets } from "./fcgi_sockets.ts";
import { Hooks } from "./hooks.ts";
import type { EngineState } from "./engine_state.ts";
import { MemoryWatch } from "./memory_watch.ts";
import { type StdinAnswer, StdinPipe } from "./stdin_pipe.ts";
import type { Wellness } from "./wellness.ts";

export interface EngineParts extends StarterParts {
  readonly clock: Clock;
  readonly memory: MemoryProbe;
  readonly output: ChildOutput;
  readonly journal: ChildJournal;
  readonly errands: Errands;
  /** Who looks after the runs; missing: nobody. */
  readonly wellness?: Pick<Wellness, "adjust" | "leaving" | "message">;
  /** Makes a fact known: own log, event stream. */
  report(fact: Fact): void;
  /** All events have been taken: the pool stays as it is until the next one. */
  settled(): void;
  /** Somebody has ended who is no child of the pool: an errand, or an adopted process. */
  reportStranger(reaped: Reaped): void;
}

interface Child {
  readonly id: string;
  readonly run: number;
  readonly pid: number;
  /** Open as long as the child lives; null: it has none. */
  readonly stdin: StdinPipe | null;
  /** Address of its FastCGI socket. */
  readonly socket: string | null;
  /** Gives back the socket of a FastCGI program. */
  readonly giveBack: () => void;
}

/** supervisord says "waiting for … to die" every three seconds. */
const WAITING_EVERY: Millis = 3_000;

export class Engine {
  /** Those that are under way. */
  readonly hooks: Hooks;
  readonly #parts: EngineParts;
  readonly #memory: MemoryWatch;
  readonly #sockets: FcgiSockets;
  readonly #queue: PoolEvent[] = [];
  readonly #children = new Map<number, Child>();
  readonly #finished = Promise.withResolvers<number>();
  #pool: Pool;
  #busy = false;
  readonly #alarm: Alarm;
  #waitingAt: Millis = Infinity;

  constructor(pool: Pool, parts: EngineParts) {
    this.#pool = pool;
    this.#parts = parts;
    this.#alarm = new Alarm(parts.clock, () => this.#woken());
    this.#memory = new MemoryWatch(parts.memory);
    this.#sockets = new FcgiSockets(parts.children);
    this.hooks = new Hooks({
      errands: parts.errands,
      report: parts.report,
      tell: (id, event) => this.post({ kind: "process", id, event }),
    });
  }

  /** The pool as it is now. */
  get pool(): Pool {
    return this.#pool;
  }

  /** Resolves with the exit status when the pool is down. */
  get finished(): Promise<number> {
    return this.#finished.promise;
  }

  /** Gives the engine an event. It is taken at once, or after the one being worked on. */
  post(event: PoolEvent): void {
    this.#queue.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      this.#work();
    } finally {
      this.#busy = false;
    }
    this.#setTimer();
    this.#parts.settled();
  }

  /** Everything, for the program that takes over. The output is not ours to hand over. */
  handOver(): EngineState {
    const children = [...this.#children.values()].map(({ id, run, pid, stdin, socket }) => (
      { id, run, pid, stdin: stdin?.handOver() ?? null, socket }
    ));
    const sockets = this.#sockets.handOver();
    return { pool: this.#pool, children, sockets, watched: this.#memory.watched };
  }

  /** Goes on with the children of another program, whose pool this engine was made with. */
  adopt({ children, sockets, watched }: EngineState): void {
    this.#alarm.catchUp();
    this.#sockets.adopt(sockets);
    this.#memory.adopt(watched);
    for (const { id, run, pid, stdin: open, socket } of children) {
      const stdin = open === null ? null : new StdinPipe(open.fd, this.#parts.children);
      for (const bytes of open?.waiting ?? []) stdin?.write(bytes);
      const giveBack = socket === null ? () => {} : this.#sockets.take(socket);
      this.#children.set(pid, { id, run, pid, stdin, socket, giveBack });
      this.#parts.journal.add({ id, run, pid });
    }
  }

  /** Collects children that have ended. To be called on SIGCHLD. */
  reap(): void {
    for (const reaped of this.#parts.children.reap()) {
      const child = this.#children.get(reaped.pid);
      if (child === undefined) this.#parts.reportStranger(reaped);
      else this.#childEnded(child, reaped);
    }
  }

  /** Writes to the stdin of a child. A child that is being stopped gets nothing more, as with supervisord. */
  writeStdin(id: string, bytes: Uint8Array): StdinAnswer | "not-running" {
    const process = this.#pool.processes.get(id);
    const pid = process === undefined ? null : pidOf(process);
    if (pid === null || process?.state.name === "STOPPING") return "not-running";
    const child = this.#children.get(pid);
    if (child === undefined) return "not-running";
    return child.stdin === null ? "closed" : child.stdin.write(bytes);
  }

  #work(): void {
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      const { clock } = this.#parts;
      const step = stepPool(this.#pool, event, {
        now: clock.now(),
        lot: clock.random(),
        calendar: cronCalendar,
      });
      this.#pool = step.pool;
      for (const effect of step.effects) this.#run(effect);
    }
  }

  #run(effect: Effect): void {
    const { children, output, report } = this.#parts;
    switch (effect.kind) {
      case "spawn":
        return this.#spawnInTurn(effect.plan, effect.run);
      case "unspawn":
        return this.hooks.takeBack(effect.id, effect.run);
      case "hook":
        return this.hooks.run(effect);
      case "message":
        if (this.#parts.wellness?.message(effect) !== true) this.#run(effect.instead);
        return;
      case "signal":
        children.signal(effect.pid, effect.signal, effect.scope);
        return;
      case "sweep":
        children.sweep(effect.pid, this.#markOf(effect.id, effect.run));
        return;
      case "forget":
        return output.forget(effect.id);
      case "adjust":
        this.#memory.adjust(effect.id, effect.plan.memory);
        this.#parts.wellness?.adjust(effect.plan);
        return output.adjust(effect.plan);
      case "publish":
        return report(effect.fact);
      case "finish":
        this.#alarm[Symbol.dispose]();
        return this.#finished.resolve(effect.status);
    }
  }

  #spawnInTurn(plan: ProcessPlan, run: number): void {
    this.hooks.before(plan, run, (fault) => {
      if (fault === null) this.#spawn(plan, run);
      else this.#spawnFailed(plan.id, run, fault);
    });
  }

  #spawn(plan: ProcessPlan, run: number): void {
    const { id } = plan;
    const loan = plan.fcgi === null ? null : this.#sockets.lend(plan.fcgi);
    if (loan?.kind === "failed") return this.#spawnFailed(id, run, loan.reason);
    const giveBack = loan?.giveBack ?? (() => {});
    const result = startChild(plan, { run, socket: loan?.fd ?? null }, this.#parts);
    if (result.kind === "failed") {
      giveBack();
      return this.#spawnFailed(id, run, result.reason);
    }
    const { pid } = result;
    const stdin = result.stdin === null ? null : new StdinPipe(result.stdin, this.#parts.children);
    this.#children.set(pid, { id, run, pid, stdin, socket: plan.fcgi?.socket ?? null, giveBack });
    this.#parts.journal.add({ id, run, pid });
    this.#parts.output.attach(plan, run, result);
    this.#watchMemory(plan, { pid, run });
    this.post({ kind: "process", id, event: { kind: "spawned", run, pid } });
  }

  #spawnFailed(id: string, run: number, reason: string): void {
    this.post({ kind: "process", id, event: { kind: "spawn-failed", run, reason } });
  }

  #watchMemory(plan: ProcessPlan, child: { readonly pid: number; readonly run: number }): void {
    const { cap, action } = plan.memory;
    if (cap === null) return;
    const watched = { ...child, cap, isRestarted: action === "restart" };
    this.#memory.watch(plan.id, watched, this.#parts.clock.now().mono);
  }

  #childEnded(child: Child, reaped: Reaped): void {
    const { output, journal } = this.#parts;
    const { id, run, pid, stdin, giveBack } = child;
    this.#children.delete(pid);
    stdin?.[Symbol.dispose]();
    this.#memory.unwatch(id);
    journal.remove(pid);
    output.drain(id);
    this.#parts.wellness?.leaving(id);
    if (reaped.launchFault !== null) {
      output.writeLine(id, "stderr", `supervisor: ${reaped.launchFault}`);
      output.writeLine(id, "stderr", "supervisor: child process was not spawned");
    }
    const { exit, launchFault } = reaped;
    this.post({ kind: "process", id, event: { kind: "exited", run, exit, launchFault } });
    // Last: connections that wait for a program that is started again at once are not lost.
    giveBack();
  }

  #markOf(id: string, run: number): string {
    const [entry] = Object.entries(this.#parts.marks(id, run));
    return entry === undefined ? "" : entry.join("=");
  }

  // One timer for everything that wants to be looked at; one that fires early does no harm.
  #setTimer(): void {
    const { clock } = this.#parts;
    if (this.#pool.phase.name === "DOWN") return;
    if (this.#pool.phase.name === "STOPPING" && this.#waitingAt === Infinity) {
      this.#waitingAt = clock.now().mono + WAITING_EVERY;
    }
    this.#alarm.set(Math.min(poolWakeAt(this.#pool), this.#memory.wakeAt, this.#waitingAt));
  }

  #woken(): void {
    const now = this.#parts.clock.now().mono;
    if (now >= this.#waitingAt) {
      this.#waitingAt = now + WAITING_EVERY;
      this.#parts.report({ kind: "waiting", ids: waitingFor(this.#pool) });
    }
    if (now >= this.#memory.wakeAt) {
      for (const { id, run, bytes } of this.#memory.sample(now)) {
        this.#queue.push({ kind: "process", id, event: { kind: "over-cap", run, bytes } });
      }
    }
    this.post({ kind: "look" });
  }
}
