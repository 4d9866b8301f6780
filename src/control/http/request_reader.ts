// Cuts the bytes of a connection into requests, whatever the pieces they come in.
import { ByteQueue } from "./byte_queue.ts";
import { ChunkedBody } from "./chunked_body.ts";
import { BODY_LIMIT } from "./message.ts";
import {
  HEAD_LIMIT,
  isFault,
  readHead,
  type RequestFault,
  type RequestHead,
  TARGET_LIMIT,
} from "./request_head.ts";

/** What can be said now. */
export type ReadStep =
  | { readonly kind: "more" }
  /** Told once for each request, before its body. */
  | { readonly kind: "head"; readonly head: RequestHead }
  | { readonly kind: "request"; readonly head: RequestHead; readonly body: Uint8Array }
  | { readonly kind: "fault"; readonly fault: RequestFault };

const CR = 13;
const LF = 10;
const EMPTY = new Uint8Array(0);
const MORE: ReadStep = { kind: "more" };

/** Reads one connection. After a fault it is of no more use. */
export class RequestReader {
  readonly #queue = new ByteQueue();
  /** Of the head so far: where its lines begin, and up to where it has been looked at. */
  #lines: string[] = [];
  #size = 0;
  #scanned = 0;
  #head: RequestHead | null = null;
  #chunks: ChunkedBody | null = null;

  /** Bytes that have not become a request. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** In the middle of a request. */
  get hasBegun(): boolean {
    return this.#head !== null || this.#queue.length > 0 || this.#lines.length > 0;
  }

  push(bytes: Uint8Array): void {
    this.#queue.add(bytes);
  }

  /** The next step; "more" when it needs more bytes. */
  step(): ReadStep {
    if (this.#head !== null) return this.#body(this.#head);
    const found = this.#takeHead();
    if (found === null) return MORE;
    if (isFault(found)) return { kind: "fault", fault: found };
    if (found.body.kind === "length" && found.body.length > BODY_LIMIT) {
      return { kind: "fault", fault: { status: 413, reason: "The body is too large" } };
    }
    this.#head = found;
    this.#chunks = found.body.kind === "chunked" ? new ChunkedBody() : null;
    return { kind: "head", head: found };
  }

  /** Null: it is not complete. */
  #takeHead(): RequestHead | RequestFault | null {
    for (;;) {
      const { bytes } = this.#queue;
      const end = bytes.indexOf(LF, this.#scanned);
      const length = end < 0 ? bytes.length : end;
      if (this.#size + length > HEAD_LIMIT) return tooLong(this.#lines.length);
      if (this.#lines.length === 0 && length > TARGET_LIMIT + 64) return tooLong(0);
      this.#scanned = bytes.length;
      if (end < 0) return null;
      if (bytes[end - 1] !== CR) return { status: 400, reason: "A line has no proper end" };
      const line = latin(bytes.subarray(0, end - 1));
      this.#size += end + 1;
      this.#scanned = 0;
      this.#queue.drop(end + 1);
      if (line !== "") this.#lines.push(line);
      // Empty lines before a request are let pass: some clients end a body with one.
      else if (this.#lines.length > 0) return this.#closeHead();
    }
  }

  #closeHead(): RequestHead | RequestFault {
    const lines = this.#lines;
    this.#lines = [];
    this.#size = 0;
    return readHead(lines);
  }

  #body(head: RequestHead): ReadStep {
    switch (head.body.kind) {
      case "none":
        return this.#complete(head, EMPTY);
      case "length": {
        const { length } = head.body;
        if (this.#queue.length < length) return MORE;
        return this.#complete(head, this.#queue.take(length));
      }
      case "chunked": {
        const chunks = this.#chunks ??= new ChunkedBody();
        const progress = chunks.take(this.#queue);
        if (progress === "more") return MORE;
        if (progress === "done") return this.#complete(head, chunks.content);
        return { kind: "fault", fault: progress };
      }
    }
  }

  #complete(head: RequestHead, body: Uint8Array): ReadStep {
    this.#head = null;
    this.#chunks = null;
    return { kind: "request", head, body };
  }
}

function tooLong(lines: number): RequestFault {
  return lines === 0
    ? { status: 414, reason: "The address is too long" }
    : { status: 431, reason: "The headers are too long" };
}

function latin(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
