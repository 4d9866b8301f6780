// One pipe of a program as event listeners hear of it.
import { cutCharacterLength } from "../base/utf8_tail.ts";
import type { PipeEvents } from "../ports/output_events.ts";

/** A piece of output is no larger than with supervisord, so that a full buffer is not, either. */
const LARGEST_PIECE = 128 * 1024;

/** What becomes of what is heard on a pipe. The bytes are valid during each call only. */
export interface FeedParts {
  /** The protocol of an event listener; null: it is none. */
  readonly heard: ((bytes: Uint8Array) => void) | null;
  /** Somebody wants events of the log of this stream. */
  isLogWanted(): boolean;
  log(bytes: Uint8Array): void;
  captured(bytes: Uint8Array): void;
}

/** Sees to it that no event ends in the middle of a character. */
export class ListenerFeed implements PipeEvents {
  readonly #parts: FeedParts;
  #held = new Uint8Array(0);

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  get heard(): ((bytes: Uint8Array) => void) | null {
    return this.#parts.heard;
  }

  get held(): Uint8Array {
    return this.#held;
  }

  logged(bytes: Uint8Array): void {
    if (!this.#parts.isLogWanted()) {
      this.#held = new Uint8Array(0);
      return;
    }
    const all = new Uint8Array(this.#held.length + bytes.length);
    all.set(this.#held);
    all.set(bytes, this.#held.length);
    const end = all.length - cutCharacterLength(all);
    this.#held = all.slice(end);
    for (let at = 0; at < end;) {
      const piece = all.subarray(at, Math.min(end, at + LARGEST_PIECE));
      const isLast = at + piece.length === end;
      const whole = isLast ? piece : piece.subarray(0, piece.length - cutCharacterLength(piece));
      this.#parts.log(whole);
      at += whole.length;
    }
  }

  captured(bytes: Uint8Array): void {
    this.#parts.captured(bytes);
  }

  ended(): void {
    const held = this.#held;
    this.#held = new Uint8Array(0);
    if (held.length > 0) this.#parts.log(held);
  }
}
