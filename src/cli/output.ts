// stdout is the answer, stderr is talk.

const ENCODER = new TextEncoder();

/** Writes an answer; false: nobody reads any more. */
export function printLine(text: string): boolean {
  return writeAll(Deno.stdout, `${text}\n`);
}

/** Writes an answer that has its line ends, or a prompt that has none. */
export function showText(text: string): void {
  writeAll(Deno.stdout, text);
}

/** Writes bytes as they are; false: nobody reads any more. */
export function printBytes(bytes: Uint8Array): boolean {
  return writeBytes(Deno.stdout, bytes);
}

/** Writes talk: errors, warnings, progress. */
export function sayLine(text: string): void {
  writeAll(Deno.stderr, `${text}\n`);
}

interface Writer {
  writeSync(bytes: Uint8Array): number;
}

/** Writes a piece of talk as it is. */
export function writeTalk(text: string): void {
  writeAll(Deno.stderr, text);
}

function writeAll(stream: Writer, text: string): boolean {
  return writeBytes(stream, ENCODER.encode(text));
}

function writeBytes(stream: Writer, bytes: Uint8Array): boolean {
  let rest = bytes;
  try {
    while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
    return true;
  } catch (error) {
    // Nobody reads any more: `runner check | head` is no fault.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    return false;
  }
}
