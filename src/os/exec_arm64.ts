// The instructions of exec_machine.ts as machine code of arm64.
import type { Instruction, Operand, Operator, Relation, Width } from "./exec_machine.ts";
import { SYSTEM_CALLS } from "./exec_machine.ts";
import type { Emit, Encoder } from "./exec_image.ts";

const X0 = 0;
const X1 = 1;
/** Register of the number of a system call. */
const X8 = 8;
/** A register that nothing else uses, for addresses. */
const X16 = 16;

const OPERATORS: Readonly<Record<Operator, readonly number[]>> = {
  "+": [0x8b010000], //             add x0, x0, x1
  "-": [0xcb010000], //             sub x0, x0, x1
  "*": [0x9b017c00], //             mul x0, x0, x1
  "/": [0x9ac10c00], //             sdiv x0, x0, x1
  "%": [0x9ac10c02, 0x9b018040], // sdiv x2, x0, x1; msub x0, x2, x1, x0
  "&": [0x8a010000], //             and x0, x0, x1
  "|": [0xaa010000], //             orr x0, x0, x1
  "<<": [0x9ac12000], //            lsl x0, x0, x1
  ">>": [0x9ac12400], //            lsr x0, x0, x1
};

const CONDITIONS: Readonly<Record<Relation, number>> = {
  "==": 0,
  "!=": 1,
  ">=": 10,
  "<": 11,
  ">": 12,
  "<=": 13,
};

const READS: Readonly<Record<Width, number>> = {
  1: 0x39400020, // ldrb w0, [x1]
  4: 0xb9400020, // ldr w0, [x1]
  8: 0xf9400020, // ldr x0, [x1]
};

const WRITES: Readonly<Record<Width, number>> = {
  1: 0x39000020, // strb w0, [x1]
  4: 0xb9000020, // str w0, [x1]
  8: 0xf9000020, // str x0, [x1]
};

export const ARM64_ENCODER: Encoder = { machine: 183, encode, patch };

function encode(instruction: Instruction, emit: Emit): void {
  switch (instruction.op) {
    case "set":
      load(emit, X0, instruction.from);
      return store(emit, instruction.to.cell);
    case "compute":
      load(emit, X0, instruction.left);
      load(emit, X1, instruction.right);
      OPERATORS[instruction.by].forEach(emit.word);
      return store(emit, instruction.to.cell);
    case "read":
      load(emit, X1, instruction.at);
      emit.word(READS[instruction.width]);
      return store(emit, instruction.to.cell);
    case "write":
      load(emit, X1, instruction.at);
      load(emit, X0, instruction.from);
      return emit.word(WRITES[instruction.width]);
    case "system":
      instruction.args.forEach((argument, index) => load(emit, index, argument));
      load(emit, X8, SYSTEM_CALLS[instruction.call].arm64);
      emit.word(0xd4000001); // svc 0
      return instruction.to === null ? undefined : store(emit, instruction.to.cell);
    case "stack":
      emit.word(0x910003e0); // mov x0, sp
      return store(emit, instruction.to.cell);
    case "label":
      return emit.label(instruction.name);
    case "jump":
      return jump(emit, 0x14000000, instruction.to);
    case "branch":
      load(emit, X0, instruction.left);
      load(emit, X1, instruction.right);
      emit.word(0xeb01001f); // cmp x0, x1
      return jump(emit, 0x54000000 | CONDITIONS[instruction.is], instruction.to);
    case "call":
      emit.word(0xf81f0ffe); // str x30, [sp, -16]!
      jump(emit, 0x94000000, instruction.to); // bl
      return emit.word(0xf84107fe); // ldr x30, [sp], 16
    case "return":
      return emit.word(0xd65f03c0);
  }
}

/** An instruction whose distance is filled in by `patch`. */
function jump(emit: Emit, word: number, to: string): void {
  emit.distance(to, word);
}

/** `b.cond` has 19 bits for the distance, in words, `b` and `bl` have 26. */
function patch(code: DataView, at: number, target: number): void {
  const word = code.getUint32(at, true);
  const words = (target - at) / 4;
  const isConditional = word >>> 24 === 0x54;
  const distance = isConditional ? (words & 0x7ffff) << 5 : words & 0x3ffffff;
  code.setUint32(at, word | distance, true);
}

function load(emit: Emit, register: number, operand: Operand): void {
  if (typeof operand === "number") return loadNumber(emit, register, operand);
  loadNumber(emit, X16, operand.cell);
  emit.word(0xf9400000 | X16 << 5 | register); // ldr register, [x16]
}

function store(emit: Emit, address: number): void {
  loadNumber(emit, X16, address);
  emit.word(0xf9000000 | X16 << 5 | X0); // str x0, [x16]
}

/** 16 bits at a time; those that are zero need no instruction of their own. */
function loadNumber(emit: Emit, register: number, value: number): void {
  const bits = BigInt.asUintN(64, BigInt(value));
  emit.word(0xd2800000 | Number(bits & 0xffffn) << 5 | register); // movz
  for (let part = 1; bits >> BigInt(16 * part) !== 0n; part++) {
    const sixteen = Number(bits >> BigInt(16 * part) & 0xffffn);
    if (sixteen !== 0) emit.word(0xf2800000 | part << 21 | sixteen << 5 | register); // movk
  }
}
