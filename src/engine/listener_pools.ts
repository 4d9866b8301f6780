// All event listeners: what happens becomes events, and each pool of listeners gets those it wants.
import type { Fact } from "../core/events.ts";
import { envelope } from "../core/listener_envelope.ts";
import {
  changeListenerPool,
  isQuiet,
  type ListenerEffect,
  type ListenerInput,
  type ListenerPool,
  newListenerPool,
  stepListeners,
  wantsEvent,
} from "../core/listener_pool.ts";
import type { ListenerState } from "../core/listener_talk.ts";
import { wantedPeriods } from "../core/listener_ticks.ts";
import type { Pool } from "../core/pool.ts";
import { pidOf, type Process } from "../core/process_state.ts";
import {
  communicationEvent,
  type EventName,
  eventsOf,
  groupEvent,
  logEvent,
  type OutputOrigin,
  remoteEvent,
  runningEvent,
  type SupervisorEvent,
  tickEvent,
} from "../core/supervisor_events.ts";
import type { GroupPlan, LogLevel, ProcessPlan } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";
import type { StreamName } from "../ports/logs.ts";
import type { OutputEvents, PipeEvents } from "../ports/output_events.ts";
import { ListenerClock } from "./listener_clock.ts";
import { ListenerFeed } from "./listener_feed.ts";
import type { StdinAnswer } from "./stdin_pipe.ts";

export interface ListenerParts {
  readonly clock: Clock;
  /** What the runner is called in the header of an event. */
  readonly identifier: string;
  log(level: LogLevel, text: string): void;
}

/** The engine, as far as it is needed here. */
export interface ListenerEngine {
  readonly pool: Pool;
  post(event: { readonly kind: "heard-out" }): void;
  writeStdin(id: string, bytes: Uint8Array): StdinAnswer | "not-running";
}

/** All listeners as they are handed over to another program. */
export interface ListenersState {
  readonly pools: ReadonlyMap<string, ListenerPool>;
  readonly leaving: ReadonlySet<string>;
  readonly nextSerial: number;
}

/** Costs nothing while the manifest has no listener. */
export class ListenerPools implements OutputEvents, Disposable {
  readonly #parts: ListenerParts;
  readonly #pools = new Map<string, ListenerPool>();
  readonly #ticks: ListenerClock;
  /** Groups that are no longer in the plan and still have processes. */
  readonly #leaving = new Set<string>();
  #engine: ListenerEngine | null = null;
  #nextSerial = 0;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
    this.#ticks = new ListenerClock(
      parts.clock,
      ({ period, when }) => this.#send(tickEvent(period, when)),
    );
  }

  /** Before anything is started: every group is new, and the runner is up. */
  begin(engine: ListenerEngine): void {
    this.#engine = engine;
    const { groups } = engine.pool.plan;
    this.#takePlan(groups);
    for (const { name } of groups) this.#send(groupEvent("ADDED", name));
    this.#send(runningEvent());
  }

  /** For the program that takes over. */
  handOver(): ListenersState {
    return { pools: this.#pools, leaving: this.#leaving, nextSerial: this.#nextSerial };
  }

  /** Goes on with the listeners of another program, instead of `begin`: nothing is new to them. */
  adopt(engine: ListenerEngine, { pools, leaving, nextSerial }: ListenersState): void {
    this.#engine = engine;
    this.#nextSerial = nextSerial;
    for (const [name, pool] of pools) this.#pools.set(name, pool);
    for (const group of leaving) this.#leaving.add(group);
    this.#takePlan(engine.pool.plan.groups);
  }

  /** Something has happened. */
  fact(fact: Fact): void {
    if (fact.kind === "updated") this.#updated(fact.groupsRemoved);
    if (this.#pools.size === 0) return;
    for (const event of eventsOf(fact)) this.#send(event);
    if (fact.kind === "state") this.#tell(fact.id, { ...fact, kind: "state" });
  }

  /** All events have been taken. */
  settled(): void {
    if (this.#leaving.size > 0) this.#groupsLeave();
    this.#hearOut();
  }

  /** Groups that were only waiting for the end of their processes have gone. */
  #groupsLeave(): void {
    const processes = this.#engine?.pool.processes ?? new Map<string, Process>();
    const left = new Set([...processes.values()].map(({ plan }) => plan.group));
    for (const group of this.#leaving) {
      if (left.has(group)) continue;
      this.#leaving.delete(group);
      this.#send(groupEvent("REMOVED", group));
    }
  }

  /** At the end of the runner listeners are only waited for as long as they have something to hear. */
  #hearOut(): void {
    const engine = this.#engine;
    if (engine === null || engine.pool.phase.name !== "STOPPING") return;
    const { listenersAt } = engine.pool.phase;
    if (listenersAt === null || listenersAt <= this.#parts.clock.now().mono) return;
    if ([...this.#pools.values()].every(isQuiet)) engine.post({ kind: "heard-out" });
  }

  /** How a listener stands; null for who is none. */
  standing(id: string): { readonly state: ListenerState; readonly waiting: number } | null {
    const pool = this.#pools.get(id.slice(0, id.indexOf(":")));
    const member = pool?.members.find((one) => one.id === id);
    if (pool === undefined || member === undefined) return null;
    return { state: member.talk.state, waiting: pool.buffer.length };
  }

  /** An event that somebody outside sends. */
  announce(type: string, content: string): void {
    this.#send(remoteEvent(type, content));
  }

  pipe(plan: ProcessPlan, run: number, stream: StreamName): PipeEvents {
    const channel = stream === "stdout" ? "STDOUT" : "STDERR";
    const isListening = plan.listener !== null && stream === "stdout";
    const origin = (): OutputOrigin => {
      const process = this.#engine?.pool.processes.get(plan.id);
      const pid = process === undefined ? null : pidOf(process);
      return { name: plan.name, group: plan.group, pid: pid ?? 0, stream };
    };
    const say = (bytes: Uint8Array) => {
      this.#tell(plan.id, { kind: "said", id: plan.id, run, bytes });
      this.#hearOut();
    };
    return new ListenerFeed({
      heard: isListening ? say : null,
      isLogWanted: () => this.#isWanted(`PROCESS_LOG_${channel}`),
      log: (bytes) => this.#send(logEvent(origin(), bytes)),
      captured: (bytes) => {
        this.#parts.log("debug", `'${plan.name}' ${stream} emitted a comm event`);
        if (!this.#isWanted(`PROCESS_COMMUNICATION_${channel}`)) return;
        this.#send(communicationEvent(origin(), bytes));
      },
    });
  }

  [Symbol.dispose](): void {
    this.#ticks[Symbol.dispose]();
  }

  #updated(removed: readonly string[]): void {
    const groups = this.#engine?.pool.plan.groups ?? [];
    for (const group of removed) this.#leaving.add(group);
    for (const { name } of groups) this.#leaving.delete(name);
    this.#takePlan(groups);
  }

  /** A pool for each group of listeners. */
  #takePlan(groups: readonly GroupPlan[]): void {
    const found = new Set<string>();
    for (const { name, processes } of groups) {
      const [listener] = processes.flatMap((process) => process.listener ?? []);
      if (listener === undefined) continue;
      found.add(name);
      const { bufferSize, lengthUnit, events: wanted } = listener;
      const settings = { name, bufferSize, lengthUnit, wanted };
      const ids = processes.map(({ id }) => id);
      const known = this.#pools.get(name);
      this.#pools.set(
        name,
        known === undefined
          ? newListenerPool(settings, ids)
          : changeListenerPool(known, settings, ids),
      );
    }
    for (const name of this.#pools.keys()) if (!found.has(name)) this.#pools.delete(name);
    this.#ticks.want(wantedPeriods([...this.#pools.values()].flatMap(({ wanted }) => wanted)));
  }

  #isWanted(name: EventName): boolean {
    for (const pool of this.#pools.values()) if (wantsEvent(pool, { name })) return true;
    return false;
  }

  /** A copy of the event for each pool that wants it, under one number. */
  #send(event: SupervisorEvent): void {
    const wanting = [...this.#pools.values()].filter((pool) => wantsEvent(pool, event));
    if (wanting.length === 0) return;
    const serial = this.#nextSerial++;
    for (const { name } of wanting) this.#step(name, { kind: "event", event, serial });
  }

  /** For the pool that the process is a member of. */
  #tell(id: string, input: ListenerInput): void {
    this.#step(id.slice(0, id.indexOf(":")), input);
  }

  #step(name: string, input: ListenerInput): void {
    const pool = this.#pools.get(name);
    if (pool === undefined) return;
    const step = stepListeners(pool, input);
    this.#pools.set(name, step.pool);
    for (const effect of step.effects) this.#run(step.pool, effect);
  }

  #run(pool: ListenerPool, effect: ListenerEffect): void {
    const { log, identifier } = this.#parts;
    if (effect.kind === "log") return log(effect.level, effect.text);
    const { id, queued } = effect;
    const bytes = envelope(queued, { identifier, pool });
    const answer = this.#engine?.writeStdin(id, bytes) ?? "not-running";
    if (answer !== "sent") this.#step(pool.name, { kind: "refused", id, why: answer });
  }
}
