// Reads the files that a manifest is made of: whole, of a bounded size, and nothing that would wait for others.
import type { TextReading } from "../manifest/context.ts";
import { errnoOf } from "./deno_errors.ts";

/** A hundred thousand programs are 10 MB; what is larger was not meant to be read as text. */
const LIMIT_BYTES = 64 * 1024 * 1024;

/** What /dev/null is on Linux, whatever it is called: character device 1:3. */
const NULL_DEVICE = (1 << 8) + 3;

/**
 * Reads regular files, and /dev/null as an empty one. Pipes and terminals can be read only once and hold up
 * everything until somebody writes: only for `named`, what the user gave to a command that ends by itself,
 * such as `runner check <(…)`; what they said is kept for whoever asks again.
 */
export function textReader(named: readonly string[] = []): (path: string) => TextReading {
  const kept = new Map<string, TextReading>();
  return (path) => {
    const known = kept.get(path);
    if (known !== undefined) return known;
    const isNamed = named.includes(path);
    const reading = reasoned(() => readText(path, isNamed));
    if (isNamed) kept.set(path, reading);
    return reading;
  };
}

function readText(path: string, isNamed: boolean): TextReading {
  const found = Deno.statSync(path);
  if (found.isDirectory) return fault("EISDIR");
  if (found.isFile) return found.size > LIMIT_BYTES ? TOO_LARGE : decoded(Deno.readFileSync(path));
  if (found.isCharDevice && found.rdev === NULL_DEVICE) return { kind: "text", text: "" };
  return isNamed ? readStream(path) : fault(`it is ${kindText(found)}, not a file`);
}

const TOO_LARGE = fault("it is larger than 64MB");

function readStream(path: string): TextReading {
  using file = Deno.openSync(path);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let size = 0; size <= LIMIT_BYTES;) {
    const chunk = new Uint8Array(64 * 1024);
    const count = file.readSync(chunk);
    if (count === null) return decoded(joined(chunks, size));
    chunks.push(chunk.subarray(0, count));
    size += count;
  }
  return TOO_LARGE;
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function decoded(bytes: Uint8Array): TextReading {
  return { kind: "text", text: new TextDecoder().decode(bytes) };
}

function fault(reason: string): TextReading {
  return { kind: "fault", reason };
}

function kindText({ isFifo, isSocket }: Deno.FileInfo): string {
  if (isFifo === true) return "a pipe";
  return isSocket === true ? "a socket" : "a device";
}

function reasoned(read: () => TextReading): TextReading {
  try {
    return read();
  } catch (error) {
    const reason = errnoOf(error);
    if (reason === null) throw error;
    return reason === "ENOENT" || reason === "ENOTDIR" ? { kind: "missing" } : fault(reason);
  }
}
