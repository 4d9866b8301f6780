// The system calls of a socket that programs send datagrams to.
import { lazyLibrary } from "./foreign.ts";
import { orErrno } from "./libc.ts";
import { AF_UNIX, setOption } from "./socket_libc.ts";

const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000;
const SO_PASSCRED = [1, 16] as const;
const MSG_DONTWAIT = 0x40;
const MSG_CMSG_CLOEXEC = 0x40000000;
const MSG_TRUNC = 0x20;
const SCM_CREDENTIALS = 2;

/** As systemd has it: PIPE_BUF. */
export const LONGEST_DATAGRAM = 4096;
/**
 * struct cmsghdr and struct ucred, and not a byte more: descriptors that somebody sends along come after the
 * credentials, find no room, and are closed by the kernel. That is also what `systemd-notify` waits for (BARRIER=1).
 */
const CONTROL_SIZE = 32;
/** struct msghdr and struct iovec on 64 bits. */
const HEADER_SIZE = 56;
const HEADER = { vector: 16, vectors: 24, control: 32, controlLength: 40, flags: 48 } as const;

const SYMBOLS = {
  recvmsg: { parameters: ["i32", "buffer", "i32"], result: "isize" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
} as const;

const calls = lazyLibrary("libc.so.6", SYMBOLS);

/** A datagram socket that never waits and tells who sends; its descriptor, or minus errno. */
export function openDatagrams(): number {
  const fd = orErrno(calls().socket(AF_UNIX, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0));
  if (fd >= 0) setOption(fd, SO_PASSCRED, true);
  return fd;
}

export interface Datagram {
  readonly bytes: Uint8Array;
  /** Null: the kernel does not tell. */
  readonly uid: number | null;
  /** It was longer than it may be. */
  readonly isCut: boolean;
}

/** Takes datagrams, one after the other, into buffers of its own. */
export class DatagramReader {
  readonly #bytes = new Uint8Array(LONGEST_DATAGRAM);
  readonly #control = new Uint8Array(CONTROL_SIZE);
  readonly #vector = new BigUint64Array(2);
  readonly #header = new Uint8Array(HEADER_SIZE);
  readonly #view = new DataView(this.#header.buffer);

  /** The next one that waits, valid until the next call; null: there is none. */
  take(fd: number): Datagram | null {
    this.#prepare();
    const flags = MSG_DONTWAIT | MSG_CMSG_CLOEXEC;
    const count = Number(calls().recvmsg(fd, this.#header, flags));
    if (count < 0) return null;
    const isCut = (this.#view.getInt32(HEADER.flags, true) & MSG_TRUNC) !== 0;
    return { bytes: this.#bytes.subarray(0, count), uid: this.#sender(), isCut };
  }

  /** The kernel writes into the header what it has filled in: everything is set anew. */
  #prepare(): void {
    this.#vector[0] = address(this.#bytes);
    this.#vector[1] = BigInt(LONGEST_DATAGRAM);
    this.#header.fill(0);
    this.#control.fill(0);
    this.#view.setBigUint64(HEADER.vector, address(this.#vector), true);
    this.#view.setBigUint64(HEADER.vectors, 1n, true);
    this.#view.setBigUint64(HEADER.control, address(this.#control), true);
    this.#view.setBigUint64(HEADER.controlLength, BigInt(CONTROL_SIZE), true);
  }

  #sender(): number | null {
    const view = new DataView(this.#control.buffer);
    const isThere = view.getBigUint64(0, true) >= 28n && view.getInt32(8, true) === 1 &&
      view.getInt32(12, true) === SCM_CREDENTIALS;
    return isThere ? view.getUint32(20, true) : null;
  }
}

function address(buffer: Uint8Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>): bigint {
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(buffer));
}
