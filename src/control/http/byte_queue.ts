// Bytes that wait: added at the end, taken from the front.

/** A larger buffer is given back when it is empty. */
const KEEP = 16 << 10;

export class ByteQueue {
  #bytes = new Uint8Array(0);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** What waits; valid until the next change. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  add(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  addText(text: string): void {
    // A UTF-16 unit is three bytes of UTF-8 at most.
    if (this.#bytes.length - this.#end < text.length * 3) return this.add(ENCODER.encode(text));
    this.#end += ENCODER.encodeInto(text, this.#bytes.subarray(this.#end)).written;
  }

  /** Takes bytes away: a copy of them. */
  take(count: number): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(this.#start, this.#start + Math.min(count, this.length));
    this.drop(taken.length);
    return taken;
  }

  /** Forgets bytes at the front. */
  drop(count: number): void {
    this.#start = Math.min(this.#start + count, this.#end);
    if (this.#start < this.#end) return;
    this.#start = this.#end = 0;
    if (this.#bytes.length > KEEP) this.#bytes = new Uint8Array(0);
  }

  clear(): void {
    this.drop(this.length);
  }

  #reserve(more: number): void {
    const { length } = this;
    if (this.#end + more <= this.#bytes.length) return;
    const isRoomy = length + more <= this.#bytes.length / 2;
    // Twice as much as is needed would be too much for those who never read.
    const target = isRoomy ? this.#bytes : new Uint8Array(
      Math.max(length + more, Math.min(this.#bytes.length * 2, length + more + GROWTH), 512),
    );
    target.set(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = target;
    this.#start = 0;
    this.#end = length;
  }
}

const GROWTH = 32 << 10;
const ENCODER = new TextEncoder();
