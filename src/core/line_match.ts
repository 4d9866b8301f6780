// Finds a line in output that comes in pieces: across reads, with a bound on what is kept of a line.

/** Bytes of a line that are looked at: an expression that is slow on long texts stays bearable. */
const LONGEST_LINE = 8 << 10;
const NEW_LINE = 10;
const RETURN = 13;

export class LineMatch {
  readonly #pattern: RegExp;
  /** Each line is whole: nothing is carried from one to the next. */
  readonly #text = new TextDecoder();
  readonly #line = new Uint8Array(LONGEST_LINE);
  #length = 0;

  constructor(pattern: string) {
    this.#pattern = new RegExp(pattern);
  }

  /** The head of a line that has not ended, for another one to go on with by `takes`. */
  get unfinished(): Uint8Array {
    return this.#line.slice(0, this.#length);
  }

  /** Takes bytes in. True: a line that ends here matches. */
  takes(bytes: Uint8Array): boolean {
    for (let from = 0; from < bytes.length;) {
      const end = bytes.indexOf(NEW_LINE, from);
      this.#keep(bytes.subarray(from, end < 0 ? bytes.length : end));
      if (end < 0) return false;
      if (this.#ends()) return true;
      from = end + 1;
    }
    return false;
  }

  #ends(): boolean {
    const isReturned = this.#length > 0 && this.#line[this.#length - 1] === RETURN;
    const line = this.#line.subarray(0, this.#length - (isReturned ? 1 : 0));
    this.#length = 0;
    return this.#pattern.test(this.#text.decode(line));
  }

  #keep(bytes: Uint8Array): void {
    const room = this.#line.subarray(this.#length);
    const kept = bytes.subarray(0, room.length);
    room.set(kept);
    this.#length += kept.length;
  }
}
