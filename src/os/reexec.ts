// This process becomes another program file: the same pid, arguments, folder and standard streams.
import { SIGNAL } from "../base/signals.ts";
import { encodeText, READY_NAME } from "./byte_text.ts";
import { errnoName } from "./errno.ts";
import { openLibrary } from "./foreign.ts";
import { cString, libc, orErrno } from "./libc.ts";

const SIG_IGN = 1n;
/** They mean something only to a runner; until it listens again they must not end it. */
const NOT_THE_END: readonly number[] = [SIGNAL.HUP, SIGNAL.USR1, SIGNAL.USR2];

/** The file this process runs from, to be asked early: later there may be another one. Null: it is not compiled. */
export function ownProgram(): string | null {
  return Deno.build.standalone ? Deno.execPath() : null;
}

/** Whether there is another program at `path` than the one that process `pid` runs. */
export function runsAnother(pid: number | "self", path: string): boolean {
  const [running, there] = [fileIdentity(`/proc/${pid}/exe`), fileIdentity(path)];
  return running !== null && there !== null && running !== there;
}

/** Device and inode; null when there is no such file, or none that we may look at. */
export function fileIdentity(path: string): string | null {
  try {
    const { dev, ino } = Deno.statSync(path);
    return `${dev}:${ino}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return null;
    }
    throw error;
  }
}

/** What is handed on: arguments and environment as they were, bytes that are no UTF-8 included. */
export interface Handed {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Somebody has started us in the background, and need not be told again. */
  readonly isDetached: boolean;
}

/** Becomes the program at `path`. Returns only when that is refused, with the error's name. */
export function become(path: string, { argv, env, isDetached }: Handed): string {
  const calls = openLibrary("libc.so.6", {
    execve: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
  });
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  if (isDetached) variables.push(`${READY_NAME}=again`);
  const words = pointers(argv);
  const environment = pointers(variables);
  const before = NOT_THE_END.map((signal) => libc().signal(signal, SIG_IGN));
  const fault = orErrno(calls.execve(cString(path), words.array, environment.array));
  NOT_THE_END.forEach((signal, index) => libc().signal(signal, before[index] ?? 0n));
  return errnoName(-fault);
}

interface Pointers {
  readonly array: Uint8Array<ArrayBuffer>;
  /** What they point to; it must not be collected. */
  readonly strings: Uint8Array<ArrayBuffer>;
}

function pointers(texts: readonly string[]): Pointers {
  const encoded = texts.map(encodeText);
  const strings = new Uint8Array(encoded.reduce((sum, one) => sum + one.length + 1, 1));
  const base = Deno.UnsafePointer.value(Deno.UnsafePointer.of(strings));
  const array = new BigUint64Array(texts.length + 1);
  let at = 0;
  encoded.forEach((one, index) => {
    strings.set(one, at);
    array[index] = base + BigInt(at);
    at += one.length + 1;
  });
  return { array: new Uint8Array(array.buffer), strings };
}
