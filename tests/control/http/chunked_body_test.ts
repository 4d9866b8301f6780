// What a body in chunks costs; what of it is refused is in request_reader_test.ts.
import { ByteQueue } from "../../../src/control/http/byte_queue.ts";
import { ChunkedBody } from "../../../src/control/http/chunked_body.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";

const SIZE = 100_000;

Deno.test("ChunkedBody keeps what has come in one piece, however small the chunks are", () => {
  const queue = new ByteQueue();
  const body = new ChunkedBody();
  for (let at = 0; at < SIZE; at += 1_000) {
    queue.addText("1\r\nx\r\n".repeat(1_000));
    assertEquals(body.take(queue), "more");
  }
  const { length, buffer } = body.content;
  assertEquals(length, SIZE);
  assertTrue(buffer.byteLength <= 3 * SIZE, `${buffer.byteLength} bytes for ${SIZE}`);
  queue.addText("0\r\n\r\n");
  assertEquals(body.take(queue), "done");
  assertEquals(new TextDecoder().decode(body.content), "x".repeat(SIZE));
});
