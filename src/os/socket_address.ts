// Addresses of sockets, between text and the bytes of the kernel.
import { showAddress } from "../base/ip_address.ts";
import { encodeText } from "./byte_text.ts";
import { AF_INET, AF_INET6, AF_UNIX } from "./socket_libc.ts";

/** Longest path of a unix socket in bytes: sun_path less its NUL. */
export const LONGEST_SOCKET_PATH = 107;

/** sockaddr_un; null: the path is too long. */
export function unixAddress(path: string): Uint8Array<ArrayBuffer> | null {
  const name = encodeText(path);
  if (name.length > LONGEST_SOCKET_PATH || name.includes(0)) return null;
  const address = new Uint8Array(2 + name.length + 1);
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(name, 2);
  return address;
}

/** sockaddr_in or sockaddr_in6 of the numbers of an address. */
export function inetAddress(numbers: readonly number[], port: number): Uint8Array<ArrayBuffer> {
  const isV4 = numbers.length === 4;
  const address = new Uint8Array(isV4 ? 16 : 28);
  const view = new DataView(address.buffer);
  view.setUint16(0, isV4 ? AF_INET : AF_INET6, true);
  view.setUint16(2, port);
  address.set(numbers, isV4 ? 4 : 8);
  return address;
}

/** Host and port of a sockaddr. */
export function readInetAddress(
  address: Uint8Array,
): { readonly host: string; readonly port: number } {
  if (address.length < 8) return { host: "unknown", port: 0 };
  const view = new DataView(address.buffer, address.byteOffset, address.length);
  const isV4 = view.getUint16(0, true) === AF_INET;
  const bytes = isV4 ? address.subarray(4, 8) : address.subarray(8, 24);
  return { host: showAddress(bytes), port: view.getUint16(2) };
}
