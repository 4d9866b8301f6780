// The last bytes of a stream that goes to no file.

/** Keeps up to `most` bytes, the latest ones. */
export class ByteRing {
  readonly #most: number;
  #bytes = new Uint8Array(0);
  /** Where the next byte goes. */
  #at = 0;
  #isFull = false;

  constructor(most: number) {
    this.#most = most;
  }

  add(bytes: Uint8Array): void {
    // A stream that never says anything costs nothing.
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#most);
    const kept = bytes.subarray(Math.max(0, bytes.length - this.#most));
    const first = kept.subarray(0, this.#most - this.#at);
    this.#bytes.set(first, this.#at);
    this.#bytes.set(kept.subarray(first.length));
    if (this.#at + kept.length >= this.#most) this.#isFull = true;
    this.#at = (this.#at + kept.length) % this.#most;
  }

  /** A copy, oldest first; the head of a line that is no longer there is left out. */
  get bytes(): Uint8Array {
    if (!this.#isFull) return this.#bytes.slice(0, this.#at);
    const all = new Uint8Array(this.#most);
    all.set(this.#bytes.subarray(this.#at));
    all.set(this.#bytes.subarray(0, this.#at), this.#most - this.#at);
    return all.subarray(all.indexOf(10) + 1);
  }
}
