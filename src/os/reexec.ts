// This process becomes another program file: the same pid, arguments, folder and standard streams.
import { SIGNAL } from "../base/signals.ts";
import { encodeText, HANDOVER_NAME, READY_NAME } from "./byte_text.ts";
import { errnoName } from "./errno.ts";
import { keepOverExec } from "./handover_file.ts";
import { openLibrary } from "./foreign.ts";
import { cString, libc, orErrno } from "./libc.ts";

const SIG_IGN = 1n;
const SIG_BLOCK = 0;
const SIG_UNBLOCK = 1;
/** They mean something only to a runner; until it listens again they must not end it. */
const NOT_THE_END: readonly number[] = [SIGNAL.HUP, SIGNAL.USR1, SIGNAL.USR2];

const HELD: readonly number[] = [...NOT_THE_END, SIGNAL.INT, SIGNAL.QUIT, SIGNAL.TERM];
/** Bytes of sigset_t. */
const SIGSET_SIZE = 128;

/** The file this process runs from, to be asked early: later there may be another one. Null: it is not compiled. */
export function ownProgram(): string | null {
  return Deno.build.standalone ? Deno.execPath() : null;
}

/** Whether there is another program at `path` than the one that process `pid` runs. */
export function runsAnother(pid: number | "self", path: string): boolean {
  const [running, there] = [fileIdentity(`/proc/${pid}/exe`), fileIdentity(path)];
  return running !== null && there !== null && running !== there;
}

/** Path of the program that a process runs, also when there is another one by now; null: it cannot be seen. */
export function programOf(pid: number): string | null {
  try {
    return Deno.readLinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, "");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return null;
    }
    throw error;
  }
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

/** What the next program takes over instead of starting anew. */
export interface Kept {
  /** The descriptor of the letter that says what. */
  readonly letter: number;
  /** The descriptors that stay open with it. */
  readonly fds: readonly number[];
}

/** Becomes the program at `path`. Returns only when that is refused, with the error's name. */
export function become(path: string, { argv, env, isDetached }: Handed, kept?: Kept): string {
  const calls = openLibrary("libc.so.6", {
    execve: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
  });
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  if (isDetached) variables.push(`${READY_NAME}=again`);
  if (kept !== undefined) variables.push(`${HANDOVER_NAME}=${kept.letter}`);
  const open = kept === undefined ? [] : [kept.letter, ...kept.fds];
  const words = pointers(argv);
  const environment = pointers(variables);
  // What comes for a runner that takes over waits for it; without one it must only not end us.
  const ignored = kept === undefined ? NOT_THE_END : [];
  const before = ignored.map((signal) => libc().signal(signal, SIG_IGN));
  if (kept !== undefined) holdSignals(true);
  keepOverExec(open, true);
  const fault = orErrno(calls.execve(cString(path), words.array, environment.array));
  keepOverExec(open, false);
  if (kept !== undefined) holdSignals(false);
  ignored.forEach((signal, index) => libc().signal(signal, before[index] ?? 0n));
  return errnoName(-fault);
}

/** Signals to a runner wait in the kernel, or come again: the mask of a thread goes over to the next program. */
export function holdSignals(isHeld: boolean): void {
  const calls = openLibrary("libc.so.6", {
    pthread_sigmask: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  });
  const set = new Uint8Array(SIGSET_SIZE);
  for (const signal of HELD) {
    set[(signal - 1) >> 3] = (set[(signal - 1) >> 3] ?? 0) | (1 << ((signal - 1) & 7));
  }
  calls.pthread_sigmask(isHeld ? SIG_BLOCK : SIG_UNBLOCK, set, new Uint8Array(SIGSET_SIZE));
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
