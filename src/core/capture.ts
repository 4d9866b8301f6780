// Capture mode: takes what a program writes between two tokens out of its output, to be sent as an event.
import { ByteBuilder } from "../base/byte_builder.ts";
import type { Bytes } from "../manifest/plan.ts";

const BEGIN = new TextEncoder().encode("<!--XSUPERVISOR:BEGIN-->");
const END = new TextEncoder().encode("<!--XSUPERVISOR:END-->");

/** Where the two kinds of output go. The bytes are valid during the call only. */
export interface CaptureSink {
  log(bytes: Uint8Array): void;
  captured(bytes: Uint8Array): void;
}

/** Where a splitter stands, for another one to go on with. */
export interface CaptureState {
  readonly isCapturing: boolean;
  readonly captured: Uint8Array;
  readonly held: Uint8Array;
}

/** Splits one stream. The tokens may come in any pieces. */
export class CaptureSplitter {
  readonly #most: Bytes;
  readonly #captured = new ByteBuilder();
  #isCapturing = false;
  /** The end of the last bytes, when a token may begin there. */
  #held: Uint8Array = new Uint8Array(0);

  /** Of what is captured at most the last `most` bytes are kept. */
  constructor(most: Bytes) {
    this.#most = most;
  }

  get state(): CaptureState {
    const captured = this.#captured.bytes.slice();
    return { isCapturing: this.#isCapturing, captured, held: this.#held };
  }

  set state({ isCapturing, captured, held }: CaptureState) {
    this.#isCapturing = isCapturing;
    this.#captured.clear();
    this.#captured.add(captured);
    this.#held = held;
  }

  write(bytes: Uint8Array, sink: CaptureSink): void {
    const all = this.#held.length === 0 ? bytes : joined(this.#held, bytes);
    let at = 0;
    for (let found = this.#find(all, at); found >= 0; found = this.#find(all, at)) {
      this.#pass(all.subarray(at, found), sink);
      at = found + this.#token.length;
      this.#toggle(sink);
    }
    const kept = beginningAtEnd(all.subarray(at), this.#token);
    this.#pass(all.subarray(at, all.length - kept), sink);
    this.#held = all.slice(all.length - kept);
  }

  /** The stream is at its end: what was held back goes to the log, and so does a capture that never ended. */
  end(sink: CaptureSink): void {
    const held = this.#held;
    this.#held = new Uint8Array(0);
    if (this.#isCapturing) {
      this.#isCapturing = false;
      sink.log(BEGIN);
      sink.log(this.#take());
    }
    if (held.length > 0) sink.log(held);
  }

  get #token(): Uint8Array {
    return this.#isCapturing ? END : BEGIN;
  }

  #find(bytes: Uint8Array, from: number): number {
    const token = this.#token;
    const [first = 0] = token;
    for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
      if (startsAt(bytes, at, token)) return at;
    }
    return -1;
  }

  #pass(bytes: Uint8Array, sink: CaptureSink): void {
    if (bytes.length === 0) return;
    if (!this.#isCapturing) return sink.log(bytes);
    this.#captured.add(bytes);
    // Twice the bound, so that not each write moves all of it.
    if (this.#captured.length > 2 * this.#most) {
      const last = this.#take().slice();
      this.#captured.clear();
      this.#captured.add(last);
    }
  }

  #toggle(sink: CaptureSink): void {
    if (this.#isCapturing) sink.captured(this.#take());
    this.#captured.clear();
    this.#isCapturing = !this.#isCapturing;
  }

  /** The last bytes that were captured, as many as are kept. */
  #take(): Uint8Array {
    return this.#captured.bytes.subarray(Math.max(0, this.#captured.length - this.#most));
  }
}

/** How many bytes at the end of `bytes` are the beginning of the token, the whole token excepted. */
function beginningAtEnd(bytes: Uint8Array, token: Uint8Array): number {
  for (let count = Math.min(bytes.length, token.length - 1); count > 0; count--) {
    if (startsAt(token, 0, bytes.subarray(bytes.length - count))) return count;
  }
  return 0;
}

function startsAt(bytes: Uint8Array, at: number, start: Uint8Array): boolean {
  return start.every((byte, index) => bytes[at + index] === byte);
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const all = new Uint8Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}
