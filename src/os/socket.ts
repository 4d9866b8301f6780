// One accepted connection: bytes in, bytes out, and who is at the other end.
import { ERRNO } from "./errno.ts";
import { readInto } from "./libc.ts";
import { readInetAddress } from "./socket_address.ts";
import {
  acceptOn,
  closeFd,
  OPTION,
  peerCredentials,
  sendOn,
  setOption,
  shutWriting,
} from "./socket_libc.ts";

/** Who is at the other end. */
export type SocketPeer =
  | { readonly kind: "unix"; readonly uid: number; readonly pid: number }
  | { readonly kind: "inet"; readonly address: string };

/** A connection. Nothing of it waits; no child inherits it. */
export interface StreamSocket {
  readonly fd: number;
  readonly peer: SocketPeer;
}

/** What came of trying to accept. */
export type Accepted =
  | { readonly kind: "socket"; readonly socket: StreamSocket }
  /** Nobody waits any more. */
  | { readonly kind: "none" }
  /** There is no descriptor or memory for it now. */
  | { readonly kind: "full" };

/** Overflowuid: whom the kernel names when it does not tell. */
const NOBODY = 65534;

/** Takes the next connection that waits. */
export function acceptSocket(listener: number, kind: "unix" | "inet"): Accepted {
  const { fd, address } = acceptOn(listener);
  if (fd < 0) return FULL.includes(-fd) ? { kind: "full" } : { kind: "none" };
  if (kind === "unix") {
    const { uid, pid } = peerCredentials(fd) ?? { uid: NOBODY, pid: 0 };
    return { kind: "socket", socket: { fd, peer: { kind, uid, pid } } };
  }
  setOption(fd, OPTION.noDelay, true);
  // Left alone, the kernel keeps up to 4 MB for a client that does not read.
  setOption(fd, OPTION.sendBuffer, SEND_BUFFER);
  // A follower whose machine is gone would stay for ever.
  setOption(fd, OPTION.keepAlive, true);
  const peer: SocketPeer = { kind, address: readInetAddress(address).host };
  return { kind: "socket", socket: { fd, peer } };
}

/** As much as a unix socket has; the kernel doubles the number for its own needs. */
const SEND_BUFFER = 104 << 10;

/** ENFILE, EMFILE, ENOMEM, ENOBUFS. */
const FULL: readonly number[] = [23, 24, 12, 105];

/** Bytes read into the buffer; null: none now; 0: the other end has closed, or the connection is broken. */
export function receive(fd: number, buffer: Uint8Array<ArrayBuffer>): number | null {
  const count = readInto(fd, buffer);
  if (count === -ERRNO.EAGAIN || count === -ERRNO.EINTR) return null;
  return Math.max(count, 0);
}

/** Bytes taken, 0 when there is no room now; null: the connection is broken. */
export function transmit(fd: number, bytes: Uint8Array<ArrayBuffer>): number | null {
  const count = sendOn(fd, bytes);
  if (count === -ERRNO.EAGAIN || count === -ERRNO.EINTR) return 0;
  return count < 0 ? null : count;
}

export { closeFd as closeSocket, shutWriting };
