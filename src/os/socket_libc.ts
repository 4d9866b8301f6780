// The system calls of stream sockets, opened when the first socket is and never before.
import { lazyLibrary } from "./foreign.ts";
import { closeFd, orErrno } from "./libc.ts";

// Numbers of Linux, the same on x86-64 and arm64.
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const SHUT_WR = 1;

/** Level and name of a socket option. */
export const OPTION = {
  reuseAddress: [1, 2],
  peerCredentials: [1, 17],
  keepAlive: [1, 9],
  sendBuffer: [1, 7],
  noDelay: [6, 1],
  ipv6Only: [41, 26],
} as const;

type Option = readonly [number, number];

const SYMBOLS = {
  accept4: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
} as const;

const calls = lazyLibrary("libc.so.6", SYMBOLS);

/** A stream socket that never waits and that no child inherits; its descriptor, or minus errno. */
export function openSocket(family: number): number {
  return orErrno(calls().socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

/** bind(2): 0, or minus errno. */
export function bindSocket(fd: number, address: Uint8Array<ArrayBuffer>): number {
  return orErrno(calls().bind(fd, address, address.length));
}

/** listen(2): 0, or minus errno. */
export function listenOn(fd: number, backlog: number): number {
  return orErrno(calls().listen(fd, backlog));
}

/** connect(2): 0, or minus errno. */
export function connectSocket(fd: number, address: Uint8Array<ArrayBuffer>): number {
  return orErrno(calls().connect(fd, address, address.length));
}

/** The mode of the file that bind(2) is going to make; on Linux that of the socket itself, less the umask. */
export function setSocketMode(fd: number, mode: number): number {
  return orErrno(calls().fchmod(fd, mode));
}

/** The next connection that waits, and the address it comes from; minus errno when there is none. */
export function acceptOn(fd: number): { readonly fd: number; readonly address: Uint8Array } {
  const address = new Uint8Array(ADDRESS_SIZE);
  const length = new Uint32Array([address.length]);
  const got = orErrno(calls().accept4(fd, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC));
  return { fd: got, address: address.subarray(0, Math.min(length[0] ?? 0, address.length)) };
}

/** Room for any address: sockaddr_storage. */
const ADDRESS_SIZE = 128;

/** The address a socket is bound to. */
export function boundAddress(fd: number): Uint8Array {
  const address = new Uint8Array(ADDRESS_SIZE);
  const length = new Uint32Array([address.length]);
  if (calls().getsockname(fd, address, length) !== 0) return address.subarray(0, 0);
  return address.subarray(0, Math.min(length[0] ?? 0, address.length));
}

/** send(2), never waiting, never raising SIGPIPE: bytes taken, or minus errno. */
export function sendOn(fd: number, bytes: Uint8Array<ArrayBuffer>): number {
  return orErrno(calls().send(fd, bytes, BigInt(bytes.length), MSG_DONTWAIT | MSG_NOSIGNAL));
}

/** The other end sees that nothing more will come. */
export function shutWriting(fd: number): void {
  calls().shutdown(fd, SHUT_WR);
}

/** Sets an option to a number or to yes or no: whether it was taken. */
export function setOption(fd: number, [level, name]: Option, wanted: number | boolean): boolean {
  const value = new Uint8Array(new Int32Array([Number(wanted)]).buffer);
  return calls().setsockopt(fd, level, name, value, value.length) === 0;
}

/** Who is at the other end of a unix socket, as the kernel knows it (SO_PEERCRED); null where it does not tell. */
export function peerCredentials(fd: number): { readonly pid: number; readonly uid: number } | null {
  const credentials = new Uint32Array(3);
  const length = new Uint32Array([12]);
  const [level, name] = OPTION.peerCredentials;
  if (calls().getsockopt(fd, level, name, credentials, length) !== 0) return null;
  const [pid = 0, uid = 0] = credentials;
  return { pid, uid };
}

export { closeFd };
