// The running runner as the control server sees it: joins the engine, the logs, the manifest and what has been counted.
import type { Instant } from "../base/instant.ts";
import type { Command, Fact } from "../core/events.ts";
import type { Pool } from "../core/pool.ts";
import type { Millis, Plan, ProcessPlan } from "../manifest/plan.ts";
import { withProgram } from "../manifest/plan_compose.ts";
import { Ledger } from "./ledger.ts";
import type {
  Counts,
  Drift,
  ListenerStanding,
  LogAccess,
  PastEnd,
  Reread,
  RunLook,
  RunnerFace,
  RunnerIdentity,
  ScaleOutcome,
  Usage,
  Watcher,
} from "./runner_face.ts";
import type { LiveRunnerParts, LiveState, ReadManifest } from "./live_parts.ts";
import { runnerChanges } from "./runner_changes.ts";
import { UsageSampler } from "./usage_sampler.ts";

export type { EngineFace, LiveRunnerParts, ReadManifest } from "./live_parts.ts";

/** No pool is that large by intention. */
const MOST_PROCESSES = 10_000;

export class LiveRunner implements RunnerFace {
  readonly #parts: LiveRunnerParts;
  readonly #ledger = new Ledger();
  readonly #usage: UsageSampler;
  readonly #watchers = new Set<Watcher>();
  readonly #scaled = new Map<string, number>();
  #manifest: ReadManifest;
  /** Read, and not applied yet. */
  #pending: (ReadManifest & { readonly plan: Plan }) | null = null;
  #next: ReadManifest | null = null;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(parts: LiveRunnerParts) {
    this.#parts = parts;
    this.#manifest = parts.manifest;
    this.#usage = new UsageSampler((age) => parts.look(age));
    this.#ledger.adopt(parts.adopted?.entries ?? new Map());
    for (const [program, count] of parts.adopted?.scaled ?? []) this.#scaled.set(program, count);
  }

  handOver(): LiveState {
    return { entries: this.#ledger.entries, scaled: this.#scaled };
  }

  get alerts(): RunnerFace["alerts"] {
    return this.#parts.alerts?.() ?? [];
  }

  get upgrade(): RunnerFace["upgrade"] {
    return this.#parts.upgrade;
  }

  get identity(): RunnerIdentity {
    return this.#parts.identity;
  }

  get pool(): Pool {
    return this.#parts.engine.pool;
  }

  get logs(): LogAccess {
    return this.#parts.logs;
  }

  get serverUrl(): string {
    return this.#parts.serverUrl;
  }

  get isEnding(): boolean {
    return this.pool.phase.name !== "UP" || this.#next !== null;
  }

  get pending(): Plan {
    return this.#pending?.plan ?? this.pool.plan;
  }

  /** The manifest to go on with when the pool is down; null: the end is the end. */
  get next(): ReadManifest | null {
    return this.#next;
  }

  get drift(): readonly Drift[] {
    return [...this.#scaled].map(([program, running]) => ({
      program,
      running,
      manifest: this.#manifest.counts.get(program) ?? 0,
    }));
  }

  now(): Instant {
    return this.#parts.clock.now();
  }

  wakeAt(at: Millis, wake: () => void): Disposable {
    return this.#parts.clock.wakeAt(at, wake);
  }

  /** A fact of the engine: noted, and shown to whoever looks on. */
  fact(fact: Fact): void {
    const timed = { at: this.now(), fact };
    this.#ledger.note(timed);
    for (const watcher of this.#watchers) watcher.fact?.(timed);
  }

  /** The engine has taken all its events. */
  settled(): void {
    if (this.#watchers.size === 0) return;
    const { pool } = this;
    for (const watcher of this.#watchers) watcher.settled?.(pool);
  }

  order(command: Command): void {
    this.#parts.engine.post({ kind: "command", command });
  }

  watch(watcher: Watcher): Disposable {
    this.#watchers.add(watcher);
    return { [Symbol.dispose]: () => this.#watchers.delete(watcher) };
  }

  until(test: (pool: Pool) => boolean, limit: Millis): Promise<boolean> {
    if (test(this.pool)) return Promise.resolve(true);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const settled = (pool: Pool) => {
      if (test(pool)) finish(true);
      else if (pool.phase.name === "DOWN") finish(false);
    };
    const watching = this.watch({ settled });
    const timer = this.wakeAt(this.now().mono + limit, () => finish(false));
    const finish = (outcome: boolean) => {
      watching[Symbol.dispose]();
      timer[Symbol.dispose]();
      resolve(outcome);
    };
    return promise;
  }

  reread(): Promise<Reread> {
    return this.#inTurn(async () => {
      const read = await this.#parts.read(this.#scaled);
      if (read.plan !== null) this.#pending = { ...read, plan: read.plan };
      return read;
    });
  }

  apply(plan: Plan): void {
    const { live, later } = runnerChanges(this.pool.plan, plan);
    if (later.length > 0) {
      const keys = later.join(", ");
      this.#parts.log("warn", `changes of ${keys} take effect when the runner is restarted`);
    }
    if (live.length > 0) this.#parts.log("info", `changes of ${live.join(", ")} are in force`);
    this.#takePending(plan);
    // What is taken out can be added again as it was: the manifest has been read, and still names it.
    this.#pending ??= { ...this.#manifest, plan: this.pool.plan };
    this.#forgetOldScales(plan);
    this.order({ kind: "update", plan });
  }

  scale(program: string, count: number): Promise<ScaleOutcome> {
    return this.#inTurn(() => Promise.resolve(this.#scale(program, count)));
  }

  async restart(): Promise<Reread> {
    const read = await this.#inTurn(() => this.#parts.read(new Map()));
    if (read.plan === null || this.isEnding) return read;
    this.#next = read;
    this.#parts.log("warn", "restarting: everything is stopped and started again");
    this.order({ kind: "shutdown", why: "restart" });
    return read;
  }

  /** Whoever asks for the end while a restart is under way gets it. */
  cancelRestart(): void {
    this.#next = null;
  }

  usage(age: Millis): ReadonlyMap<string, Usage> {
    return this.#usage.usage(this.pool, this.now().mono, age);
  }

  ownUsage(): ReturnType<LiveRunnerParts["ownUsage"]> {
    return this.#parts.ownUsage();
  }

  ends(id: string): readonly PastEnd[] {
    return this.#ledger.ends(id);
  }

  counts(id: string): Counts {
    return this.#ledger.counts(id, this.now());
  }

  since(id: string): Instant | null {
    return this.#ledger.since(id);
  }

  writeStdin(id: string, bytes: Uint8Array): "sent" | "not-running" | "closed" | "full" {
    return this.#parts.engine.writeStdin(id, bytes);
  }

  listener(id: string): ListenerStanding | null {
    return this.#parts.listener(id);
  }

  wellness(id: string): RunLook | null {
    return this.#parts.wellness?.(id) ?? null;
  }

  announce(type: string, content: string): void {
    this.#parts.announce(type, content);
  }

  #scale(program: string, count: number): ScaleOutcome {
    const manifest = this.#manifest.counts.get(program);
    const running = processesOf(this.pool.plan, program).length;
    if (manifest === undefined) {
      return { kind: "refused", reason: `there is no program "${program}" in the manifest` };
    }
    if (!Number.isInteger(count) || count < 0 || count > MOST_PROCESSES) {
      return { kind: "refused", reason: `use a number from 0 to ${MOST_PROCESSES}` };
    }
    if (this.isEnding) return { kind: "refused", reason: "the runner is stopping" };
    const scaled = new Map(this.#scaled).set(program, count);
    if (count === manifest) scaled.delete(program);
    const plan = this.#manifest.rescaled(scaled);
    if (plan === null) return { kind: "refused", reason: "the manifest has errors by now" };
    this.#scaled.clear();
    for (const [name, number] of scaled) this.#scaled.set(name, number);
    this.#pending = null;
    this.order({ kind: "update", plan: withProgram(this.pool.plan, plan, program) });
    this.#parts.log("info", `scaled ${program} from ${running} to ${count} processes`);
    return { kind: "scaled", program, from: running, to: count, manifest };
  }

  /** What was read last counts from the moment on when some of it is taken over. */
  #takePending(plan: Plan): void {
    const pending = this.#pending;
    if (pending === null) return;
    const running = new Set(this.pool.plan.groups);
    const fresh = new Set(pending.plan.groups.filter((group) => !running.has(group)));
    const isTaken = plan === pending.plan || plan.groups.some((group) => fresh.has(group));
    if (isTaken) this.#manifest = pending;
  }

  /** A program that is no longer there, or that the manifest now gives the wished number, is no drift. */
  #forgetOldScales(plan: Plan): void {
    for (const [program, count] of this.#scaled) {
      const manifest = this.#manifest.counts.get(program);
      const isGone = processesOf(plan, program).length === 0 && count > 0;
      if (manifest === undefined || manifest === count || isGone) this.#scaled.delete(program);
    }
  }

  /** One at a time: a manifest that is being read must not be overtaken by an older one. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#reading.then(act);
    this.#reading = turn.catch(() => {});
    return turn;
  }
}

function processesOf(plan: Plan, program: string): readonly ProcessPlan[] {
  // A spare is not counted: it comes on top of any number.
  return plan.groups.flatMap((group) => group.processes)
    .filter((one) => one.program === program && !one.recycle.isSpare);
}
