// The text of a module in JavaScript, with the places where its pieces stood.
import type { SourceMapSegment } from "sourcemap-codec";
import { alignLines } from "./script_align.ts";

/** JavaScript, and where each piece of each of its lines came from. */
export interface Plain {
  readonly code: string;
  readonly lines: readonly (readonly SourceMapSegment[])[];
}

/** JavaScript as it is: every word and sign came from its own place. */
export function keep(code: string): Plain {
  return { code, lines: alignLines(code, code) };
}
