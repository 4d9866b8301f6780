// The beginning of the line that a stream has not ended yet.
import { ByteBuilder } from "../../base/byte_builder.ts";

const NEWLINE = 10;
/** Of a longer line no head is kept: who begins to follow in its middle sees its rest. */
const HEAD_MOST = 1 << 16;

/** Follows a stream and keeps no more than what it must. */
export class LineHead {
  #built: ByteBuilder | null = null;
  #isLost = false;

  add(bytes: Uint8Array): void {
    const start = bytes.lastIndexOf(NEWLINE) + 1;
    if (start > 0) {
      this.#built?.clear();
      this.#isLost = false;
    }
    // The usual case: whole lines.
    if (start === bytes.length || this.#isLost) return;
    if ((this.#built?.length ?? 0) + bytes.length - start > HEAD_MOST) {
      this.#built = null;
      this.#isLost = true;
      return;
    }
    this.#built ??= new ByteBuilder();
    this.#built.add(bytes.subarray(start));
  }

  /** A copy; null: it was too long to be kept. */
  get bytes(): Uint8Array | null {
    if (this.#isLost) return null;
    return this.#built?.bytes.slice() ?? new Uint8Array(0);
  }
}
