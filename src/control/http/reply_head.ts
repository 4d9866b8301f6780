// Writes the head of a reply.
import type { HttpReply } from "./message.ts";

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  206: "Partial Content",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
};

/** On every reply; a handler's own value wins. */
const SAFE: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "cross-origin-resource-policy": "same-origin",
};

/** How the body is delimited. */
export type Framing =
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" }
  /** The end of the connection is the end of the body. */
  | { readonly kind: "close" };

export interface HeadRequest {
  readonly reply: Pick<HttpReply, "status" | "headers">;
  readonly framing: Framing;
  readonly keepsAlive: boolean;
  /** Wall time in milliseconds. */
  readonly wall: number;
}

/** The head with the empty line after it. */
export function replyHead({ reply, framing, keepsAlive, wall }: HeadRequest): string {
  const { status } = reply;
  const headers = { ...SAFE, ...reply.headers, date: new Date(wall).toUTCString() };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${clean(value)}\r\n`);
  // Python's http client looks at the word, not only at the version.
  const connection = keepsAlive ? "keep-alive" : "close";
  return `HTTP/1.1 ${status} ${REASONS[status] ?? "Unknown"}\r\n${lines.join("")}` +
    `${framingLine(status, framing)}connection: ${connection}\r\n\r\n`;
}

function framingLine(status: number, framing: Framing): string {
  if (!hasBody(status) || framing.kind === "close") return "";
  return framing.kind === "chunked"
    ? "transfer-encoding: chunked\r\n"
    : `content-length: ${framing.length}\r\n`;
}

/** Whether a reply of that status has a body. */
export function hasBody(status: number): boolean {
  return status !== 204 && status !== 304;
}

/** A value can never end its line. */
function clean(value: string): string {
  // deno-lint-ignore no-control-regex
  return value.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, " ").replace(/[^\x00-\xff]/g, "?");
}
