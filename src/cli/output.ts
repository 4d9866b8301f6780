// stdout is the answer, stderr is talk.

const ENCODER = new TextEncoder();

/** Writes an answer. */
export function printLine(text: string): void {
  writeAll(Deno.stdout, `${text}\n`);
}

/** Writes talk: errors, warnings, progress. */
export function sayLine(text: string): void {
  writeAll(Deno.stderr, `${text}\n`);
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let rest = ENCODER.encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
  } catch (error) {
    // Nobody reads any more: `runner check | head` is no fault.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
