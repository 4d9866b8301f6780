// Text that keeps bytes which are not UTF-8: each such byte 0x80..0xFF is the lone surrogate U+DC80..U+DCFF.

const ENCODER = new TextEncoder();
const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ESCAPE = 0xdc00;

/** The bytes of a text made by `decodeBytes`, or of any other text. */
export function encodeText(text: string): Uint8Array {
  if (text.isWellFormed()) return ENCODER.encode(text);
  const parts: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff) parts.push(code - ESCAPE);
    else parts.push(...ENCODER.encode(char));
  }
  return new Uint8Array(parts);
}

/** A text from which `encodeText` gives the same bytes again. */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return STRICT.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return decodeBroken(bytes);
  }
}

function decodeBroken(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      text += STRICT.decode(bytes.subarray(at, at + length));
      at += length;
    } else {
      text += String.fromCharCode(ESCAPE + (bytes[at] ?? 0));
      at += 1;
    }
  }
  return text;
}

/** Length of the valid UTF-8 sequence at `at`; 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  try {
    STRICT.decode(bytes.subarray(at, at + length));
    return at + length <= bytes.length ? length : 0;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return 0;
  }
}

/** Tells a runner in the background that somebody waits for its word; it is for that runner alone. */
export const READY_NAME = "RUNNER_READY";

/** Names the descriptor from which a runner takes over what another program ran in its place. */
export const HANDOVER_NAME = "RUNNER_HANDOVER";

/**
 * The environment the runner was started with. `Deno.env` refuses one that has a value which is not UTF-8;
 * this one keeps it.
 */
export function inheritedEnvironment(): Record<string, string> {
  const env: Record<string, string> = Object.create(null);
  for (const entry of decodeBytes(Deno.readFileSync("/proc/self/environ")).split("\0")) {
    const cut = entry.indexOf("=", 1);
    if (cut > 0) env[entry.slice(0, cut)] ??= entry.slice(cut + 1);
  }
  delete env[READY_NAME];
  delete env[HANDOVER_NAME];
  return env;
}
