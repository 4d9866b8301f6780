// When to measure a process with a memory cap again: seldom while far from the cap, often when it comes near.
import type { Bytes, Millis } from "../manifest/plan.ts";

export interface MemorySample {
  readonly at: Millis;
  readonly bytes: Bytes;
}

/** Wait between spawn and the first sample: a program that leaks from the start is seen at once. */
export const FIRST_SAMPLE: Millis = 100;
// A sample costs some 20 µs: a hundred capped programs at rest take a quarter of a per cent of a core.
const SLOWEST: Millis = 1_000;
const STEADY: Millis = 100;
const FASTEST: Millis = 10;
/** Growth that is always reckoned with, as a share of the cap per second, though none has been seen. */
const SURPRISE = 0.5;
/** The growth seen is taken twice: allocation comes in bursts. */
const CAUTION = 2;

/** Milliseconds until the next sample. */
export function nextSampleIn(
  cap: Bytes,
  previous: MemorySample | null,
  current: MemorySample,
): Millis {
  const headroom = cap - current.bytes;
  if (headroom <= 0) return STEADY;
  const growth = growthRate(previous, current);
  const reckoned = Math.max(growth * CAUTION, (cap * SURPRISE) / 1_000);
  const fastest = growth > 0 && headroom / growth < 1_000 ? FASTEST : STEADY;
  return Math.min(SLOWEST, Math.max(fastest, headroom / reckoned));
}

/** Bytes per millisecond; 0 when shrinking. */
function growthRate(previous: MemorySample | null, current: MemorySample): number {
  if (previous === null || current.at <= previous.at) return 0;
  return Math.max(0, (current.bytes - previous.bytes) / (current.at - previous.at));
}
