// One pipe of one run on its way to the logs of its stream, holding it up while one of them is full.
import { AnsiStripper } from "../core/ansi.ts";
import type { Clock } from "../ports/clock.ts";
import type { ByteSink, PipeHandle } from "../ports/host.ts";
import type { LogSource } from "../ports/logs.ts";
import { type LineOutlet, LineOutlets } from "./line_outlets.ts";
import type { StreamRoute } from "./stream_route.ts";

/** Reads one pipe into the logs of its stream. */
export class StreamPipe implements ByteSink {
  /** Set as soon as the pipe is attached. */
  handle: PipeHandle | null = null;
  bytes = 0;
  readonly #clock: Clock;
  #raw: LogSource | null = null;
  #outlets: readonly LineOutlet[] = [];
  #lines: LineOutlets | null = null;
  #stripper: AnsiStripper | null = null;
  /** True from a write that found a log full until everything full has drained. */
  #isHeldUp = false;

  constructor(route: StreamRoute, clock: Clock) {
    this.#clock = clock;
    this.reroute(route);
  }

  /** The usual way, bytes as they are into a file, is one call further and copies nothing. */
  write(bytes: Uint8Array): boolean {
    this.bytes += bytes.length;
    const kept = this.#stripper === null ? bytes : this.#stripper.strip(bytes);
    let hasRoom = this.#raw === null || this.#raw.write(kept);
    if (this.#lines !== null) {
      hasRoom = this.#lines.write(kept, this.#clock.now().wall) && hasRoom;
    }
    if (!hasRoom) this.#isHeldUp = true;
    return hasRoom;
  }

  /** Goes on to other logs. */
  reroute(route: StreamRoute): void {
    this.end();
    const onDrain = () => this.#drained();
    this.#raw = route.rawLog()?.source(route.key, onDrain) ?? null;
    this.#outlets = route.lineOutlets(onDrain);
    this.#lines = this.#outlets.length > 0 ? new LineOutlets(this.#outlets) : null;
    this.#stripper = route.plan.stripAnsi ? new AnsiStripper() : null;
    this.#drained();
  }

  /** The pipe is at its end: what waits for the end of a line goes out. */
  end(): void {
    this.#lines?.end(this.#clock.now().wall);
    this.#raw?.close();
    for (const { source } of this.#outlets) source.close();
    this.#raw = null;
    this.#outlets = [];
    this.#lines = null;
  }

  /** Read on; if another log is still full, the next write says so again. */
  #drained(): void {
    if (!this.#isHeldUp) return;
    this.#isHeldUp = false;
    this.handle?.resume();
  }
}
