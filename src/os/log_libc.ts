// The system calls that logs need and Deno has no form of: writes that tell errno, non-blocking opens, datagrams.

import { lazyLibrary } from "./foreign.ts";
import { closeFd, cString, libc, orErrno } from "./libc.ts";

export { closeFd };

/** Flags of open(2); the same on x86-64 and arm64. */
export const OPEN = {
  write: 0o1,
  readWrite: 0o2,
  create: 0o100,
  exclusive: 0o200,
  noTerminal: 0o400,
  append: 0o2000,
  nonBlocking: 0o4000,
  closeOnExec: 0o2000000,
} as const;

/** What kind of thing a descriptor is, from the mode of stat(2). */
export const FILE_TYPE = {
  mask: 0o170000,
  socket: 0o140000,
  regular: 0o100000,
  character: 0o020000,
  fifo: 0o010000,
} as const;

export interface Stat {
  /** Device and inode. */
  readonly identity: string;
  /** One of FILE_TYPE. */
  readonly type: number;
  readonly links: number;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;
const STATX_BASIC = 0x7ff;
const MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
const POLLOUT = 4;
const POLLERR = 8;
const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;

// Opening functions costs time at start: those that most runs never call wait for the first who does.
const LOOKING = {
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
} as const;
const ROTATING = {
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
} as const;
const SENDING = {
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
} as const;

const looking = lazyLibrary("libc.so.6", LOOKING);
const rotating = lazyLibrary("libc.so.6", ROTATING);
const sending = lazyLibrary("libc.so.6", SENDING);

/** Bytes for a call that only reads them, whatever kind of memory they are in. */
function readable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}

/** open(2): a descriptor, or minus errno. */
export function openFd(path: string, flags: number, mode = 0): number {
  return orErrno(libc().open(cString(path), flags | OPEN.closeOnExec, mode));
}

/** write(2): bytes taken, or minus errno. */
export function writeFd(fd: number, bytes: Uint8Array): number {
  return orErrno(libc().write(fd, readable(bytes), BigInt(bytes.length)));
}

/** send(2), never waiting, never raising SIGPIPE: bytes taken, or minus errno. */
export function sendFd(fd: number, bytes: Uint8Array): number {
  return orErrno(sending().send(fd, readable(bytes), BigInt(bytes.length), MSG_DONTWAIT_NOSIGNAL));
}

/** pread(2): bytes read, or minus errno. */
export function readFdAt(fd: number, bytes: Uint8Array, at: number): number {
  return orErrno(rotating().pread(fd, readable(bytes), BigInt(bytes.length), BigInt(at)));
}

/** ftruncate(2): whether it was done. */
export function truncateFd(fd: number, size: number): boolean {
  return rotating().ftruncate(fd, BigInt(size)) === 0;
}

/** Looks at a descriptor or, by its path, at a file; links are followed. */
export function stat(what: number | string): Stat | null {
  const view = new DataView(new ArrayBuffer(256));
  const [fd, path, flags] = typeof what === "number"
    ? [what, cString(""), AT_EMPTY_PATH] as const
    : [AT_FDCWD, cString(what), 0] as const;
  const block = new Uint8Array(view.buffer);
  if (looking().statx(fd, path, flags, STATX_BASIC, block) !== 0) return null;
  const [major, minor] = [view.getUint32(136, true), view.getUint32(140, true)];
  return {
    identity: `${major}:${minor}:${view.getBigUint64(32, true)}`,
    type: view.getUint16(28, true) & FILE_TYPE.mask,
    links: view.getUint32(16, true),
    size: Number(view.getBigUint64(40, true)),
    modified: Number(view.getBigInt64(112, true)) * 1000 +
      Math.floor(view.getUint32(120, true) / 1e6),
  };
}

/** False where nothing can be seen at a path; links are followed. */
export function isThere(path: string): boolean {
  return looking().statx(AT_FDCWD, cString(path), 0, STATX_BASIC, new Uint8Array(256)) === 0;
}

/** Whether a descriptor takes bytes now without making us wait. */
export function isWritable(fd: number): boolean {
  const view = new DataView(new ArrayBuffer(8));
  view.setInt32(0, fd, true);
  view.setInt16(4, POLLOUT, true);
  return sending().poll(new Uint8Array(view.buffer), 1n, 0) === 1;
}

/** False for a pipe or socket that nobody reads any more: whoever writes to it only learns that at the next write. */
export function hasReader(fd: number): boolean {
  const view = new DataView(new ArrayBuffer(8));
  view.setInt32(0, fd, true);
  const isTold = sending().poll(new Uint8Array(view.buffer), 1n, 0) === 1;
  return !isTold || (view.getInt16(6, true) & POLLERR) === 0;
}

/** A datagram socket connected to the Unix socket at `path`, or minus errno. */
export function connectDatagram(path: string): number {
  const fd = orErrno(sending().socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0));
  if (fd < 0) return fd;
  const name = cString(path);
  const address = new Uint8Array(2 + name.length);
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(name, 2);
  const failed = orErrno(sending().connect(fd, address, address.length));
  if (failed === 0) return fd;
  closeFd(fd);
  return failed;
}
