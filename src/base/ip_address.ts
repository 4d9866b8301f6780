// Internet addresses as text and as numbers, and which of them lead only to this machine.

const MAPPED_PREFIX = "0,0,0,0,0,0,0,0,0,0,255,255";

/** The 4 or 16 numbers of an address, with or without brackets; null when it is none (a name, say). */
export function parseAddress(host: string): readonly number[] | null {
  const bare = /^\[(.*)\]$/.exec(host)?.[1] ?? host;
  if (bare.includes(":")) return parseIPv6(bare);
  const parts = bare.split(".");
  const isV4 = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part));
  const numbers = parts.map(Number);
  return isV4 && numbers.every((number) => number <= 255) ? numbers : null;
}

function parseIPv6(text: string): readonly number[] | null {
  // A zone (`%eth0`) is refused by the parser, too: it would need the number of the interface.
  const url = `http://[${text}]/`;
  if (!/^[\da-f:.]+$/i.test(text) || !URL.canParse(url)) return null;
  const [head = "", tail] = new URL(url).hostname.slice(1, -1).split("::");
  const groups = (part: string) =>
    part === "" ? [] : part.split(":").map((one) => parseInt(one, 16));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const gap = tail === undefined ? 0 : 8 - before.length - after.length;
  const all = [...before, ...Array.from({ length: gap }, () => 0), ...after];
  return all.flatMap((group) => [group >> 8, group & 0xff]);
}

/** An address as people write it; IPv4 inside IPv6 is written as IPv4. */
export function showAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.subarray(0, 12).join() === MAPPED_PREFIX) return bytes.subarray(12).join(".");
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2).toString(16));
  // The URL parser knows the short form.
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}

/** Whether a host to listen on is this machine only: `localhost` or a loopback address. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === "localhost") return true;
  const numbers = parseAddress(host);
  if (numbers === null) return false;
  const v4 = numbers.slice(0, 12).join() === MAPPED_PREFIX ? numbers.slice(12) : numbers;
  if (v4.length === 4) return v4[0] === 127;
  return numbers.every((number, index) => number === (index === 15 ? 1 : 0));
}

/** Host and port of `host:port` or `[::1]:port`; the port may be missing. */
export function splitHostPort(text: string): { readonly host: string; readonly port: string } {
  const bracketed = /^\[([^\]]*)\](?::(\d*))?$/.exec(text);
  if (bracketed !== null) return { host: bracketed[1] ?? "", port: bracketed[2] ?? "" };
  const colon = text.lastIndexOf(":");
  return colon < 0
    ? { host: text, port: "" }
    : { host: text.slice(0, colon), port: text.slice(colon + 1) };
}
