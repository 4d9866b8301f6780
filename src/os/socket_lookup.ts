// The address behind a host name. Asked at start only, and only for a name.
import { lazyLibrary } from "./foreign.ts";
import { cString } from "./libc.ts";
import { AF_INET, AF_INET6 } from "./socket_libc.ts";

const SYMBOLS = {
  getaddrinfo: { parameters: ["buffer", "pointer", "buffer", "buffer"], result: "i32" },
  freeaddrinfo: { parameters: ["pointer"], result: "void" },
} as const;

/** Offsets in struct addrinfo, the same on x86-64 and arm64. */
const FAMILY_AT = 4;
const SOCKTYPE_AT = 8;
const ADDRESS_AT = 24;
const NEXT_AT = 40;
const SIZE = 48;
const SOCK_STREAM = 1;

const calls = lazyLibrary("libc.so.6", SYMBOLS);

/** The numbers of a host's first address, IPv4 before IPv6 as supervisord has it; null when there is none. */
export function lookUpHost(name: string): readonly number[] | null {
  const { getaddrinfo, freeaddrinfo } = calls();
  const hints = new Uint8Array(SIZE);
  new DataView(hints.buffer).setInt32(SOCKTYPE_AT, SOCK_STREAM, true);
  const place = new BigUint64Array(1);
  if (getaddrinfo(cString(name), null, hints, place) !== 0) return null;
  const first = Deno.UnsafePointer.create(place[0] ?? 0n);
  const found = [...entries(first)];
  freeaddrinfo(first);
  return found.find(({ length }) => length === 4) ?? found[0] ?? null;
}

function* entries(first: Deno.PointerValue): Iterable<readonly number[]> {
  for (let entry = first; entry !== null;) {
    const view = new Deno.UnsafePointerView(entry);
    const family = view.getInt32(FAMILY_AT);
    const address = view.getPointer(ADDRESS_AT);
    if (address !== null && (family === AF_INET || family === AF_INET6)) {
      const [length, at] = family === AF_INET ? [4, 4] : [16, 8];
      yield [...new Uint8Array(new Deno.UnsafePointerView(address).getArrayBuffer(length, at))];
    }
    entry = view.getPointer(NEXT_AT);
  }
}
