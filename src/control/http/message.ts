// What passes between the HTTP server and those who answer: a request read whole, and a reply whole or as a stream.

/** Who is at the other end of a connection. */
export type Peer =
  | { readonly kind: "unix"; readonly uid: number; readonly pid: number }
  | { readonly kind: "inet"; readonly address: string };

/** A request that has passed the gate: its peer, its Host and its password are all right. */
export interface HttpRequest {
  /** In capitals. A HEAD arrives as GET: the server leaves the body out. */
  readonly method: string;
  /** Begins with `/`, without the query, percent-escapes as they came. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Value of a header, by its name in lower case; several of one name are joined by `, `. */
  header(name: string): string | null;
  /** At most `BODY_LIMIT` bytes. */
  readonly body: Uint8Array;
  readonly peer: Peer;
  /** Calls back once when the client has gone before its reply was complete. */
  onGone(callback: () => void): void;
}

/** Largest body of a request, in bytes. */
export const BODY_LIMIT = 1 << 20;

/** A reply that is written as its content comes to be. */
export interface ReplyStream {
  /** Takes all of it. False: the client is slow, `onDrain` says when to go on. */
  write(content: Uint8Array | string): boolean;
  /** The content is complete; the client sees a proper end. */
  end(): void;
  /** Breaks off: the client sees that something is missing. */
  abort(): void;
  /** Calls back each time there is room again after a `false`, and once the stream is closed; the latest one counts. */
  onDrain(callback: () => void): void;
  /** Bytes taken that the system has not; a writer that goes on after `false` is cut off at `STREAM_LIMIT`. */
  readonly buffered: number;
  readonly isClosed: boolean;
}

/** Bytes that may wait for a slow client before it is cut off. */
export const STREAM_LIMIT = 512 << 10;

export interface HttpReply {
  readonly status: number;
  /** Names in lower case; `content-length`, `date` and `connection` are the server's. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Instead of a body: called once, when the head is on its way. */
  readonly stream?: (out: ReplyStream) => void;
}

/** Answers a request. What it throws becomes a 500 without details, and a line in the log. */
export type HttpHandler = (request: HttpRequest) => HttpReply | Promise<HttpReply>;

/** A reply of JSON. */
export function jsonReply(value: unknown, status = 200): HttpReply {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
    body: `${JSON.stringify(value)}\n`,
  };
}

/** A reply of plain text. */
export function textReply(text: string, status = 200): HttpReply {
  return {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
    body: text,
  };
}
