// One pipe of one run on its way to the logs of its stream, holding it up while one of them is full.
import { AnsiStripper } from "../core/ansi.ts";
import { type CaptureSink, CaptureSplitter, type CaptureState } from "../core/capture.ts";
import type { Clock } from "../ports/clock.ts";
import type { ByteSink, PipeHandle } from "../ports/host.ts";
import type { LogSource } from "../ports/logs.ts";
import type { PipeEvents } from "../ports/output_events.ts";
import { type LineOutlet, LineOutlets } from "./line_outlets.ts";
import type { StreamRoute } from "./stream_route.ts";

/**
 * Looks on while output passes by, as it goes to the log. The bytes are valid during the call only; run 0 is the
 * runner itself.
 */
export type OutputTap = (bytes: Uint8Array, run: number) => void;

/** Who looks on at a pipe. */
export interface PipeWatchers {
  readonly taps: ReadonlySet<OutputTap>;
  /** Null: no program writes here, or nobody listens to events. */
  readonly events: PipeEvents | null;
  /** Whose output it is. */
  readonly run: number;
}

/** What a pipe is in the middle of, for another program to go on with. */
export interface PipeState {
  readonly bytes: number;
  readonly place: string;
  readonly capture: CaptureState | null;
  /** Heads of an unfinished line, and of an unfinished character. */
  readonly line: Uint8Array;
  readonly character: Uint8Array;
}

/** Reads one pipe into the logs of its stream. */
export class StreamPipe implements ByteSink {
  /** Set as soon as the pipe is attached. */
  handle: PipeHandle | null = null;
  bytes = 0;
  readonly #clock: Clock;
  readonly #taps: ReadonlySet<OutputTap>;
  readonly #events: PipeEvents | null;
  readonly #run: number;
  readonly #split: CaptureSink;
  #raw: LogSource | null = null;
  #outlets: readonly LineOutlet[] = [];
  #lines: LineOutlets | null = null;
  #stripper: AnsiStripper | null = null;
  #capture: CaptureSplitter | null = null;
  #isLogTold = false;
  /** True from a write that found a log full until everything full has drained. */
  #isHeldUp = false;

  constructor(route: StreamRoute, clock: Clock, { taps, events, run }: PipeWatchers) {
    this.#clock = clock;
    this.#taps = taps;
    this.#events = events;
    this.#run = run;
    this.#split = {
      log: (bytes) => void this.#log(bytes),
      captured: (bytes) => this.#events?.captured(bytes),
    };
    this.reroute(route);
  }

  get state(): PipeState {
    return {
      bytes: this.bytes,
      place: this.#stripper?.place ?? "",
      capture: this.#capture?.state ?? null,
      line: this.#lines?.unfinished ?? new Uint8Array(0),
      character: this.#events?.held ?? new Uint8Array(0),
    };
  }

  /** To be set before anything is read. */
  set state({ bytes, place, capture, line, character }: PipeState) {
    this.bytes = bytes;
    if (this.#stripper !== null) this.#stripper.place = place;
    if (this.#capture !== null && capture !== null) this.#capture.state = capture;
    this.#lines?.write(line, this.#clock.now().wall);
    if (this.#isLogTold) this.#events?.logged(character);
  }

  /** The usual way, bytes as they are into a file, is two calls further and copies nothing. */
  write(bytes: Uint8Array): boolean {
    this.bytes += bytes.length;
    this.#events?.heard?.(bytes);
    if (this.#capture === null) return this.#log(bytes);
    this.#capture.write(bytes, this.#split);
    return !this.#isHeldUp;
  }

  /** Goes on to other logs. */
  reroute(route: StreamRoute): void {
    this.end();
    const onDrain = () => this.#drained();
    this.#raw = route.rawLog()?.source(route.key, onDrain) ?? null;
    this.#outlets = route.lineOutlets(onDrain);
    this.#lines = this.#outlets.length > 0 ? new LineOutlets(this.#outlets) : null;
    this.#stripper = route.plan.stripAnsi ? new AnsiStripper() : null;
    const { captureMaxBytes, eventsEnabled } = route.plan;
    // What a listener says is the protocol, and no output.
    const isOutput = this.#events !== null && this.#events.heard === null;
    this.#capture = isOutput && captureMaxBytes > 0 ? new CaptureSplitter(captureMaxBytes) : null;
    this.#isLogTold = isOutput && eventsEnabled;
    this.#drained();
  }

  /** The pipe is at its end: what waits for the end of a line goes out. */
  end(): void {
    this.#capture?.end(this.#split);
    if (this.#isLogTold) this.#events?.ended();
    this.#lines?.end(this.#clock.now().wall);
    this.#raw?.close();
    for (const { source } of this.#outlets) source.close();
    this.#raw = null;
    this.#outlets = [];
    this.#lines = null;
    this.#capture = null;
  }

  #log(bytes: Uint8Array): boolean {
    const kept = this.#stripper === null ? bytes : this.#stripper.strip(bytes);
    let hasRoom = this.#raw === null || this.#raw.write(kept);
    if (this.#lines !== null) {
      hasRoom = this.#lines.write(kept, this.#clock.now().wall) && hasRoom;
    }
    if (!hasRoom) this.#isHeldUp = true;
    for (const tap of this.#taps) tap(kept, this.#run);
    if (this.#isLogTold) this.#events?.logged(kept);
    return hasRoom;
  }

  /** Read on; if another log is still full, the next write says so again. */
  #drained(): void {
    if (!this.#isHeldUp) return;
    this.#isHeldUp = false;
    this.handle?.resume();
  }
}
