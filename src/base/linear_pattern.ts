// Expressions that strangers' output is held against: none may take for ever on a line that does not match.

/** V8's flag for its other engine, which reads each character once. The binary is built with it, see tools/compile.ts. */
const LINEAR = "l";

/** Plain Deno does not have it: nothing can be said of an expression there. */
const isKnown = compiles("");

/**
 * Whether an expression can be run in a time that grows with the text alone. Those can that know no look-ahead, no
 * back-reference, no inline flags and no huge repetition; V8 goes over to that engine by itself, once it has gone
 * back too often in one that can.
 */
export function isLinear(pattern: string): boolean {
  return !isKnown || compiles(pattern);
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, LINEAR);
    return true;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return false;
  }
}
