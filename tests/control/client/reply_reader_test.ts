// Replies in every form, cut into pieces anywhere.
import assert from "node:assert/strict";
import fc from "fast-check";
import { CutReply, MalformedReply, ReplyReader } from "../../../src/control/client/reply_reader.ts";
import { assertEquals } from "../../support/assert.ts";

const ENCODER = new TextEncoder();

/** A source of these pieces that uses one buffer again and again, as a connection does. */
function sourceOf(pieces: readonly Uint8Array[]): () => Promise<Uint8Array | null> {
  const buffer = new Uint8Array(1 << 16);
  let at = 0;
  return () => {
    buffer.fill(0x23);
    const piece = pieces[at++];
    if (piece === undefined) return Promise.resolve(null);
    buffer.set(piece);
    return Promise.resolve(buffer.subarray(0, piece.length));
  };
}

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size));
  return pieces;
}

async function readAll(text: string, size = 7): Promise<{ status: number; body: string }> {
  const reader = new ReplyReader(sourceOf(cut(ENCODER.encode(text), size)));
  const head = await reader.head();
  const decoder = new TextDecoder();
  let body = "";
  for await (const bytes of reader.body(head)) body += decoder.decode(bytes, { stream: true });
  return { status: head.status, body };
}

const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

const GOOD: readonly (readonly [string, string, string])[] = [
  ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more", "hello"],
  ["no length", "HTTP/1.0 200 OK\r\n\r\nall of it", "all of it"],
  ["chunks", `${CHUNKED}5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n`, "hello world"],
  ["chunks with a trailer", `${CHUNKED}2\r\nhi\r\n0\r\nX-Sum: 1\r\n\r\n`, "hi"],
  ["no body at all", "HTTP/1.1 204 No Content\r\n\r\n", ""],
  ["a reply of 100 in front", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx", "x"],
  ["bare line feeds", "HTTP/1.1 200 OK\ncontent-length: 2\n\nhi", "hi"],
];

for (const [what, text, body] of GOOD) {
  Deno.test(`ReplyReader reads a reply with ${what}, whatever the pieces`, async () => {
    for (let size = 1; size <= text.length; size++) {
      assertEquals((await readAll(text, size)).body, body, `pieces of ${size}`);
    }
  });
}

const BAD: readonly (readonly [string, string, new () => Error])[] = [
  ["another protocol", "SSH-2.0-OpenSSH\r\n\r\n", MalformedReply],
  ["an endless head", `HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(20_000)}`, MalformedReply],
  ["an endless line", `HTTP/1.1 200 ${"x".repeat(200_000)}`, MalformedReply],
  ["a length that is none", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", MalformedReply],
  ["a chunk length that is none", `${CHUNKED}zz\r\n`, MalformedReply],
  ["a chunk of another length", `${CHUNKED}1\r\nab\r\n0\r\n\r\n`, MalformedReply],
  ["an end in the head", "HTTP/1.1 200 OK\r\nconte", CutReply],
  ["an end in the body", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi", CutReply],
  ["an end between chunks", `${CHUNKED}2\r\nhi\r\n`, CutReply],
  ["nothing", "", CutReply],
];

for (const [what, text, kind] of BAD) {
  Deno.test(`ReplyReader refuses ${what}`, async () => {
    await assert.rejects(readAll(text, 1000), kind);
  });
}

Deno.test("ReplyReader gives back what was sent, in chunks of any size", async () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
  await fc.assert(fc.asyncProperty(
    fc.array(bytes, { maxLength: 6 }),
    fc.integer({ min: 1, max: 50 }),
    async (chunks, size) => {
      const parts = chunks.flatMap((chunk) => [
        ENCODER.encode(`${chunk.length.toString(16)}\r\n`),
        chunk,
        ENCODER.encode("\r\n"),
      ]);
      const wire = joined([ENCODER.encode(CHUNKED), ...parts, ENCODER.encode("0\r\n\r\n")]);
      const reader = new ReplyReader(sourceOf(cut(wire, size)));
      const read: Uint8Array[] = [];
      for await (const piece of reader.body(await reader.head())) read.push(piece.slice());
      assertEquals(joined(read), joined(chunks));
    },
  ));
});

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}
