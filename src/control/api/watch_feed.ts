// GET /watch: all processes, again whenever something changes; made once for all who look, and never when nobody does.
import type { Pool } from "../../core/pool.ts";
import type { Millis } from "../../manifest/plan.ts";
import type { HttpReply, HttpRequest, ReplyStream } from "../http/message.ts";
import type { RunnerFace } from "../runner_face.ts";
import { checkQuery } from "./body.ts";
import { eventFrame, eventReply } from "./server_events.ts";
import type { WatchView } from "./types.ts";
import { processList } from "./views.ts";

/** Least time between two snapshots, however much happens. */
const APART: Millis = 250;
/** Without any change: memory and processor time do not tell when they change. */
const AGAIN: Millis = 2_000;
/** Usage may be older by as much as two snapshots in a busy time are apart. */
const USAGE_AGE: Millis = 1_000;
/** Bytes written at once, so that a reader that is slow is asked before the next piece. */
const PIECE = 32_768;

interface Snapshot {
  readonly bytes: Uint8Array;
  readonly at: Millis;
  readonly pool: Pool;
}

export class WatchFeed {
  readonly #runner: RunnerFace;
  readonly #readers = new Set<SnapshotReader>();
  #watching: Disposable | null = null;
  #timer: Disposable | null = null;
  #dueAt: Millis = Infinity;
  #latest: Snapshot | null = null;

  constructor(runner: RunnerFace) {
    this.#runner = runner;
  }

  open(request: HttpRequest): HttpReply {
    checkQuery(request, []);
    return eventReply((out) => {
      const reader = new SnapshotReader(out);
      const gone = () => this.#leave(reader);
      out.onDrain(() => out.isClosed ? gone() : reader.go());
      request.onGone(gone);
      this.#enter(reader);
    });
  }

  #enter(reader: SnapshotReader): void {
    this.#readers.add(reader);
    this.#watching ??= this.#runner.watch({ settled: (pool) => this.#changed(pool) });
    const latest = this.#latest;
    if (latest !== null && latest.pool === this.#runner.pool) reader.offer(latest.bytes);
    else this.#show();
  }

  #leave(reader: SnapshotReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    this.#watching?.[Symbol.dispose]();
    this.#timer?.[Symbol.dispose]();
    this.#watching = null;
    this.#timer = null;
    this.#latest = null;
    this.#dueAt = Infinity;
  }

  #changed(pool: Pool): void {
    if (pool === this.#latest?.pool) return;
    const soonest = (this.#latest?.at ?? -Infinity) + APART;
    this.#arm(Math.max(this.#runner.now().mono, soonest));
  }

  #arm(at: Millis): void {
    if (at >= this.#dueAt) return;
    this.#timer?.[Symbol.dispose]();
    this.#dueAt = at;
    this.#timer = this.#runner.wakeAt(at, () => {
      this.#dueAt = Infinity;
      this.#show();
    });
  }

  #show(): void {
    const at = this.#runner.now().mono;
    const { pool } = this.#runner;
    const view: WatchView = processList(this.#runner, { ids: null, age: USAGE_AGE });
    const bytes = ENCODER.encode(eventFrame(view, { name: "status" }));
    this.#latest = { bytes, at, pool };
    for (const reader of this.#readers) reader.offer(bytes);
    if (this.#readers.size > 0) this.#arm(at + AGAIN);
  }
}

/** One reader: it holds the snapshot it is getting and the newest one after that; what is between is left out. */
class SnapshotReader {
  readonly #out: ReplyStream;
  #current: Uint8Array | null = null;
  #written = 0;
  #next: Uint8Array | null = null;
  #isSlow = false;

  constructor(out: ReplyStream) {
    this.#out = out;
  }

  offer(bytes: Uint8Array): void {
    if (this.#current === null) this.#current = bytes;
    else this.#next = bytes;
    this.#write();
  }

  /** It takes more. */
  go(): void {
    this.#isSlow = false;
    this.#write();
  }

  #write(): void {
    while (this.#current !== null && !this.#isSlow) {
      const piece = this.#current.subarray(this.#written, this.#written + PIECE);
      this.#written += piece.length;
      this.#isSlow = !this.#out.write(piece);
      if (this.#written < this.#current.length) continue;
      this.#current = this.#next;
      this.#next = null;
      this.#written = 0;
    }
  }
}

const ENCODER = new TextEncoder();
