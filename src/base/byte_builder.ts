// Collects bytes in one buffer that is used again and again.

/** Kept between uses; a larger buffer is given back. */
const KEEP = 1 << 18;

/** A growing run of bytes. */
export class ByteBuilder {
  #bytes = new Uint8Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was added; valid until the next change. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  add(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  addByte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  addText(text: string): void {
    // A UTF-16 unit is three bytes of UTF-8 at most.
    this.#reserve(text.length * 3);
    const { written } = ENCODER.encodeInto(text, this.#bytes.subarray(this.#length));
    this.#length += written;
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEEP) this.#bytes = new Uint8Array(1024);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

const ENCODER = new TextEncoder();
