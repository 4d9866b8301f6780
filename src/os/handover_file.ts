// What a runner leaves to the program that takes its place: a text in memory, and the descriptors that stay open.
import { HANDOVER_NAME } from "./byte_text.ts";
import { closeFd, libc } from "./libc.ts";
import { readFdAt } from "./log_libc.ts";
import { dropMemoryFile, fillMemoryFile, makeMemoryFile } from "./memory_file.ts";

const F_SETFD = 2;
const F_GET_SEALS = 1034;
const F_ADD_SEALS = 1033;
/** Nobody changes it any more: F_SEAL_SEAL, SHRINK, GROW and WRITE. */
const SEALED = 15n;
const TITLE = "runner-handover";
const PIECE = 1 << 16;

export interface HandoverLetter {
  readonly format: number;
  /** Descriptors that are handed over; whoever cannot read the rest closes them. */
  readonly fds: readonly number[];
  readonly body: string;
}

/** A letter that has been written; it lasts as long as it is open. */
export interface WrittenLetter extends Disposable {
  readonly fd: number;
}

/** Writes a letter to whoever runs in this process next. It is never on a disk: there may be secrets in it. */
export function writeLetter({ format, fds, body }: HandoverLetter): WrittenLetter {
  const file = makeMemoryFile(TITLE, { sealable: true });
  try {
    // The first line stays as it is in all formats.
    fillMemoryFile(file, `${TITLE} ${Deno.pid} ${format} ${fds.join(",")}\n${body}`);
    libc().fcntl(file.fd, F_ADD_SEALS, SEALED);
  } catch (error) {
    dropMemoryFile(file);
    throw error;
  }
  return { fd: file.fd, [Symbol.dispose]: () => dropMemoryFile(file) };
}

/** Has descriptors stay open when another program takes the place of this one, or not. */
export function keepOverExec(fds: readonly number[], isKept: boolean): void {
  for (const fd of fds) libc().fcntl(fd, F_SETFD, isKept ? 0n : 1n);
}

/** The letter to us, taken once; null: there is none, or it is for another process. */
export function takeLetter(): HandoverLetter | null {
  const word = Deno.env.get(HANDOVER_NAME) ?? "";
  if (!/^\d+$/.test(word)) return null;
  Deno.env.delete(HANDOVER_NAME);
  const fd = Number(word);
  // A number that somebody has only set in the environment is that of any file, or of none.
  if (libc().fcntl(fd, F_GET_SEALS, 0n) !== Number(SEALED)) return null;
  keepOverExec([fd], false);
  const letter = readLetter(readAll(fd));
  closeFd(fd);
  return letter;
}

/** Reads a letter; null when it is none to this process. */
export function readLetter(text: string): HandoverLetter | null {
  const cut = text.indexOf("\n");
  const [title, pid, format, fds = ""] = text.slice(0, Math.max(cut, 0)).split(" ");
  if (title !== TITLE || pid !== String(Deno.pid)) return null;
  const numbers = fds.split(",").filter((fd) => fd !== "").map(Number);
  return { format: Number(format), fds: numbers, body: text.slice(cut + 1) };
}

function readAll(fd: number): string {
  const decoder = new TextDecoder();
  const piece = new Uint8Array(PIECE);
  let text = "";
  for (let at = 0;;) {
    const count = readFdAt(fd, piece, at);
    if (count <= 0) return text + decoder.decode();
    text += decoder.decode(piece.subarray(0, count), { stream: true });
    at += count;
  }
}
