// How the init of `runner exec` speaks: pieces put together in memory, written by one call so that lines stay whole.
import { signalName } from "../base/signals.ts";
import { EXEC_EVENTS, type ExecEvent } from "../core/exec_messages.ts";
import { LAST_SIGNAL } from "../core/exec_request.ts";
import { encodeText } from "./byte_text.ts";
import { ERRNO } from "./errno.ts";
import { CONFIG_BASE, CONFIG_WORDS, PIECE, SAID_NUMBERS } from "./exec_config.ts";
import type { Cell, Program } from "./exec_machine.ts";
import type { InitCells } from "./exec_parts.ts";

/** Texts of errors a command can fail with, as the C library has them. */
const ERROR_TEXTS: readonly (readonly [number, string])[] = [
  [ERRNO.EPERM, "Operation not permitted"],
  [ERRNO.ENOENT, "No such file or directory"],
  [5, "Input/output error"],
  [7, "Argument list too long"],
  [8, "Exec format error"],
  [ERRNO.EAGAIN, "Resource temporarily unavailable"],
  [12, "Cannot allocate memory"],
  [ERRNO.EACCES, "Permission denied"],
  [20, "Not a directory"],
  [21, "Is a directory"],
  [ERRNO.EINVAL, "Invalid argument"],
  [26, "Text file busy"],
  [36, "File name too long"],
  [40, "Too many levels of symbolic links"],
  [80, "Accessing a corrupted shared library"],
];

const NAME_SIZE = 16;
const BUFFER_SIZE = 4096;

interface Registers {
  /** The next piece of the message. */
  readonly piece: Cell;
  readonly fd: Cell;
  readonly from: Cell;
  readonly size: Cell;
  readonly end: Cell;
  readonly byte: Cell;
  readonly number: Cell;
  readonly digits: Cell;
}

/** What says things, and what must be called once, behind everything else, to write its subroutines. */
export function speaker(
  p: Program,
  cells: InitCells,
): { readonly say: (event: ExecEvent) => void; readonly writeSubroutines: () => void } {
  const registers: Registers = {
    piece: p.cell(),
    fd: p.cell(),
    from: p.cell(),
    size: p.cell(),
    end: p.cell(),
    byte: p.cell(),
    number: p.cell(),
    digits: p.cell(),
  };
  return {
    say: (event) => {
      const index = CONFIG_WORDS.length + EXEC_EVENTS.indexOf(event);
      p.set(registers.piece, { cell: CONFIG_BASE + 8 * index });
      p.unless([registers.piece, "==", 0], () => p.call("say"));
    },
    writeSubroutines: () => {
      writeSay(p, { registers, cells });
      writeAppend(p, registers);
      writeAppendName(p, registers);
      writeAppendNumber(p, registers);
      writeAppendError(p, { registers, error: cells.error });
    },
  };
}

function writeSay(
  p: Program,
  { registers, cells }: { readonly registers: Registers; readonly cells: InitCells },
): void {
  const { piece, fd, from, size, end, byte, number } = registers;
  const buffer = p.zeroes(BUFFER_SIZE);
  const next = (to: Cell) => {
    p.read(to, { at: piece, width: 8 });
    p.compute(piece, [piece, "+", 8]);
  };
  p.label("say");
  next(fd);
  p.set(end, buffer);
  p.label("say piece");
  next(byte);
  p.unless([byte, "!=", PIECE.end], () => {
    p.compute(size, [end, "-", buffer]);
    p.system(null, "write", fd, buffer, size);
    p.return();
  });
  next(from);
  next(size);
  p.unless([byte, "!=", PIECE.text], () => p.call("append"));
  p.unless([byte, "!=", PIECE.signalName], () => {
    const names = p.bytes(nameTable());
    p.compute(from, [cells.signal, "*", NAME_SIZE]);
    p.compute(from, [from, "+", names]);
    p.call("append name");
  });
  p.unless([byte, "!=", PIECE.error], () => p.call("append error"));
  p.branch([byte, "!=", PIECE.number], "say piece");
  SAID_NUMBERS.forEach((name, index) => {
    p.unless([from, "!=", index], () => p.set(number, cells[name]));
  });
  p.call("append number");
  p.jump("say piece");
}

/** Names of signals by number, each in its own 16 bytes, with zeroes behind it. */
function nameTable(): Uint8Array {
  const table = new Uint8Array((LAST_SIGNAL + 1) * NAME_SIZE);
  for (let signal = 1; signal <= LAST_SIGNAL; signal++) {
    table.set(encodeText(signalName(signal)).subarray(0, NAME_SIZE - 1), signal * NAME_SIZE);
  }
  return table;
}

/** `size` bytes at `from`. */
function writeAppend(p: Program, { from, size, end, digits }: Registers): void {
  p.label("append");
  p.unless([size, "<=", 0], () => {
    p.read(digits, { at: from, width: 1 });
    p.write(digits, { at: end, width: 1 });
    p.compute(end, [end, "+", 1]);
    p.compute(from, [from, "+", 1]);
    p.compute(size, [size, "-", 1]);
    p.jump("append");
  });
  p.return();
}

/** The bytes at `from` up to a zero. */
function writeAppendName(p: Program, { from, end, digits }: Registers): void {
  p.label("append name");
  p.read(digits, { at: from, width: 1 });
  p.unless([digits, "==", 0], () => {
    p.write(digits, { at: end, width: 1 });
    p.compute(end, [end, "+", 1]);
    p.compute(from, [from, "+", 1]);
    p.jump("append name");
  });
  p.return();
}

/** `number`, which is not negative, in decimal. */
function writeAppendNumber(p: Program, { end, size, number, digits }: Registers): void {
  p.label("append number");
  p.set(digits, 1);
  p.label("next power");
  p.compute(size, [number, "/", digits]);
  p.unless([size, "<", 10], () => {
    p.compute(digits, [digits, "*", 10]);
    p.jump("next power");
  });
  p.label("next digit");
  p.compute(size, [number, "/", digits]);
  p.compute(size, [size, "%", 10]);
  p.compute(size, [size, "+", 0x30]);
  p.write(size, { at: end, width: 1 });
  p.compute(end, [end, "+", 1]);
  p.compute(digits, [digits, "/", 10]);
  p.branch([digits, "!=", 0], "next digit");
  p.return();
}

/** The text of `error`, or its number. */
function writeAppendError(
  p: Program,
  { registers, error }: { readonly registers: Registers; readonly error: Cell },
): void {
  const { from, size, number } = registers;
  const constant = (text: string) => {
    p.set(from, p.bytes(encodeText(text)));
    p.set(size, text.length);
  };
  p.label("append error");
  for (const [errno, text] of ERROR_TEXTS) {
    p.unless([error, "!=", errno], () => {
      constant(text);
      p.jump("append");
    });
  }
  constant("error ");
  p.call("append");
  p.set(number, error);
  p.jump("append number");
}
