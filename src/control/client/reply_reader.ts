// Reads one HTTP/1.1 reply from a stream of bytes: its head, then its body in whatever form it comes.

/** The first lines of a reply. */
export interface ReplyHead {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** Gives the next bytes; null at the end. */
export type ByteSource = () => Promise<Uint8Array | null>;

/** The other side does not speak HTTP as it should. */
export class MalformedReply extends Error {}

/** The other side has gone before its reply was complete. */
export class CutReply extends Error {}

const NEWLINE = 10;
/** Bytes of a head, and of a line between chunks, that are read at most. */
const HEAD_LIMIT = 64 << 10;
const DECODER = new TextDecoder();

export class ReplyReader {
  readonly #source: ByteSource;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** The head; replies of 1xx in front of it are passed over. */
  async head(): Promise<ReplyHead> {
    for (;;) {
      const head = parseHead(await this.#headLines());
      if (head.status >= 200) return head;
    }
  }

  /** The body; each piece is valid until the next is asked for. */
  body(head: ReplyHead): AsyncGenerator<Uint8Array> {
    if (head.status === 204 || head.status === 304) return this.#exactly(0);
    if (/\bchunked\b/i.test(head.headers.get("transfer-encoding") ?? "")) return this.#chunks();
    const length = head.headers.get("content-length");
    return length === undefined ? this.#untilEnd() : this.#exactly(readLength(length));
  }

  async #headLines(): Promise<string[]> {
    const lines: string[] = [];
    let size = 0;
    for (;;) {
      const line = await this.#line();
      size += line.length;
      if (size > HEAD_LIMIT) throw new MalformedReply("the head of its reply is too long");
      if (line === "" && lines.length > 0) return lines;
      lines.push(line);
    }
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const size = readChunkSize(await this.#line());
      if (size === 0) break;
      yield* this.#exactly(size);
      if (await this.#line() !== "") throw new MalformedReply("a chunk has another length");
    }
    while (await this.#line() !== "") { /* Trailers say nothing to us. */ }
  }

  async *#exactly(length: number): AsyncGenerator<Uint8Array> {
    let left = length;
    while (left > 0) {
      const bytes = await this.#some();
      const part = bytes.subarray(0, left);
      this.#rest = bytes.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async *#untilEnd(): AsyncGenerator<Uint8Array> {
    if (this.#rest.length > 0) yield this.#rest;
    for (let bytes = await this.#source(); bytes !== null; bytes = await this.#source()) {
      yield bytes;
    }
  }

  /** At least one byte; they are all given away. */
  async #some(): Promise<Uint8Array> {
    const rest = this.#rest;
    if (rest.length === 0) return await this.#more();
    this.#rest = new Uint8Array(0);
    return rest;
  }

  async #more(): Promise<Uint8Array> {
    const bytes = await this.#source();
    if (bytes === null) throw new CutReply("it has ended in the middle of its reply");
    return bytes;
  }

  /** A line without its end. */
  async #line(): Promise<string> {
    let held = this.#rest;
    let at = held.indexOf(NEWLINE);
    while (at < 0) {
      if (held.length > HEAD_LIMIT) throw new MalformedReply("a line of its reply is too long");
      // The source uses its buffer again, so what is kept is copied before.
      const kept = held.slice();
      const bytes = await this.#more();
      const from = kept.length;
      const joined = new Uint8Array(from + bytes.length);
      joined.set(kept);
      joined.set(bytes, from);
      held = joined;
      at = held.indexOf(NEWLINE, from);
    }
    this.#rest = held.subarray(at + 1);
    return DECODER.decode(held.subarray(0, at)).replace(/\r$/, "");
  }
}

/** Reads the lines of a head. */
function parseHead(lines: readonly string[]): ReplyHead {
  const [first = "", ...rest] = lines;
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1];
  if (status === undefined) throw new MalformedReply("it does not speak HTTP");
  const headers = new Map<string, string>();
  for (const line of rest) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(status), headers };
}

function readLength(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new MalformedReply("the length of its reply is no number");
  return Number(text);
}

function readChunkSize(line: string): number {
  const size = /^([0-9a-fA-F]{1,12})\s*(?:;.*)?$/.exec(line)?.[1];
  if (size === undefined) throw new MalformedReply("the length of a chunk is no number");
  return Number.parseInt(size, 16);
}
