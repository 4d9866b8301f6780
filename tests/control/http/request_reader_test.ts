// The reader of requests: what it takes, what it refuses, and that pieces change nothing.
import fc from "fast-check";
import { BODY_LIMIT } from "../../../src/control/http/message.ts";
import { RequestReader } from "../../../src/control/http/request_reader.ts";
import { assertEquals } from "../../support/assert.ts";

const ENCODER = new TextEncoder();

/** What a reader makes of bytes, one word for each step. */
function readAll(pieces: readonly Uint8Array[]): string[] {
  const reader = new RequestReader();
  const told: string[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let step = reader.step(); step.kind !== "more"; step = reader.step()) {
      if (step.kind === "fault") return [...told, `${step.fault.status} ${step.fault.reason}`];
      if (step.kind === "head") continue;
      const { method, path, query, keepsAlive } = step.head;
      const body = new TextDecoder().decode(step.body);
      told.push([method, path, query, body, keepsAlive ? "keep" : "close"].join("|"));
    }
  }
  return told;
}

function read(text: string): string[] {
  return readAll([ENCODER.encode(text)]);
}

const HOST = "Host: x\r\n";

/** Bytes, and what they are. */
const GOOD: readonly (readonly [string, readonly string[]])[] = [
  [`GET / HTTP/1.1\r\n${HOST}\r\n`, ["GET|/|||keep"]],
  [`GET /a%20b?c=d&e HTTP/1.1\r\n${HOST}\r\n`, ["GET|/a%20b|c=d&e||keep"]],
  ["GET /a HTTP/1.0\r\n\r\n", ["GET|/a|||close"]],
  ["GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", ["GET|/a|||keep"]],
  [`GET /a HTTP/1.1\r\n${HOST}Connection: foo, Close\r\n\r\n`, ["GET|/a|||close"]],
  [`\r\n\r\nGET / HTTP/1.1\r\n${HOST}\r\n`, ["GET|/|||keep"]],
  [`POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`, ["POST|/||abc|keep"]],
  [
    `POST /1 HTTP/1.1\r\n${HOST}Content-Length: 1\r\n\r\naGET /2 HTTP/1.1\r\n${HOST}\r\n`,
    ["POST|/1||a|keep", "GET|/2|||keep"],
  ],
  [
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n`,
    ["POST|/||abcde|keep"],
  ],
  [
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: CHUNKED\r\n\r\n0\r\nTrailer: x\r\n\r\nGET / HTTP/1.0\r\n\r\n`,
    ["POST|/|||keep", "GET|/|||close"],
  ],
  ["GET http://x/a?b HTTP/1.1\r\nHost: x\r\n\r\n", ["GET|/a|b||keep"]],
  ["GET http://x HTTP/1.1\r\nHost: x\r\n\r\n", ["GET|/|||keep"]],
  [`GET / HTTP/1.1\r\n${HOST}X: \t a b \t\r\n\r\n`, ["GET|/|||keep"]],
  [`GET /api/v1/logs/a%2Fb HTTP/1.1\r\n${HOST}\r\n`, ["GET|/api/v1/logs/a%2Fb|||keep"]],
];

Deno.test("step() reads what clients send", () => {
  for (const [text, expected] of GOOD) assertEquals(read(text), expected, JSON.stringify(text));
});

/** A request, and the status it is refused with. */
const BAD: readonly (readonly [string, number])[] = [
  // Lines
  [`GET / HTTP/1.1\n${HOST}\r\n`, 400],
  [`GET / HTTP/1.1\r\nHost: x\n\r\n`, 400],
  [`GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n`, 400],
  ["\n\n", 400],
  // First line
  ["GET /\r\n\r\n", 400],
  ["GET  / HTTP/1.1\r\n\r\n", 400],
  ["GET / HTTP/1.1 \r\n\r\n", 400],
  [" GET / HTTP/1.1\r\n\r\n", 400],
  ["G@T / HTTP/1.1\r\n\r\n", 400],
  ["GET / HTTP/2.0\r\n\r\n", 505],
  ["GET / HTTPS/1.1\r\n\r\n", 400],
  ["\x16\x03\x01\x02\r\n\r\n", 400],
  // Target
  [`CONNECT a:1 HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`OPTIONS * HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET a HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET /a\x00b HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET /ä HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET /a#b HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET /a\tb HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET https://x/ HTTP/1.1\r\n${HOST}\r\n`, 400],
  ["GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n", 400],
  [`GET ${"/a".repeat(5000)} HTTP/1.1\r\n${HOST}\r\n`, 414],
  // Paths that lead elsewhere
  [`GET /api/v1/../x HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET /api/%2e%2E/x HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET /api/.%2e/x HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET /./x HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET /.. HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET //evil.example/x HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET /a//b HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET /a\\b HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET /a%5cb HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET /a%00 HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET /a%zz HTTP/1.1\r\n${HOST}\r\n`, 400],
  [`GET /a% HTTP/1.1\r\n${HOST}\r\n`, 400],
  // Headers
  ["GET / HTTP/1.1\r\n\r\n", 400],
  [`GET / HTTP/1.1\r\n${HOST}${HOST}\r\n`, 400],
  [`GET / HTTP/1.1\r\n${HOST}X: a\r\n b\r\n\r\n`, 400],
  [`GET / HTTP/1.1\r\n X: a\r\n${HOST}\r\n`, 400],
  [`GET / HTTP/1.1\r\n${HOST}X : a\r\n\r\n`, 400],
  [`GET / HTTP/1.1\r\n${HOST}: a\r\n\r\n`, 400],
  [`GET / HTTP/1.1\r\n${HOST}X\r\n\r\n`, 400],
  [`GET / HTTP/1.1\r\n${HOST}X: a\x00b\r\n\r\n`, 400],
  [`GET / HTTP/1.1\r\n${HOST}X: a\x0bb\r\n\r\n`, 400],
  [`GET / HTTP/1.1\r\n${HOST}Authorization: a\r\nAuthorization: b\r\n\r\n`, 400],
  [`GET / HTTP/1.1\r\n${HOST}${"X: y\r\n".repeat(101)}\r\n`, 431],
  [`GET / HTTP/1.1\r\n${HOST}X: ${"y".repeat(17_000)}\r\n\r\n`, 431],
  [`GET / HTTP/1.1\r\n${HOST}Expect: tea\r\n\r\n`, 417],
  // Bodies: two ways to read one are a way to smuggle
  [`POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n`, 400],
  [`POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`, 400],
  [`POST / HTTP/1.1\r\n${HOST}Content-Length: 3, 3\r\n\r\nabc`, 400],
  [`POST / HTTP/1.1\r\n${HOST}Content-Length: +3\r\n\r\nabc`, 400],
  [`POST / HTTP/1.1\r\n${HOST}Content-Length: 0x3\r\n\r\nabc`, 400],
  [`POST / HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`, 400],
  [`POST / HTTP/1.1\r\n${HOST}Content-Length:\r\n\r\n`, 400],
  [`POST / HTTP/1.1\r\n${HOST}Content-Length: ${BODY_LIMIT + 1}\r\n\r\n`, 413],
  [`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n`, 501],
  [`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n`, 400],
  [`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n`, 501],
  [`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding:\x0bchunked\r\n\r\n`, 400],
  ["POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400],
];

const CHUNKED = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`;

/** Chunks, and the status they are refused with. */
const BAD_CHUNKS: readonly (readonly [string, number])[] = [
  ["x\r\n", 400],
  ["-1\r\n", 400],
  ["0x1\r\na\r\n", 400],
  ["\r\n", 400],
  ["1\na\r\n", 400],
  ["1\r\nab\r\n", 400],
  ["1\r\na\n0\r\n\r\n", 400],
  ["1 1\r\na\r\n", 400],
  ["100001\r\n", 413],
  ["fffffffff\r\n", 400],
  ["1;\x01\r\na\r\n", 400],
  [`1;${"x".repeat(5000)}`, 400],
  [`0\r\n${"T: x\r\n".repeat(17)}\r\n`, 400],
];

Deno.test("step() refuses what could be read in two ways", () => {
  const all = [...BAD, ...BAD_CHUNKS.map(([text, status]) => [CHUNKED + text, status] as const)];
  for (const [text, status] of all) {
    const told = read(text);
    assertEquals(told.map((line) => Number(line.slice(0, 3))), [status], JSON.stringify(text));
  }
});

Deno.test("step() refuses a head that does not end before it has taken much memory", () => {
  const reader = new RequestReader();
  let pushed = 0;
  for (let step = reader.step(); step.kind === "more"; step = reader.step()) {
    reader.push(ENCODER.encode("X: y\r\n".repeat(10)));
    pushed += 60;
  }
  assertEquals(pushed < 20_000, true, `${pushed} bytes were taken`);
});

Deno.test("step() gives the same requests however the bytes are cut", () => {
  const texts = [...GOOD, ...BAD, ...BAD_CHUNKS.map(([text]) => [CHUNKED + text] as const)].map((
    [text],
  ) => text).filter((text) => text.length < 2000);
  fc.assert(fc.property(
    fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 3 }),
    fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }),
    (several, sizes) => {
      const bytes = ENCODER.encode(several.join(""));
      const pieces: Uint8Array[] = [];
      let at = 0;
      for (const size of sizes) {
        pieces.push(bytes.subarray(at, at + size));
        at += size;
      }
      pieces.push(bytes.subarray(at));
      // A fault ends the connection: what a reader would have said of the rest does not count.
      assertEquals(readAll(pieces), readAll([bytes]));
    },
  ));
});

Deno.test("step() never throws, whatever comes", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (pieces) => {
    readAll(pieces);
  }));
});
