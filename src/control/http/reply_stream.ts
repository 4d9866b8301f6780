// A reply whose content comes over time: in chunks, or until the connection ends.
import type { Channel } from "./channel.ts";
import { type ReplyStream, STREAM_LIMIT } from "./message.ts";

/** Bytes that wait before a writer is asked to pause. */
const PAUSE_AT = 64 << 10;

export interface StreamParts {
  readonly channel: Channel;
  readonly isChunked: boolean;
  /** Told once. `isComplete`: the client has, or gets, all of it. */
  readonly closed: (isComplete: boolean) => void;
  /** Calls what a handler has left with us, and survives it. */
  readonly guard: (callback: () => void) => void;
}

export class OutgoingStream implements ReplyStream {
  readonly #parts: StreamParts;
  #drain: (() => void) | null = null;
  #isSlow = false;
  #isClosed = false;

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  get buffered(): number {
    return this.#parts.channel.buffered;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  write(content: Uint8Array | string): boolean {
    if (this.#isClosed) return false;
    const bytes = typeof content === "string" ? ENCODER.encode(content) : content;
    // An empty chunk would be the end.
    if (bytes.length === 0) return !this.#isSlow;
    if (this.#isSlow && this.buffered + bytes.length > STREAM_LIMIT) {
      this.#close(false);
      return false;
    }
    this.#send(bytes);
    this.#isSlow ||= this.buffered >= PAUSE_AT;
    return !this.#isSlow;
  }

  end(): void {
    if (this.#isClosed) return;
    if (this.#parts.isChunked) this.#parts.channel.send("0\r\n\r\n");
    this.#close(true);
  }

  abort(): void {
    this.#close(false);
  }

  onDrain(callback: () => void): void {
    this.#drain = callback;
    if (this.#isClosed) this.#callLater();
  }

  /** Everything has been sent. */
  flushed(): void {
    if (!this.#isSlow) return;
    this.#isSlow = false;
    if (this.#drain !== null) this.#parts.guard(this.#drain);
  }

  #send(bytes: Uint8Array): void {
    const { channel, isChunked } = this.#parts;
    if (!isChunked) return channel.send(bytes);
    channel.send(`${bytes.length.toString(16)}\r\n`);
    channel.send(bytes);
    channel.send("\r\n");
  }

  #close(isComplete: boolean): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#parts.closed(isComplete);
    this.#callLater();
  }

  /** A writer that waits for room must not wait for ever; it is not called back into its own write. */
  #callLater(): void {
    Promise.resolve().then(() => {
      if (this.#drain !== null) this.#parts.guard(this.#drain);
    });
  }
}

const ENCODER = new TextEncoder();
