// Reads a line that nobody may see: without echo at a terminal, as it comes from a pipe.
import { EXIT, RunnerError } from "../base/errors.ts";

/** Longer than any password: a whole file was piped in. */
const LIMIT = 4096;

/** The line without its end. */
export async function readSecret(prompt: string): Promise<string> {
  return Deno.stdin.isTerminal() ? await typed(prompt) : decode(await piped());
}

async function piped(): Promise<readonly number[]> {
  const bytes: number[] = [];
  for await (const part of Deno.stdin.readable) {
    const end = part.indexOf(LF);
    bytes.push(...(end < 0 ? part : part.subarray(0, end)));
    if (end >= 0) break;
    if (bytes.length > LIMIT) throw tooLong();
  }
  return bytes.at(-1) === CR ? bytes.slice(0, -1) : bytes;
}

async function typed(prompt: string): Promise<string> {
  say(prompt);
  Deno.stdin.setRaw(true);
  try {
    return decode(await keys());
  } finally {
    Deno.stdin.setRaw(false);
    say("\n");
  }
}

const [CTRL_C, CTRL_D, CTRL_H, CTRL_U, LF, CR, DELETE] = [3, 4, 8, 21, 10, 13, 127] as const;

/** Bytes up to the end of the line, with the keys that people use to correct themselves. */
async function keys(): Promise<readonly number[]> {
  const key = new Uint8Array(1);
  let bytes: number[] = [];
  for (;;) {
    const count = await Deno.stdin.read(key);
    const [byte = CTRL_D] = key;
    if (count === null || byte === CR || byte === LF || byte === CTRL_D) return bytes;
    if (byte === CTRL_C) {
      throw new RunnerError("Cannot take the password: interrupted", { exitStatus: EXIT.failed });
    }
    if (byte === CTRL_U) bytes = [];
    else if (byte === DELETE || byte === CTRL_H) bytes = withoutLast(bytes);
    else bytes.push(byte);
    if (bytes.length > LIMIT) throw tooLong();
  }
}

/** Without the last character, which may be several bytes. */
function withoutLast(bytes: readonly number[]): number[] {
  const start = bytes.findLastIndex((byte) => (byte & 0xc0) !== 0x80);
  return bytes.slice(0, Math.max(0, start));
}

function decode(bytes: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}

function tooLong(): RunnerError {
  return new RunnerError(`Cannot take the password: it is longer than ${LIMIT} bytes`, {
    exitStatus: EXIT.usage,
  });
}
