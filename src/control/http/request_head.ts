// Reads the head of a request: strictly, since whatever two readers could take differently is a way in.

/** How the body of a request is measured. */
export type BodyKind =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" };

/** A request before its body. */
export interface RequestHead {
  readonly method: string;
  /** Begins with `/`, without the query. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** 0 for HTTP/1.0, else 1. */
  readonly minor: 0 | 1;
  /** By name in lower case; several of one name joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: BodyKind;
  readonly keepsAlive: boolean;
  readonly expectsContinue: boolean;
}

/** Why a request is no request; the connection ends after the answer. */
export interface RequestFault {
  readonly status: number;
  readonly reason: string;
}

/** Limits in bytes; the head includes its first line. */
export const HEAD_LIMIT = 16 << 10;
export const TARGET_LIMIT = 8 << 10;
/** A browser sends some twenty. */
const HEADER_COUNT = 100;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Everything that may stand in a value: no control but the tab. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Headers of which a second one is an attack or a mistake. */
const SINGLE = ["host", "content-length", "transfer-encoding", "authorization", "origin"];

/** Whether there is a fault instead of a head. */
export function isFault(found: RequestHead | RequestFault): found is RequestFault {
  return "status" in found;
}

/** Reads the lines of a head, each without its CRLF, one character a byte. */
export function readHead(lines: readonly string[]): RequestHead | RequestFault {
  const [first = "", ...rest] = lines;
  const line = readRequestLine(first);
  if ("status" in line) return line;
  const headers = readHeaders(rest);
  if ("status" in headers) return headers;
  const host = headers.get("host");
  if (line.minor === 1 && host === undefined) return bad("HTTP/1.1 needs a Host");
  if (line.authority !== null && host !== undefined && host !== line.authority) {
    return bad("Host and target differ");
  }
  const body = bodyKind(headers, line.minor);
  if ("status" in body) return body;
  const expect = headers.get("expect")?.toLowerCase() ?? null;
  if (expect !== null && expect !== "100-continue") {
    return { status: 417, reason: "Only 100-continue can be expected" };
  }
  const { authority: _, ...target } = line;
  return {
    ...target,
    headers,
    body,
    keepsAlive: keepsAlive(headers, line.minor),
    expectsContinue: expect !== null && line.minor === 1 && body.kind !== "none",
  };
}

function bad(reason: string): RequestFault {
  return { status: 400, reason };
}

function readRequestLine(line: string) {
  const [, method = "", target = "", version = ""] = /^(\S+) (\S+) HTTP\/(\d\.\d)$/.exec(line) ??
    [];
  if (method === "") return bad("The first line is no request");
  if (!TOKEN.test(method) || method.length > 32) return bad("The method is no word");
  if (target.length > TARGET_LIMIT) return { status: 414, reason: "The address is too long" };
  if (!version.startsWith("1.")) {
    return { status: 505, reason: "Only HTTP/1.0 and HTTP/1.1 are spoken" };
  }
  const minor: 0 | 1 = version === "1.0" ? 0 : 1;
  const read = readTarget(target);
  return "status" in read ? read : { method, minor, ...read };
}

/** `/path?query`, or the same after `http://host`, as a proxy would ask. */
function readTarget(target: string) {
  const [, authority = null, rest = ""] = /^http:\/\/([^/?#]+)(.*)$/i.exec(target) ??
    [target, null, target];
  const local = rest.startsWith("?") || (authority !== null && rest === "") ? `/${rest}` : rest;
  if (!/^\/[\x21\x22\x24-\x7e]*$/.test(local)) {
    return bad("The address has a character it cannot have");
  }
  const cut = local.indexOf("?");
  const path = cut < 0 ? local : local.slice(0, cut);
  const query = cut < 0 ? "" : local.slice(cut + 1);
  const fault = pathFault(path);
  return fault === null ? { path, query, authority } : bad(fault);
}

/** Nothing here needs `..` or an empty step: whoever sends one tries the doors. */
function pathFault(path: string): string | null {
  if (/%(?![0-9a-f]{2})/i.test(path)) return "The path has a broken escape";
  if (/%00|\\|%5c/i.test(path)) return "The path has a character it cannot have";
  if (path.includes("//")) return "The path has an empty step";
  const steps = path.split("/").map((step) => step.replace(/%2e/gi, "."));
  return steps.includes(".") || steps.includes("..") ? "The path has a step backwards" : null;
}

function readHeaders(lines: readonly string[]): Map<string, string> | RequestFault {
  if (lines.length > HEADER_COUNT) return { status: 431, reason: "There are too many headers" };
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    if (!TOKEN.test(name)) return bad("A header has no proper name");
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "");
    if (!VALUE.test(value)) return bad("A header has a character it cannot have");
    const earlier = headers.get(name);
    if (earlier !== undefined && SINGLE.includes(name)) return bad(`There are two of ${name}`);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return headers;
}

function bodyKind(headers: ReadonlyMap<string, string>, minor: 0 | 1): BodyKind | RequestFault {
  const coding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (coding !== undefined) {
    if (length !== undefined) return bad("The body has two measures");
    if (minor === 0) return bad("HTTP/1.0 has no chunks");
    if (coding.toLowerCase() === "chunked") return { kind: "chunked" };
    return { status: 501, reason: "Only the transfer coding chunked is understood" };
  }
  if (length === undefined) return { kind: "none" };
  if (!/^\d{1,15}$/.test(length)) return bad("The length of the body is no number");
  return Number(length) === 0 ? { kind: "none" } : { kind: "length", length: Number(length) };
}

function keepsAlive(headers: ReadonlyMap<string, string>, minor: 0 | 1): boolean {
  const words = (headers.get("connection") ?? "").toLowerCase().split(",").map((word) =>
    word.trim()
  );
  return minor === 1 ? !words.includes("close") : words.includes("keep-alive");
}
