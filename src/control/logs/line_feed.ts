// The lines of a stream as they come: cut and formatted once, however many there are that follow it.
import { ByteBuilder } from "../../base/byte_builder.ts";
import type { Instant } from "../../base/instant.ts";
import { LineCutter } from "../../base/lines.ts";
import { shownName } from "../../core/resolve_names.ts";
import type { Bytes } from "../../manifest/plan.ts";
import type { LogLineView } from "../api/types.ts";
import type { Portion } from "./follower.ts";
import { LINE_SHOWN } from "./history.ts";
import { lastLines, type Lines } from "./last_lines.ts";
import type { StreamMemory } from "./log_memory.ts";

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });
const NEWLINE = 10;
const RETURN = 13;
/** Bytes, about, that are sent in one piece. */
const PIECE: Bytes = 32 << 10;

interface Piece {
  readonly bytes: Uint8Array;
  /** Where the next one begins; beyond the end: there is none. */
  readonly next: Bytes;
}

/** Lines that came at once. */
export class LineBatch implements Portion {
  readonly lines: number;
  readonly missing: number;
  readonly #origin: Omit<LogLineView, "line">;
  /** Each line with a line end, as bytes: so they are kept for those who are slow. */
  readonly #bytes: Uint8Array;
  /** What was formatted for the first follower, for all others of this moment. */
  #made: Map<Bytes, Piece> | null = new Map();

  constructor(origin: Omit<LogLineView, "line">, { bytes, lines, missing }: Lines) {
    this.#origin = origin;
    this.#bytes = bytes;
    this.lines = lines;
    this.missing = missing;
  }

  get size(): Bytes {
    return this.#bytes.length;
  }

  /** LogLineView in JSON, one a line. */
  *pieces(): Generator<Uint8Array> {
    for (let at = 0; at < this.#bytes.length;) {
      const piece = this.#made?.get(at) ?? this.#make(at, "");
      this.#made?.set(at, piece);
      at = piece.next;
      yield piece.bytes;
    }
  }

  /** Only lines with a text in them. */
  with(text: string): Portion {
    return {
      size: this.size,
      lines: this.lines,
      missing: this.missing,
      pieces: () => this.#piecesWith(text),
    };
  }

  /** Everybody has had it: who gets it later formats it anew, instead of keeping it that large. */
  cool(): void {
    this.#made = null;
  }

  *#piecesWith(text: string): Generator<Uint8Array> {
    for (let at = 0; at < this.#bytes.length;) {
      const { bytes, next } = this.#make(at, text);
      at = next;
      if (bytes.length > 0) yield bytes;
    }
  }

  #make(at: Bytes, text: string): Piece {
    // Short lines become ten times as long as JSON.
    const newline = this.#bytes.indexOf(NEWLINE, Math.min(at + PIECE / 8, this.#bytes.length - 1));
    const lines = DECODER.decode(this.#bytes.subarray(at, newline)).split("\n");
    const kept = text === "" ? lines : lines.filter((line) => line.includes(text));
    const head = JSON.stringify(this.#origin).slice(0, -1);
    const json = kept.map((line) => `${head},"line":${JSON.stringify(line)}}\n`).join("");
    return { bytes: ENCODER.encode(json), next: newline + 1 };
  }
}

/** Somebody who follows. */
export interface BatchListener {
  take(batch: LineBatch): void;
  /** True when what comes would only push out what waits. */
  readonly isFull: boolean;
}

/** One stream, as long as somebody follows it. */
class LineFeed {
  readonly listeners = new Set<BatchListener>();
  readonly #cutter = new LineCutter(LINE_SHOWN);
  readonly #built = new ByteBuilder();
  readonly #memory: StreamMemory;
  readonly #now: () => Instant;
  readonly #bytes: Disposable;

  constructor(
    memory: StreamMemory,
    { head, now }: { readonly head: Uint8Array; readonly now: () => Instant },
  ) {
    this.#memory = memory;
    this.#now = now;
    this.#cutter.push(head, () => {});
    this.#bytes = memory.listen((bytes) => this.#take(bytes));
  }

  close(): void {
    this.#bytes[Symbol.dispose]();
  }

  #take(bytes: Uint8Array): void {
    const built = this.#built;
    let lines = 0;
    this.#cutter.push(bytes, (line) => {
      built.add(line[line.length - 1] === RETURN ? line.subarray(0, -1) : line);
      built.addByte(NEWLINE);
      lines++;
    });
    if (lines === 0) return;
    const { plan, stream } = this.#memory;
    const time = new Date(this.#now().wall).toISOString();
    const origin = { id: plan.id, shown: shownName(plan), stream, time };
    const isFull = [...this.listeners].every((listener) => listener.isFull);
    const all: Lines = { bytes: built.bytes, lines, missing: 0 };
    const kept = isFull ? lastLines(all) : all;
    const batch = new LineBatch(origin, { ...kept, bytes: kept.bytes.slice() });
    built.clear();
    for (const listener of this.listeners) listener.take(batch);
    batch.cool();
  }
}

/** All streams that are followed. */
export class LineFeeds {
  readonly #feeds = new Map<string, LineFeed>();
  readonly #now: () => Instant;

  constructor(now: () => Instant) {
    this.#now = now;
  }

  /** Lines from now on. `head` is what the unfinished line has so far. */
  listen(
    memory: StreamMemory,
    { head, listener }: { readonly head: Uint8Array; readonly listener: BatchListener },
  ): Disposable {
    const key = `${memory.plan.id} ${memory.stream}`;
    const feed = this.#feeds.get(key) ?? new LineFeed(memory, { head, now: this.#now });
    this.#feeds.set(key, feed);
    feed.listeners.add(listener);
    return {
      [Symbol.dispose]: () => {
        feed.listeners.delete(listener);
        if (feed.listeners.size > 0 || this.#feeds.get(key) !== feed) return;
        feed.close();
        this.#feeds.delete(key);
      },
    };
  }
}
