// Builds the tiny ELF program that a child is for its first instant: system calls with everything they point to.
import { encodeText } from "./byte_text.ts";
import type { LauncherCode } from "./launcher_code.ts";

/** A number, or what a pointer shall point to: a C string, bytes, or a NULL-terminated array of C strings. */
export type StepArgument = number | string | Uint8Array | readonly string[];

/** One system call. */
export interface Step {
  readonly call: number;
  readonly args: readonly StepArgument[];
  /** What could not be done when it fails; null: it may fail. */
  readonly fault: string | null;
}

/** Where the kernel puts the image; any free address will do. Below 2 GiB, so that 32 bits hold it. */
const BASE = 0x400000;
const ELF_HEADER = 64;
const PROGRAM_HEADER = 56;
const CODE_AT = ELF_HEADER + 2 * PROGRAM_HEADER;
const STEP_SIZE = 64;
/** The largest page arm64 has: the image is one segment that starts at a page of any size. */
const PAGE = 0x10000;

function align8(size: number): number {
  return (size + 7) & ~7;
}

/** What the pointers point to, appended piece by piece; each piece starts at a multiple of 8. */
class Pieces {
  readonly #placed: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  #end: number;

  constructor(start: number) {
    this.#end = start;
  }

  get end(): number {
    return this.#end;
  }

  /** Address of the piece. */
  put(piece: Uint8Array, terminator: number): number {
    const address = BASE + this.#end;
    this.#placed.push({ at: this.#end, bytes: piece });
    this.#end += align8(piece.length + terminator);
    return address;
  }

  putStrings(texts: readonly string[]): number {
    const pointers = new BigUint64Array(texts.length + 1);
    texts.forEach((text, index) => pointers[index] = BigInt(this.put(encodeText(text), 1)));
    return this.put(new Uint8Array(pointers.buffer), 0);
  }

  copyTo(image: Uint8Array): void {
    for (const { at, bytes } of this.#placed) image.set(bytes, at);
  }
}

function valueOf(argument: StepArgument, pieces: Pieces): bigint {
  if (typeof argument === "number") return BigInt(argument);
  if (typeof argument === "string") return BigInt(pieces.put(encodeText(argument), 1));
  if (argument instanceof Uint8Array) return BigInt(pieces.put(argument, 0));
  return BigInt(pieces.putStrings(argument));
}

/** The ELF file: headers, code, table, data. A failing step is told on descriptor `statusFd`. */
export function launcherImage(
  steps: readonly Step[],
  options: { readonly code: LauncherCode; readonly statusFd: number },
): Uint8Array<ArrayBuffer> {
  const { code, statusFd } = options;
  const tableAt = align8(CODE_AT + code.bytes.length);
  const pieces = new Pieces(tableAt + steps.length * STEP_SIZE);
  const table = new BigInt64Array(steps.length * 8);
  steps.forEach((step, index) => {
    table[index * 8] = BigInt(step.call);
    step.args.forEach((argument, place) => {
      table[index * 8 + 1 + place] = valueOf(argument, pieces);
    });
    table[index * 8 + 7] = step.fault === null ? 1n : 0n;
  });

  const image = new Uint8Array(pieces.end);
  const view = new DataView(image.buffer);
  writeHeaders(view, code.machine);
  image.set(code.bytes, CODE_AT);
  for (const at of code.tableAddressAt) view.setUint32(CODE_AT + at, BASE + tableAt, true);
  view.setUint32(CODE_AT + code.statusFdAt, statusFd, true);
  image.set(new Uint8Array(table.buffer), tableAt);
  pieces.copyTo(image);
  return image;
}

function writeHeaders(view: DataView, machine: number): void {
  const size = BigInt(view.byteLength);
  const base = BigInt(BASE);
  const bytes = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]; // 64 bits, little-endian, version 1
  bytes.forEach((byte, at) => view.setUint8(at, byte));
  view.setUint16(16, 2, true); // a program at a fixed address
  view.setUint16(18, machine, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, base + BigInt(CODE_AT), true); // entry
  view.setBigUint64(32, BigInt(ELF_HEADER), true); // program headers
  view.setUint16(52, ELF_HEADER, true);
  view.setUint16(54, PROGRAM_HEADER, true);
  view.setUint16(56, 2, true);
  const load = ELF_HEADER;
  view.setUint32(load, 1, true); // to be loaded
  view.setUint32(load + 4, 5, true); // readable and executable
  view.setBigUint64(load + 16, base, true);
  view.setBigUint64(load + 24, base, true);
  view.setBigUint64(load + 32, size, true);
  view.setBigUint64(load + 40, size, true);
  view.setBigUint64(load + 48, BigInt(PAGE), true);
  const stack = ELF_HEADER + PROGRAM_HEADER;
  view.setUint32(stack, 0x6474e551, true); // GNU_STACK: no code on the stack
  view.setUint32(stack + 4, 6, true);
}
