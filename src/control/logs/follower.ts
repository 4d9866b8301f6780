// One who follows: gets what there is first, then what comes; one who reads too slowly is told how much was left out.
import type { Bytes } from "../../manifest/plan.ts";
import type { ReplyStream } from "../http/message.ts";

/**
 * What may wait for a follower, as it came. Together with what the server holds of it as it is sent, one that
 * never reads costs less than a megabyte.
 */
const QUEUE: Bytes = 384 << 10;

/** What keeping something costs besides its bytes: a program may write one byte at a time. */
const OVERHEAD: Bytes = 256;

/** Something that came at once. */
export interface Portion {
  /** What it takes to keep it. */
  readonly size: Bytes;
  readonly lines: number;
  /** Lines in front of it that nobody could have taken. */
  readonly missing: number;
  /** As it is sent; none of them large. */
  pieces(): Iterable<Uint8Array | string>;
}

/** Lines that are missing. */
class Gap implements Portion {
  readonly size = 0;
  readonly missing = 0;
  lines = 0;
  readonly #notice: (lines: number) => string;

  constructor(notice: (lines: number) => string) {
    this.#notice = notice;
  }

  pieces(): Iterable<string> {
    // Half a line is a line, too.
    return [this.#notice(Math.max(1, this.lines))];
  }
}

/** The way to a follower. */
export class Follower {
  readonly #out: ReplyStream;
  readonly #notice: (lines: number) => string;
  readonly #queue: Portion[] = [];
  #size: Bytes = 0;
  #sending: Iterator<Uint8Array | string> | null = null;
  /** The past comes first. */
  #isHeld = true;
  #isWaiting = false;

  /** `notice` says to the follower that lines are missing. */
  constructor(out: ReplyStream, notice: (lines: number) => string) {
    this.#out = out;
    this.#notice = notice;
  }

  /** Takes what has just come; it must not change any more. */
  take(portion: Portion): void {
    if (portion.size === 0 || this.#out.isClosed) return;
    const cost = costOf(portion);
    if (portion.missing > 0) this.#leaveOut(portion.missing);
    else if (this.#size + cost > QUEUE) this.#makeRoom(cost);
    this.#queue.push(portion);
    this.#size += cost;
    this.#pump();
  }

  /** The past has arrived: what came meanwhile follows, and from now on everything at once. */
  release(): void {
    this.#isHeld = false;
    this.#pump();
  }

  /** True for a client that is slow and has something waiting: of a flood it needs the end only. */
  get isFull(): boolean {
    return this.#out.isClosed || (this.#isWaiting && this.#size > 0);
  }

  /** Lines are missing in front of what comes next, so what waits is no longer the latest. */
  #leaveOut(missing: number): void {
    const gap = new Gap(this.#notice);
    gap.lines = missing;
    for (const waiting of this.#queue.splice(0)) {
      gap.lines += waiting.lines;
      this.#size -= costOf(waiting);
    }
    this.#queue.push(gap);
  }

  /** What is latest matters most: the oldest goes, and at once so much of it that it does not go on like this. */
  #makeRoom(wanted: Bytes): void {
    const [first] = this.#queue;
    // One that alone is too large has nothing in front of it to go.
    if (first === undefined) return;
    const gap = first instanceof Gap ? first : new Gap(this.#notice);
    if (first === gap) this.#queue.shift();
    let dropped = this.#queue.shift();
    while (dropped !== undefined) {
      gap.lines += dropped.lines;
      this.#size -= costOf(dropped);
      dropped = this.#size + wanted > QUEUE / 2 ? this.#queue.shift() : undefined;
    }
    this.#queue.unshift(gap);
  }

  /** Sends as long as the client takes it. */
  #pump(): void {
    while (!this.#isHeld && !this.#isWaiting && !this.#out.isClosed) {
      const piece = this.#next();
      if (piece === null) return;
      if (this.#out.write(piece)) continue;
      this.#isWaiting = true;
      this.#out.onDrain(() => {
        this.#isWaiting = false;
        this.#pump();
      });
    }
  }

  #next(): Uint8Array | string | null {
    for (;;) {
      const piece = this.#sending?.next();
      if (piece !== undefined && piece.done !== true) return piece.value;
      const portion = this.#queue.shift();
      if (portion === undefined) return null;
      this.#size -= costOf(portion);
      this.#sending = portion.pieces()[Symbol.iterator]();
    }
  }
}

function costOf({ size }: Portion): Bytes {
  return size === 0 ? 0 : size + OVERHEAD;
}

/** Writes, and resolves when the client has taken so much that there is room for more. */
export function writeAll(out: ReplyStream, content: Uint8Array | string): Promise<void> {
  if (out.isClosed || out.write(content)) return Promise.resolve();
  return new Promise((resolve) => out.onDrain(resolve));
}
