// Cuts a stream of bytes into lines, whatever the pieces it comes in.

const NEWLINE = 10;

/** A line up to this long stays whole; a longer one goes on as further lines of this length at most. */
export const LINE_BOUND = 1 << 20;

/** A larger buffer is given back after use. */
const KEEP = 1 << 16;

/** Cuts bytes into lines; the head of an unfinished one is kept for the next bytes. */
export class LineCutter {
  readonly #bound: number;
  #kept = new Uint8Array(0);
  #length = 0;

  constructor(bound = LINE_BOUND) {
    this.#bound = Math.max(4, bound);
  }

  /** The head of an unfinished line. */
  get unfinished(): Uint8Array {
    return this.#kept.slice(0, this.#length);
  }

  /** Gives every finished line, without its line end; a line is only valid during the call of `take`. */
  push(bytes: Uint8Array, take: (line: Uint8Array) => void): void {
    let start = 0;
    while (start < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      if (this.#length + end - start > this.#bound) {
        start = this.#cut(bytes, { start, take });
        continue;
      }
      if (newline >= 0 && this.#length === 0) {
        take(bytes.subarray(start, newline));
      } else {
        this.#keep(bytes.subarray(start, end));
        if (newline >= 0) this.end(take);
      }
      start = end + 1;
    }
  }

  /** Gives what is left, when the stream has ended in the middle of a line. */
  end(take: (line: Uint8Array) => void): void {
    if (this.#length === 0) return;
    const line = this.#kept.subarray(0, this.#length);
    this.#length = 0;
    // One long line must not cost its size for as long as the stream lives.
    if (this.#kept.length > KEEP) this.#kept = new Uint8Array(0);
    take(line);
  }

  /** The line is too long: gives its first `bound` bytes, less a UTF-8 character they would cut. */
  #cut(
    bytes: Uint8Array,
    { start, take }: { readonly start: number; readonly take: (line: Uint8Array) => void },
  ): number {
    const end = start + this.#bound - this.#length;
    this.#keep(bytes.subarray(start, end));
    const cut = characterStart(this.#kept, this.#length);
    take(this.#kept.subarray(0, cut));
    this.#kept.copyWithin(0, cut, this.#length);
    this.#length -= cut;
    return end;
  }

  #keep(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#kept.length) {
      const grown = new Uint8Array(
        Math.max(length, Math.min(this.#bound, this.#kept.length * 2), 256),
      );
      grown.set(this.#kept.subarray(0, this.#length));
      this.#kept = grown;
    }
    this.#kept.set(bytes, this.#length);
    this.#length = length;
  }
}

/** The last position up to `end` that is not inside a UTF-8 character. */
export function characterStart(bytes: Uint8Array, end: number): number {
  for (let at = end - 1; at >= Math.max(0, end - 4); at--) {
    const byte = bytes[at] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const isCut = at > 0 && at + characterLength(byte) > end;
    return isCut ? at : end;
  }
  return end;
}

/** Bytes of a UTF-8 character by its first byte. */
function characterLength(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}
