// The output of one process over all its runs: where its streams go and the pipes that are being read.
import type { ProcessPlan } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";
import type { PipeReader } from "../ports/host.ts";
import type { LogCounters, StreamName } from "../ports/logs.ts";
import type { OutputEvents } from "../ports/output_events.ts";
import { type OutputTap, type PipeState, StreamPipe } from "./stream_pipe.ts";
import { type RouteParts, StreamRoute } from "./stream_route.ts";

export interface ProcessOutputParts extends RouteParts {
  readonly pipes: PipeReader;
  readonly clock: Clock;
  /** Null: nobody listens to events. */
  readonly events: OutputEvents | null;
}

interface Route {
  readonly route: StreamRoute;
  readonly pipes: Map<StreamPipe, PipeOrigin>;
}

interface PipeOrigin {
  readonly fd: number;
  readonly run: number;
}

/** An open pipe as it is handed over to another program. */
export interface OpenPipe extends PipeOrigin {
  readonly stream: StreamName;
  readonly state: PipeState;
}

/** The output of a process as it is handed over. */
export interface ProcessOutputState {
  readonly pipes: readonly OpenPipe[];
  readonly read: Readonly<Record<StreamName, number>>;
}

/** What a stream has counted; the first number is what the process wrote, the others what became of it. */
export interface StreamCounters extends LogCounters {
  readonly read: number;
}

/** Logs and pipes of one process. */
export class ProcessOutput {
  readonly #parts: ProcessOutputParts;
  #plan: ProcessPlan;
  #stdout: Route;
  #stderr: Route | null;
  #isForgotten = false;
  readonly #read = { stdout: 0, stderr: 0 };
  readonly #taps = { stdout: new Set<OutputTap>(), stderr: new Set<OutputTap>() };

  constructor(plan: ProcessPlan, parts: ProcessOutputParts) {
    this.#parts = parts;
    this.#plan = plan;
    this.#stdout = this.#open("stdout", plan.stdout);
    this.#stderr = plan.stderr === "stdout" ? null : this.#open("stderr", plan.stderr);
  }

  /** The settings in force. */
  get plan(): ProcessPlan {
    return this.#plan;
  }

  /** Some pipe has not come to its end. */
  get isRead(): boolean {
    return !this.#pipes()[Symbol.iterator]().next().done;
  }

  /** Reads a pipe to its end, however late that comes. */
  attach(stream: StreamName, run: number, fd: number, state: PipeState | null = null): void {
    const { pipes, clock } = this.#parts;
    const events = this.#parts.events?.pipe(this.#plan, run, stream) ?? null;
    const held = this.#routeOf(stream);
    const pipe = new StreamPipe(held.route, clock, { taps: this.#tapsOf(stream), events, run });
    if (state !== null) pipe.state = state;
    held.pipes.set(pipe, { fd, run });
    pipe.handle = pipes.attach(fd, pipe, () => this.#ended(stream, pipe));
  }

  /** For the program that takes over. Nothing may be read any more. */
  handOver(): ProcessOutputState {
    const streams = [["stdout", this.#stdout], ["stderr", this.#stderr]] as const;
    const pipes = streams.flatMap(([stream, held]) =>
      [...held?.pipes ?? []].map(([{ state }, origin]) => ({ ...origin, stream, state }))
    );
    return { pipes, read: this.#read };
  }

  /** Reads on where another program has left off. */
  adopt({ pipes, read }: ProcessOutputState): void {
    Object.assign(this.#read, read);
    for (const { stream, run, fd, state } of pipes) this.attach(stream, run, fd, state);
  }

  /** Looks on at a stream of this and all later runs, until disposed. */
  tap(stream: StreamName, tap: OutputTap): Disposable {
    const taps = this.#tapsOf(stream);
    taps.add(tap);
    return { [Symbol.dispose]: () => taps.delete(tap) };
  }

  /** Takes what is in the pipes now. */
  drain(): void {
    for (const pipe of this.#pipes()) pipe.handle?.drain();
  }

  adjust(plan: ProcessPlan): void {
    this.#plan = plan;
    this.#stdout = this.#change(this.#stdout, { stream: "stdout", plan: plan.stdout });
    if (plan.stderr === "stdout") return;
    const { stderr } = plan;
    this.#stderr = this.#stderr === null
      ? this.#open("stderr", stderr)
      : this.#change(this.#stderr, { stream: "stderr", plan: stderr });
  }

  writeLine(stream: StreamName, text: string): void {
    const watchers = { taps: this.#tapsOf(stream), events: null, run: 0 };
    const pipe = new StreamPipe(this.#routeOf(stream).route, this.#parts.clock, watchers);
    pipe.write(new TextEncoder().encode(`${text}\n`));
    pipe.end();
  }

  /** The logs are closed once the last pipe has come to its end. */
  forget(): void {
    this.#isForgotten = true;
    this.#closeIfDone();
  }

  close(): void {
    this.drain();
    for (const pipe of this.#pipes()) {
      pipe.end();
      pipe.handle?.close();
    }
    this.#stdout.pipes.clear();
    this.#stderr?.pipes.clear();
    this.forget();
  }

  path(stream: StreamName): string | null {
    return this.#routeOf(stream).route.path;
  }

  clear(): boolean {
    const cleared = [this.#stdout, this.#stderr].map((held) => held?.route.clear() ?? false);
    return cleared.includes(true);
  }

  counters(stream: StreamName): StreamCounters {
    const { route, pipes } = this.#routeOf(stream);
    const read = [...pipes.keys()].reduce((sum, pipe) => sum + pipe.bytes, this.#read[stream]);
    const none = { bytes: 0, bytesLost: 0, linesLost: 0, rotations: 0 };
    return { read, ...(route.counters ?? none) };
  }

  #open(stream: StreamName, plan: StreamRoute["plan"]): Route {
    const route = new StreamRoute(this.#plan, { stream, plan, parts: this.#parts });
    return { route, pipes: new Map() };
  }

  /** New limits for open logs, or other logs for open pipes: the new ones are open before the old ones close. */
  #change(
    held: Route,
    { stream, plan }: { readonly stream: StreamName; readonly plan: StreamRoute["plan"] },
  ): Route {
    if (held.route.isLike(plan)) {
      held.route.adjust(plan);
      return held;
    }
    const { route } = this.#open(stream, plan);
    for (const pipe of held.pipes.keys()) pipe.reroute(route);
    held.route.close();
    return { route, pipes: held.pipes };
  }

  #routeOf(stream: StreamName): Route {
    return stream === "stdout" ? this.#stdout : this.#stderr ?? this.#stdout;
  }

  /** One pipe for both streams is looked at as stdout. */
  #tapsOf(stream: StreamName): Set<OutputTap> {
    return this.#stderr === null ? this.#taps.stdout : this.#taps[stream];
  }

  *#pipes(): Generator<StreamPipe> {
    yield* [...this.#stdout.pipes.keys(), ...(this.#stderr?.pipes.keys() ?? [])];
  }

  #ended(stream: StreamName, pipe: StreamPipe): void {
    pipe.end();
    this.#read[stream] += pipe.bytes;
    this.#stdout.pipes.delete(pipe);
    this.#stderr?.pipes.delete(pipe);
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (!this.#isForgotten || this.isRead) return;
    this.#stdout.route.close();
    this.#stderr?.route.close();
  }
}
