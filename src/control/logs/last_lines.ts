// The last lines of a flood that nobody can take.
import type { Bytes } from "../../manifest/plan.ts";

const NEWLINE = 10;

/** Whole lines, and how many. */
export interface Lines {
  readonly bytes: Uint8Array;
  readonly lines: number;
  /** Lines in front of them that were not kept. */
  readonly missing: number;
}

/**
 * What is kept of a flood that nobody can take. A copy of all of it would be garbage at once, and the heap lets
 * 64 MB of that gather.
 */
const TAIL: Bytes = 64 << 10;

/** The last of them, about as many bytes as `TAIL`. */
export function lastLines({ bytes, lines }: Lines): Lines {
  const begin = bytes.indexOf(NEWLINE, Math.max(0, bytes.length - TAIL)) + 1;
  // One line that is longer is kept whole.
  if (bytes.length <= TAIL || begin === bytes.length) return { bytes, lines, missing: 0 };
  const tail = bytes.subarray(begin);
  let kept = 0;
  for (let at = tail.indexOf(NEWLINE); at >= 0; at = tail.indexOf(NEWLINE, at + 1)) kept++;
  return { bytes: tail, lines: kept, missing: lines - kept };
}
