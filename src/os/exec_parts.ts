// What the parts of the init of `runner exec` share: what it is told, its words of memory, and how it speaks.
import type { ExecEvent } from "../core/exec_messages.ts";
import { CONFIG_BASE, CONFIG_WORDS, type ConfigWord } from "./exec_config.ts";
import type { Cell, Program } from "./exec_machine.ts";

export interface InitCells {
  /** Addresses of the command's argv, and of the environment. */
  readonly argv: Cell;
  readonly envp: Cell;
  readonly self: Cell;
  /** Our process group. */
  readonly group: Cell;
  readonly child: Cell;
  /** What kill(2) is told: the child, or its group. */
  readonly target: Cell;
  /** 1 when the child's group has our terminal. */
  readonly hasTerminal: Cell;
  readonly signal: Cell;
  readonly pid: Cell;
  readonly status: Cell;
  readonly code: Cell;
  /** 1 when the child has ended. */
  readonly hasEnded: Cell;
  /** Error number of what has failed, or the result that says so. */
  readonly error: Cell;
  /** Nanoseconds at which everything is killed; 0: never. */
  readonly deadline: Cell;
  readonly scratch: Cell;
}

export interface InitParts {
  readonly p: Program;
  readonly cells: InitCells;
  /** What it has been told. */
  readonly told: (word: ConfigWord) => Cell;
  /** Writes the instructions that say what has happened. */
  readonly say: (event: ExecEvent) => void;
}

/** Cells for one program. */
export function initCells(p: Program): InitCells {
  return {
    argv: p.cell(),
    envp: p.cell(),
    self: p.cell(),
    group: p.cell(),
    child: p.cell(),
    target: p.cell(),
    hasTerminal: p.cell(),
    signal: p.cell(),
    pid: p.cell(),
    status: p.cell(),
    code: p.cell(),
    hasEnded: p.cell(),
    error: p.cell(),
    deadline: p.cell(),
    scratch: p.cell(),
  };
}

/** The word that holds it. */
export function configCell(word: ConfigWord): Cell {
  return { cell: CONFIG_BASE + 8 * CONFIG_WORDS.indexOf(word) };
}

export const SIG_SETMASK = 2;
export const SIGNAL_SET_SIZE = 8;
/** struct sigaction of the kernel, on both processors no larger. */
export const SIGACTION_SIZE = 32;

/** Requests of ioctl(2) about terminals. */
export const TERMINAL = {
  getGroup: 0x540f,
  setGroup: 0x5410,
  giveUp: 0x5422,
  take: 0x540e,
} as const;
