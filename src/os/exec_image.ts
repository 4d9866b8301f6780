// Builds the ELF file of a program that is written in the instructions of exec_machine.ts.
import { CONFIG_AT, CONFIG_BASE } from "./exec_config.ts";
import { DATA_BASE, DATA_START, type Instruction, type Program } from "./exec_machine.ts";

/** Where an encoder puts what it makes. */
export interface Emit {
  readonly bytes: (bytes: readonly number[]) => void;
  /** 32 bits. */
  readonly word: (word: number) => void;
  readonly label: (name: string) => void;
  /** 32 bits that the distance to a label will be put into. */
  readonly distance: (to: string, word?: number) => void;
}

/** Machine code for one processor. */
export interface Encoder {
  /** ELF's number of the processor. */
  readonly machine: number;
  readonly encode: (instruction: Instruction, emit: Emit) => void;
  /** Puts the distance to `target` into the 32 bits at `at`. */
  readonly patch: (code: DataView, at: number, target: number) => void;
}

/** Far enough behind the data. */
const CODE_BASE = 0x10000000;
const ELF_HEADER = 64;
const PROGRAM_HEADER = 56;
/** The largest page arm64 has. */
const PAGE = 0x10000;
const LOAD = 1;
const GNU_STACK = 0x6474e551;
const READ = 4;
const WRITE = 2;
const EXECUTE = 1;

/**
 * The ELF file up to CONFIG_AT, where what the program is told has to follow, and zeroes in memory behind that. Data
 * cannot be run, and code cannot be written to.
 */
export function execImage(program: Program, encoder: Encoder): Uint8Array<ArrayBuffer> {
  const code = machineCode(program.instructions, encoder);
  const data = program.data();
  const codeAt = DATA_START + data.length;
  const image = new Uint8Array(codeAt + code.length);
  if (image.length > CONFIG_AT) throw new Error("Cannot make a program that is so long");
  image.set(data, DATA_START);
  image.set(code, codeAt);
  const view = new DataView(image.buffer);
  // An address and its place in the file must be the same within a page.
  const codeAddress = CODE_BASE + codeAt % PAGE;
  writeElfHeader(view, { machine: encoder.machine, entry: codeAddress });
  const readWrite = READ | WRITE;
  const size = program.zeroEnd - CONFIG_BASE;
  const segments: readonly Segment[] = [
    { type: LOAD, flags: readWrite, address: DATA_BASE, at: 0, size: codeAt },
    { type: LOAD, flags: READ | EXECUTE, address: codeAddress, at: codeAt, size: code.length },
    { type: LOAD, flags: readWrite, address: CONFIG_BASE, at: CONFIG_AT, size, file: 0 },
    { type: GNU_STACK, flags: readWrite, address: 0, at: 0, size: 0 },
  ];
  segments.forEach((segment, index) => writeSegment(view, index, segment));
  return image;
}

/** Code that runs at any address. */
function machineCode(instructions: readonly Instruction[], encoder: Encoder): Uint8Array {
  let view = new DataView(new ArrayBuffer(1 << 16));
  let end = 0;
  const labels = new Map<string, number>();
  const distances: { readonly at: number; readonly to: string }[] = [];
  const word = (value: number) => {
    view.setUint32(end, value, true);
    end += 4;
  };
  const emit: Emit = {
    bytes: (bytes) => {
      for (const byte of bytes) view.setUint8(end++, byte);
    },
    word,
    label: (name) => labels.set(name, end),
    distance: (to, value = 0) => {
      distances.push({ at: end, to });
      word(value);
    },
  };
  for (const instruction of instructions) {
    // No instruction takes as much.
    if (end + 256 > view.byteLength) view = twice(view);
    encoder.encode(instruction, emit);
  }
  for (const { at, to } of distances) {
    const target = labels.get(to);
    if (target === undefined) throw new Error(`Cannot jump to ${to}: there is no such label`);
    encoder.patch(view, at, target);
  }
  return new Uint8Array(view.buffer, 0, end);
}

function twice(view: DataView): DataView<ArrayBuffer> {
  const larger = new Uint8Array(view.byteLength * 2);
  larger.set(new Uint8Array(view.buffer));
  return new DataView(larger.buffer);
}

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly at: number;
  readonly size: number;
  /** How much of it is in the file; all when it is not said. */
  readonly file?: number;
}

function writeElfHeader(view: DataView, { machine, entry }: { machine: number; entry: number }) {
  [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1].forEach((byte, at) => view.setUint8(at, byte));
  view.setUint16(16, 2, true); // a program at a fixed address
  view.setUint16(18, machine, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, BigInt(entry), true);
  view.setBigUint64(32, BigInt(ELF_HEADER), true);
  view.setUint16(52, ELF_HEADER, true);
  view.setUint16(54, PROGRAM_HEADER, true);
  view.setUint16(56, 4, true);
}

function writeSegment(view: DataView, index: number, segment: Segment): void {
  const header = ELF_HEADER + index * PROGRAM_HEADER;
  view.setUint32(header, segment.type, true);
  view.setUint32(header + 4, segment.flags, true);
  view.setBigUint64(header + 8, BigInt(segment.at), true);
  view.setBigUint64(header + 16, BigInt(segment.address), true);
  view.setBigUint64(header + 24, BigInt(segment.address), true);
  view.setBigUint64(header + 32, BigInt(segment.file ?? segment.size), true);
  view.setBigUint64(header + 40, BigInt(segment.size), true);
  view.setBigUint64(header + 48, BigInt(PAGE), true);
}
