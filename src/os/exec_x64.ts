// The instructions of exec_machine.ts as machine code of x64.
import type { Instruction, Operand, Operator, Relation, Width } from "./exec_machine.ts";
import { SYSTEM_CALLS } from "./exec_machine.ts";
import type { Emit, Encoder } from "./exec_image.ts";

const RAX = 0;
const RCX = 1;
/** Registers of the arguments of a system call: rdi, rsi, rdx, r10, r8, r9. */
const ARGUMENTS = [7, 6, 2, 10, 8, 9];

const OPERATORS: Readonly<Record<Operator, readonly number[]>> = {
  "+": [0x48, 0x01, 0xc8], //                            add rax, rcx
  "-": [0x48, 0x29, 0xc8], //                            sub rax, rcx
  "*": [0x48, 0x0f, 0xaf, 0xc1], //                      imul rax, rcx
  "/": [0x48, 0x99, 0x48, 0xf7, 0xf9], //                cqo; idiv rcx
  "%": [0x48, 0x99, 0x48, 0xf7, 0xf9, 0x48, 0x89, 0xd0], // cqo; idiv rcx; mov rax, rdx
  "&": [0x48, 0x21, 0xc8], //                            and rax, rcx
  "|": [0x48, 0x09, 0xc8], //                            or rax, rcx
  "<<": [0x48, 0xd3, 0xe0], //                           shl rax, cl
  ">>": [0x48, 0xd3, 0xe8], //                           shr rax, cl
};

/** Second byte of the jump that is taken. */
const JUMPS: Readonly<Record<Relation, number>> = {
  "==": 0x84,
  "!=": 0x85,
  "<": 0x8c,
  ">=": 0x8d,
  "<=": 0x8e,
  ">": 0x8f,
};

const READS: Readonly<Record<Width, readonly number[]>> = {
  1: [0x48, 0x0f, 0xb6, 0x01], // movzx rax, byte [rcx]
  4: [0x8b, 0x01], //             mov eax, [rcx]
  8: [0x48, 0x8b, 0x01], //       mov rax, [rcx]
};

const WRITES: Readonly<Record<Width, readonly number[]>> = {
  1: [0x88, 0x01], //       mov [rcx], al
  4: [0x89, 0x01], //       mov [rcx], eax
  8: [0x48, 0x89, 0x01], // mov [rcx], rax
};

export const X64_ENCODER: Encoder = {
  machine: 62,
  encode,
  patch: (code, at, target) => code.setInt32(at, target - (at + 4), true),
};

function encode(instruction: Instruction, emit: Emit): void {
  switch (instruction.op) {
    case "set":
      load(emit, RAX, instruction.from);
      return store(emit, instruction.to.cell);
    case "compute":
      load(emit, RAX, instruction.left);
      load(emit, RCX, instruction.right);
      emit.bytes(OPERATORS[instruction.by]);
      return store(emit, instruction.to.cell);
    case "read":
      load(emit, RCX, instruction.at);
      emit.bytes(READS[instruction.width]);
      return store(emit, instruction.to.cell);
    case "write":
      load(emit, RCX, instruction.at);
      load(emit, RAX, instruction.from);
      return emit.bytes(WRITES[instruction.width]);
    case "system":
      instruction.args.forEach((argument, index) => load(emit, ARGUMENTS[index] ?? 0, argument));
      load(emit, RAX, SYSTEM_CALLS[instruction.call].x64);
      emit.bytes([0x0f, 0x05]); // syscall
      return instruction.to === null ? undefined : store(emit, instruction.to.cell);
    case "stack":
      emit.bytes([0x48, 0x89, 0xe0]); // mov rax, rsp
      return store(emit, instruction.to.cell);
    case "label":
      return emit.label(instruction.name);
    case "jump":
      emit.bytes([0xe9]);
      return emit.distance(instruction.to);
    case "branch":
      load(emit, RAX, instruction.left);
      load(emit, RCX, instruction.right);
      emit.bytes([0x48, 0x39, 0xc8, 0x0f, JUMPS[instruction.is]]); // cmp rax, rcx; jcc
      return emit.distance(instruction.to);
    case "call":
      emit.bytes([0xe8]);
      return emit.distance(instruction.to);
    case "return":
      return emit.bytes([0xc3]);
  }
}

function load(emit: Emit, register: number, operand: Operand): void {
  const low = register & 7;
  const high = register >> 3;
  if (typeof operand !== "number") {
    emit.bytes([0x48 | high << 2, 0x8b, low << 3 | 4, 0x25]); // mov register, [32 bits]
    emit.word(operand.cell);
  } else if (operand === (operand | 0)) {
    emit.bytes([0x48 | high, 0xc7, 0xc0 | low]); // mov register, 32 bits with sign
    emit.word(operand);
  } else {
    emit.bytes([0x48 | high, 0xb8 | low]); // mov register, 64 bits
    emit.word(operand % 2 ** 32);
    emit.word(Math.floor(operand / 2 ** 32));
  }
}

function store(emit: Emit, address: number): void {
  emit.bytes([0x48, 0x89, 0x04, 0x25]); // mov [32 bits], rax
  emit.word(address);
}
