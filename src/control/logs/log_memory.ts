// What is kept of all streams from the first byte on, so that they can be followed without a gap: little.
import type { Bytes, ProcessPlan } from "../../manifest/plan.ts";
import type { StreamName } from "../../ports/logs.ts";
import type { RunnerFace } from "../runner_face.ts";
import { ByteRing } from "./byte_ring.ts";
import { LineHead } from "./line_head.ts";
import { type Span, TimeSpans } from "./time_spans.ts";

/** Bytes kept of a stream that goes to no file. */
const RING: Bytes = 16 << 10;

/** Takes bytes as they pass by; valid during the call only. */
export type ByteListener = (bytes: Uint8Array) => void;

/** What is kept of a stream, as it is handed over to another program. */
export interface StreamMemoryState {
  readonly spans: readonly Span[];
  /** Null: not known. */
  readonly head: Uint8Array | null;
  readonly kept: Uint8Array;
  readonly seen: Bytes;
}

/** One stream of a process, over all its runs. */
export class StreamMemory {
  readonly plan: ProcessPlan;
  readonly stream: StreamName;
  readonly spans: TimeSpans;
  readonly #runner: RunnerFace;
  readonly #listeners: Set<ByteListener>;
  readonly #head: LineHead;
  #ring: ByteRing | null;
  #seen: Bytes;
  #tap: Disposable | null = null;
  /** False: it was there before us, and what it was in the middle of is not known. */
  #isFromStart: boolean;

  constructor(
    runner: RunnerFace,
    { plan, stream, old }: {
      readonly plan: ProcessPlan;
      readonly stream: StreamName;
      readonly old: StreamMemory | undefined;
    },
  ) {
    this.#runner = runner;
    this.plan = plan;
    this.stream = stream;
    // What is known of the stream goes over to its new settings, and so does who listens.
    this.spans = old === undefined ? new TimeSpans() : old.spans;
    this.#listeners = old === undefined ? new Set() : old.#listeners;
    this.#head = old === undefined ? new LineHead() : old.#head;
    this.#ring = old === undefined ? null : old.#ring;
    this.#seen = old === undefined ? 0 : old.#seen;
    this.#isFromStart = old !== undefined && old.#isFromStart;
  }

  /** Looks on from now on. Opens the logs of a process that has not run yet. */
  begin(isFromStart: boolean): void {
    if (this.#tap !== null) return;
    this.#isFromStart ||= isFromStart;
    this.#tap = this.#runner.logs.tap(this.plan, this.stream, (bytes) => this.#take(bytes));
    this.#ring = this.path === null ? this.#ring ?? new ByteRing(RING) : null;
  }

  /** The log file; null when there is none that can be read. */
  get path(): string | null {
    if (this.#tap !== null) return this.#runner.logs.path(this.plan, this.stream);
    const { destination } = logPlanOf(this.plan, this.stream);
    return destination.kind === "file" ? destination.path : null;
  }

  /** Bytes that have gone into the file since it is open; of a stream without a file: all that we have seen. */
  get written(): Bytes {
    if (this.#ring !== null) return this.#seen;
    const counters = this.#runner.logs.counters(this.plan.id, this.stream);
    return counters === null ? 0 : counters.bytes - counters.bytesLost;
  }

  /** The beginning of an unfinished line; null: not known. */
  get head(): Uint8Array | null {
    return this.#isFromStart ? this.#head.bytes : null;
  }

  /** The last bytes of a stream without a file. */
  get kept(): Uint8Array {
    return this.#ring?.bytes ?? new Uint8Array(0);
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  listen(listener: ByteListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  close(): void {
    this.#tap?.[Symbol.dispose]();
    this.#tap = null;
  }

  get state(): StreamMemoryState {
    const { head, kept } = this;
    return { spans: this.spans.spans, head, kept, seen: this.#seen };
  }

  /** Goes on where another program has left off. */
  adopt({ spans, head, kept, seen }: StreamMemoryState): void {
    this.begin(head !== null);
    this.spans.spans = spans;
    this.#head.add(head ?? new Uint8Array(0));
    this.#ring?.add(kept);
    this.#seen = seen;
  }

  #take(bytes: Uint8Array): void {
    const { length } = bytes;
    this.#seen += length;
    // Formatted logs tell their times themselves.
    if (this.#ring !== null || logPlanOf(this.plan, this.stream).format === "raw") {
      this.spans.note(this.#runner.now().mono, () => Math.max(0, this.written - length));
    }
    this.#head.add(bytes);
    this.#ring?.add(bytes);
    for (const listener of this.#listeners) listener(bytes);
  }
}

/** All streams of a runner. */
export class LogMemory implements Disposable {
  readonly #runner: RunnerFace;
  readonly #streams = new Map<string, StreamMemory>();
  readonly #watching: Disposable;

  constructor(runner: RunnerFace) {
    this.#runner = runner;
    this.#watching = runner.watch({
      fact: ({ fact }) => {
        if (fact.kind === "spawned") this.#begin(fact.id);
        if (fact.kind === "updated") this.#forget();
      },
    });
  }

  /** The memory of a stream; one that ran before we looked is looked at from now on. */
  of(plan: ProcessPlan, stream: StreamName): StreamMemory {
    const memory = this.#remember(plan, plan.stderr === "stdout" ? "stdout" : stream);
    if (this.#runner.logs.counters(plan.id, memory.stream) !== null) memory.begin(false);
    return memory;
  }

  /** For the program that takes over. */
  handOver(): ReadonlyMap<string, StreamMemoryState> {
    return new Map([...this.#streams].map(([key, { state }]) => [key, state]));
  }

  /** Goes on where another program has left off. */
  adopt(states: ReadonlyMap<string, StreamMemoryState>): void {
    for (const { plan } of this.#runner.pool.processes.values()) {
      for (const stream of streamsOf(plan)) {
        const state = states.get(keyOf(plan, stream));
        if (state !== undefined) this.#remember(plan, stream).adopt(state);
      }
    }
  }

  [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]();
    for (const memory of this.#streams.values()) memory.close();
    this.#streams.clear();
  }

  #begin(id: string): void {
    const process = this.#runner.pool.processes.get(id);
    if (process === undefined) return;
    const { plan } = process;
    for (const stream of streamsOf(plan)) {
      const isFirst = this.#runner.logs.counters(id, stream)?.read === 0;
      this.#remember(plan, stream).begin(isFirst);
    }
  }

  #remember(plan: ProcessPlan, stream: StreamName): StreamMemory {
    const key = keyOf(plan, stream);
    const old = this.#streams.get(key);
    // A plan that is another one may have been given to a process that was made anew.
    if (old !== undefined && old.plan === plan) return old;
    old?.close();
    const fresh = new StreamMemory(this.#runner, { plan, stream, old });
    this.#streams.set(key, fresh);
    return fresh;
  }

  #forget(): void {
    const { processes } = this.#runner.pool;
    for (const [key, memory] of this.#streams) {
      // Who listens goes on when the process comes back.
      if (processes.has(memory.plan.id) || memory.isHeard) continue;
      memory.close();
      this.#streams.delete(key);
    }
  }
}

function keyOf({ id }: ProcessPlan, stream: StreamName): string {
  return `${id} ${stream}`;
}

const MEMORIES = new WeakMap<RunnerFace, LogMemory>();

/** The memory of a runner; made at the first call, which should be before its programs are started. */
export function logMemoryOf(runner: RunnerFace): LogMemory {
  const known = MEMORIES.get(runner);
  if (known !== undefined) return known;
  const memory = new LogMemory(runner);
  MEMORIES.set(runner, memory);
  return memory;
}

/** Streams that a process has: one when stderr goes where stdout goes. */
export function streamsOf(plan: ProcessPlan): readonly StreamName[] {
  return plan.stderr === "stdout" ? ["stdout"] : ["stdout", "stderr"];
}

/** How a stream is logged. */
export function logPlanOf(plan: ProcessPlan, stream: StreamName): ProcessPlan["stdout"] {
  return stream === "stdout" || plan.stderr === "stdout" ? plan.stdout : plan.stderr;
}
