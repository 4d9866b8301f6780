// A machine with words of memory and few instructions: what the init of `runner exec` is written in.
import { CONFIG_BASE, LARGEST_CONFIG } from "./exec_config.ts";

/** A word of 64 bits at a fixed address. */
export interface Cell {
  readonly cell: number;
}

/** The value of a cell, or a number: addresses are numbers. */
export type Operand = Cell | number;

/** How two numbers with signs compare. */
export type Relation = "==" | "!=" | "<" | ">=" | "<=" | ">";

export type Operator = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "<<" | ">>";

/** Bytes of a number in memory; shorter ones have no sign. */
export type Width = 1 | 4 | 8;

export type Instruction =
  | { readonly op: "set"; readonly to: Cell; readonly from: Operand }
  | {
    readonly op: "compute";
    readonly to: Cell;
    readonly by: Operator;
    readonly left: Operand;
    readonly right: Operand;
  }
  | { readonly op: "read"; readonly to: Cell; readonly at: Operand; readonly width: Width }
  | { readonly op: "write"; readonly at: Operand; readonly from: Operand; readonly width: Width }
  | {
    readonly op: "system";
    readonly to: Cell | null;
    readonly call: SystemCall;
    readonly args: readonly Operand[];
  }
  | { readonly op: "label"; readonly name: string }
  | { readonly op: "jump"; readonly to: string }
  | {
    readonly op: "branch";
    readonly left: Operand;
    readonly is: Relation;
    readonly right: Operand;
    readonly to: string;
  }
  | { readonly op: "call"; readonly to: string }
  | { readonly op: "return" }
  /** The stack pointer; at the first instruction it points to argc. */
  | { readonly op: "stack"; readonly to: Cell };

/** Numbers of the system calls by processor. */
export const SYSTEM_CALLS = {
  chdir: { x64: 80, arm64: 49 },
  clock_gettime: { x64: 228, arm64: 113 },
  clone: { x64: 56, arm64: 220 },
  close: { x64: 3, arm64: 57 },
  execve: { x64: 59, arm64: 221 },
  exit_group: { x64: 231, arm64: 94 },
  getpgid: { x64: 121, arm64: 155 },
  getpid: { x64: 39, arm64: 172 },
  getsid: { x64: 124, arm64: 156 },
  ioctl: { x64: 16, arm64: 29 },
  kill: { x64: 62, arm64: 129 },
  openat: { x64: 257, arm64: 56 },
  prctl: { x64: 157, arm64: 167 },
  read: { x64: 0, arm64: 63 },
  rt_sigaction: { x64: 13, arm64: 134 },
  rt_sigprocmask: { x64: 14, arm64: 135 },
  rt_sigtimedwait: { x64: 128, arm64: 137 },
  setgroups: { x64: 116, arm64: 159 },
  setpgid: { x64: 109, arm64: 154 },
  setresgid: { x64: 119, arm64: 149 },
  setresuid: { x64: 117, arm64: 147 },
  setsid: { x64: 112, arm64: 157 },
  wait4: { x64: 61, arm64: 260 },
  write: { x64: 1, arm64: 64 },
} as const;

export type SystemCall = keyof typeof SYSTEM_CALLS;

/** Where memory begins that is zero at first, behind anything a configuration may be. */
const ZERO_BASE = CONFIG_BASE + LARGEST_CONFIG;

/** Where the file begins in memory, headers first; below 2 GiB, so that 32 bits hold every address. */
export const DATA_BASE = 0x400000;
/** Where the data begins in the file: after the ELF header and four program headers. */
export const DATA_START = 64 + 4 * 56;

/** A program as it is written down. */
export class Program {
  readonly instructions: Instruction[] = [];
  readonly #pieces: Uint8Array[] = [];
  #dataEnd = DATA_START;
  #zeroEnd = ZERO_BASE;
  #labels = 0;

  /** A word that is zero at first. */
  cell(): Cell {
    return { cell: this.zeroes(8) };
  }

  /** Address of memory that is zero at first, a multiple of 8. */
  zeroes(size: number): number {
    const address = this.#zeroEnd;
    this.#zeroEnd += align8(size);
    return address;
  }

  /** Address of bytes, a multiple of 8; at least one zero follows them. */
  bytes(bytes: Uint8Array): number {
    const piece = new Uint8Array(align8(bytes.length + 1));
    piece.set(bytes);
    const address = DATA_BASE + this.#dataEnd;
    this.#pieces.push(piece);
    this.#dataEnd += piece.length;
    return address;
  }

  /** A name for a place in the program that is used once. */
  fresh(): string {
    return `#${this.#labels++}`;
  }

  set(to: Cell, from: Operand): void {
    this.instructions.push({ op: "set", to, from });
  }

  /** `to = left by right`. */
  compute(to: Cell, [left, by, right]: readonly [Operand, Operator, Operand]): void {
    this.instructions.push({ op: "compute", to, by, left, right });
  }

  read(to: Cell, { at, width }: { readonly at: Operand; readonly width: Width }): void {
    this.instructions.push({ op: "read", to, at, width });
  }

  write(from: Operand, { at, width }: { readonly at: Operand; readonly width: Width }): void {
    this.instructions.push({ op: "write", at, from, width });
  }

  /** A system call: its result, or the negative error number, goes to `to`. */
  system(to: Cell | null, call: SystemCall, ...args: readonly Operand[]): void {
    this.instructions.push({ op: "system", to, call, args });
  }

  label(name: string): void {
    this.instructions.push({ op: "label", name });
  }

  jump(to: string): void {
    this.instructions.push({ op: "jump", to });
  }

  /** Goes on at a label when the condition holds. */
  branch([left, is, right]: readonly [Operand, Relation, Operand], to: string): void {
    this.instructions.push({ op: "branch", left, is, right, to });
  }

  /** Does what is written by `body` only when the condition does not hold. */
  unless([left, is, right]: readonly [Operand, Relation, Operand], body: () => void): void {
    const end = this.fresh();
    this.branch([left, is, right], end);
    body();
    this.label(end);
  }

  call(to: string): void {
    this.instructions.push({ op: "call", to });
  }

  return(): void {
    this.instructions.push({ op: "return" });
  }

  stack(to: Cell): void {
    this.instructions.push({ op: "stack", to });
  }

  /** Where the memory that is zero at first ends. */
  get zeroEnd(): number {
    return this.#zeroEnd;
  }

  /** The data from DATA_START on. */
  data(): Uint8Array {
    const data = new Uint8Array(this.#dataEnd - DATA_START);
    let at = 0;
    for (const piece of this.#pieces) {
      data.set(piece, at);
      at += piece.length;
    }
    return data;
  }
}

function align8(size: number): number {
  return (size + 7) & ~7;
}
