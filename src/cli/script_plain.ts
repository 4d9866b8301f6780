// The text of a module in JavaScript, with the places where its pieces stood.
import type { SourceMapSegment } from "sourcemap-codec";

/** JavaScript, and where each piece of each of its lines came from; null: of a line that is as it was. */
export interface Plain {
  readonly code: string;
  readonly lines: readonly (readonly SourceMapSegment[] | null)[];
}

/** JavaScript as it is: every word and sign came from its own place. */
export function keep(code: string): Plain {
  return { code, lines: code.split("\n").map(() => null) };
}
