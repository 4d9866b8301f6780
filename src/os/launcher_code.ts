// Machine code of the launcher: makes the system calls of a table one by one, and tells of the first that fails.

/** Code for one processor. The table of system calls follows it at the next multiple of 8. */
export interface LauncherCode {
  /** ELF's number of the processor. */
  readonly machine: number;
  readonly bytes: Uint8Array;
  /** Places (4 bytes each) for the table's address. */
  readonly tableAddressAt: readonly number[];
  /** Place (4 bytes) for the descriptor of the status pipe. */
  readonly statusFdAt: number;
}

function hexBytes(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

/** Instructions of arm64 are written as the words that a disassembler shows; memory has them little-endian. */
function wordBytes(text: string): Uint8Array {
  const words = hexBytes(text);
  for (let at = 0; at < words.length; at += 4) words.subarray(at, at + 4).reverse();
  return words;
}

/** Entries of the table are 8 words of 64 bits: number, six arguments, 1 when it may fail. */
export const X64: LauncherCode = {
  machine: 62,
  bytes: hexBytes([
    "bb 00000000", //         mov ebx, table
    "48 8b 03", //      next: mov rax, [rbx]
    "48 8b 7b 08", //         mov rdi, [rbx+8]
    "48 8b 73 10", //         mov rsi, [rbx+16]
    "48 8b 53 18", //         mov rdx, [rbx+24]
    "4c 8b 53 20", //         mov r10, [rbx+32]
    "4c 8b 43 28", //         mov r8, [rbx+40]
    "4c 8b 4b 30", //         mov r9, [rbx+48]
    "0f 05", //               syscall
    "48 85 c0", //            test rax, rax
    "78 06", //               js failed
    "48 83 c3 40", //   done: add rbx, 64
    "eb d8", //               jmp next
    "48 83 7b 38 00", // failed: cmp qword [rbx+56], 0
    "75 f3", //               jne done
    "f7 d8", //               neg eax
    "49 89 c4", //            mov r12, rax          the error number
    "b8 27000000", //         mov eax, 39           getpid
    "0f 05", //               syscall
    "49 c1 e4 20", //         shl r12, 32
    "4c 09 e0", //            or rax, r12
    "81 eb 00000000", //      sub ebx, table
    "c1 eb 06", //            shr ebx, 6            the index of the step
    "53", //                  push rbx
    "50", //                  push rax
    "bf 00000000", //         mov edi, status pipe
    "48 89 e6", //            mov rsi, rsp
    "ba 10000000", //         mov edx, 16
    "b8 01000000", //         mov eax, 1            write
    "0f 05", //               syscall
    "bf 7f000000", //         mov edi, 127
    "b8 e7000000", //         mov eax, 231          exit_group
    "0f 05", //               syscall
  ].join("")),
  tableAddressAt: [0x01, 0x49],
  statusFdAt: 0x53,
};

/** The same for arm64; it finds its table by itself. */
export const ARM64: LauncherCode = {
  machine: 183,
  bytes: wordBytes([
    "100003d3", //       adr x19, table
    "f9400268", // next: ldr x8, [x19]
    "a9408660", //       ldp x0, x1, [x19, #8]
    "a9418e62", //       ldp x2, x3, [x19, #24]
    "a9429664", //       ldp x4, x5, [x19, #40]
    "d4000001", //       svc #0
    "b7f80060", //       tbnz x0, #63, failed
    "91010273", // done: add x19, x19, #64
    "17fffff9", //       b next
    "f9401e69", // failed: ldr x9, [x19, #56]
    "b5ffffa9", //       cbnz x9, done
    "4b0003f4", //       neg w20, w0              the error number
    "d2801588", //       mov x8, #172             getpid
    "d4000001", //       svc #0
    "aa148000", //       orr x0, x0, x20, lsl #32
    "100001e9", //       adr x9, table
    "cb090273", //       sub x19, x19, x9
    "d346fe61", //       lsr x1, x19, #6          the index of the step
    "a9bf07e0", //       stp x0, x1, [sp, #-16]!
    "18000120", //       ldr w0, status
    "910003e1", //       mov x1, sp
    "d2800202", //       mov x2, #16
    "d2800808", //       mov x8, #64              write
    "d4000001", //       svc #0
    "d2800fe0", //       mov x0, #127
    "d2800bc8", //       mov x8, #94              exit_group
    "d4000001", //       svc #0
    "d503201f", //       nop
    "00000000", // status: .word status pipe
    "d503201f", //       nop, so that the table follows at 0x78
  ].join(" ")),
  tableAddressAt: [],
  statusFdAt: 0x70,
};
