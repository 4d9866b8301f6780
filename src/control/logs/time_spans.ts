// When the bytes of a log came: a bounded number of spans, fine for what is recent and coarse for what is long ago.
import type { Bytes, Millis } from "../../manifest/plan.ts";

/** Spans kept; with lengths that grow with their age this is a precision of about a tenth of the age for weeks. */
const SPANS_MOST = 128;
/** Output that comes within this time is of one span. */
const SPAN: Millis = 250;

/** Output that came together. */
export interface Span {
  /** Monotonic time of its first bytes. */
  readonly from: Millis;
  /** Of its last ones. */
  to: Millis;
  /** Where its first byte is, in bytes written since counting began. */
  readonly at: Bytes;
}

/** The times of one log. */
export class TimeSpans {
  #spans: Span[] = [];

  /** Bytes have come; `position` is where they begin, and is only asked when it is needed. */
  note(mono: Millis, position: () => Bytes): void {
    const last = this.#spans.at(-1);
    if (last !== undefined && mono < last.from + SPAN) {
      last.to = Math.max(last.to, mono);
      return;
    }
    this.#spans.push({ from: mono, to: mono, at: position() });
    if (this.#spans.length > SPANS_MOST) this.#thin(mono);
  }

  /** Where the first bytes are that may have come at `mono` or later; null: all came before. */
  since(mono: Millis): Bytes | null {
    return this.#spans.find(({ to }) => to >= mono)?.at ?? null;
  }

  /** About when the byte at a position came, `end` being the present one; null: before counting began. */
  timeAt(position: Bytes, end: Bytes): Millis | null {
    let [low, high] = [0, this.#spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#spans[middle]?.at ?? Infinity) <= position) low = middle + 1;
      else high = middle;
    }
    const span = this.#spans[low - 1];
    if (span === undefined) return null;
    const next = this.#spans[low]?.at ?? end;
    const share = next > span.at ? Math.min(1, (position - span.at) / (next - span.at)) : 0;
    return span.from + share * (span.to - span.from);
  }

  /** All of them, for another program to go on with. */
  get spans(): readonly Span[] {
    return this.#spans;
  }

  set spans(spans: readonly Span[]) {
    this.#spans = [...spans];
  }

  get count(): number {
    return this.#spans.length;
  }

  /** Joins the two neighbours that together are the shortest for their age. */
  #thin(now: Millis): void {
    let [best, least] = [0, Infinity];
    // Not the latest: it is still growing.
    for (let index = 0; index < this.#spans.length - 2; index++) {
      const [one, next] = [this.#spans[index], this.#spans[index + 1]];
      if (one === undefined || next === undefined) continue;
      const share = (next.to - one.from) / (now - next.to + SPAN);
      if (share < least) [best, least] = [index, share];
    }
    const [one, next] = [this.#spans[best], this.#spans[best + 1]];
    if (one === undefined || next === undefined) return;
    this.#spans.splice(best, 2, { from: one.from, to: next.to, at: one.at });
  }
}
