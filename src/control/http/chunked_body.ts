// Reads a body that comes in chunks.
import { BODY_LIMIT } from "./message.ts";
import { ByteQueue } from "./byte_queue.ts";
import type { RequestFault } from "./request_head.ts";

/** A size and its extensions, or a trailer: nobody needs more. */
const LINE_LIMIT = 4 << 10;
const TRAILER_LIMIT = 16;
const CR = 13;
const LF = 10;

type Progress = "more" | "done" | RequestFault;

/** Takes what it can from the queue, again and again, until the body is complete. */
export class ChunkedBody {
  /** In one piece: chunks of a byte each would take a hundred times their size. */
  readonly #content = new ByteQueue();
  #length = 0;
  #state: "size" | "content" | "content-end" | "trailer" = "size";
  #left = 0;
  #trailers = 0;

  /** The body so far. */
  get content(): Uint8Array {
    return this.#content.bytes;
  }

  take(queue: ByteQueue): Progress {
    for (;;) {
      const progress = this.#state === "content" ? this.#chunk(queue) : this.#line(queue);
      if (progress !== null) return progress;
    }
  }

  /** Null: go on. */
  #chunk(queue: ByteQueue): Progress | null {
    if (queue.length === 0) return "more";
    const part = queue.bytes.subarray(0, this.#left);
    this.#content.add(part);
    queue.drop(part.length);
    this.#left -= part.length;
    if (this.#left === 0) this.#state = "content-end";
    return null;
  }

  #line(queue: ByteQueue): Progress | null {
    const line = takeLine(queue);
    if (line === null) {
      return queue.length > LINE_LIMIT ? broken("A line among the chunks is too long") : "more";
    }
    if (typeof line !== "string") return line;
    switch (this.#state) {
      case "size":
        return this.#size(line);
      case "trailer":
        if (line === "") return "done";
        return ++this.#trailers > TRAILER_LIMIT ? broken("There are too many trailers") : null;
      case "content":
      case "content-end":
        this.#state = "size";
        return line === "" ? null : broken("A chunk is longer than its size");
    }
  }

  #size(line: string): Progress | null {
    const [, digits] = /^([0-9a-f]{1,8})[ \t]*(?:;[\t\x20-\x7e]*)?$/i.exec(line) ?? [];
    if (digits === undefined) return broken("The size of a chunk is no number");
    this.#left = parseInt(digits, 16);
    this.#length += this.#left;
    if (this.#length > BODY_LIMIT) return { status: 413, reason: "The body is too large" };
    this.#state = this.#left === 0 ? "trailer" : "content";
    return null;
  }
}

/** The next line without its CRLF; null: it is not complete. */
function takeLine(queue: ByteQueue): string | RequestFault | null {
  const { bytes } = queue;
  const end = bytes.indexOf(LF);
  if (end < 0) return null;
  if (end > LINE_LIMIT || bytes[end - 1] !== CR) return broken("A line has no proper end");
  const line = String.fromCharCode(...bytes.subarray(0, end - 1));
  queue.drop(end + 1);
  return line.includes("\r") ? broken("A line has no proper end") : line;
}

function broken(reason: string): RequestFault {
  return { status: 400, reason };
}
