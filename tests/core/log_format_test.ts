// Lines with time and name, as JSON, behind a name; ANSI sequences and widths.
import fc from "fast-check";
import { ByteBuilder } from "../../src/base/byte_builder.ts";
import { AnsiStripper } from "../../src/core/ansi.ts";
import { displayWidth, padToWidth } from "../../src/core/display_width.ts";
import {
  foregroundHead,
  headFormat,
  jsonFormat,
  type LineFormat,
  localStamp,
  textFormat,
} from "../../src/core/log_format.ts";
import { assertEquals } from "../support/assert.ts";

const WALL = new Date(2026, 10, 5, 9, 4, 3, 7).getTime();
const ORIGIN = { program: "web", name: "web_00", process: "web:web_00", stream: "stderr" } as const;
const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function written(format: LineFormat, line: Uint8Array): string {
  const out = new ByteBuilder();
  format(line, out);
  return decode(out.bytes);
}

Deno.test("localStamp() is supervisord's", () => {
  assertEquals(localStamp(WALL), "2026-11-05 09:04:03,007");
});

Deno.test("textFormat() puts time, name and stream before the line, without its carriage return", () => {
  assertEquals(
    written(textFormat(ORIGIN, WALL), encode("日本\r")),
    "2026-11-05 09:04:03,007 web_00 stderr: 日本\n",
  );
});

Deno.test("jsonFormat() gives one object a line, whatever the bytes are", () => {
  const line = written(jsonFormat(ORIGIN, WALL), Uint8Array.of(34, 9, 0xff, 97));
  assertEquals(line.endsWith("}\n"), true);
  assertEquals(JSON.parse(line), {
    time: new Date(WALL).toISOString(),
    program: "web",
    process: "web:web_00",
    stream: "stderr",
    message: '"\t\ufffda',
  });
});

Deno.test("foregroundHead() aligns names of any script, and colours them only when asked", () => {
  assertEquals(decode(foregroundHead("web", 6, null)), "web    | ");
  assertEquals(decode(foregroundHead("订单", 6, null)), "订单   | ");
  assertEquals(decode(foregroundHead("longer-name", 6, null)), "longer-name | ");
  assertEquals(decode(foregroundHead("web", 4, 10)), "\x1b[36mweb  |\x1b[0m ");
  assertEquals(written(headFormat(encode("w | ")), encode("hi")), "w | hi\n");
});

const WIDTHS: readonly (readonly [string, number])[] = [
  ["", 0],
  ["web", 3],
  ["订单", 4],
  ["ｆｕｌｌ", 8],
  ["한글", 4],
  ["e\u0301", 1],
  ["🙂", 2],
];

for (const [text, width] of WIDTHS) {
  Deno.test(`displayWidth() of ${JSON.stringify(text)} is ${width}`, () => {
    assertEquals(displayWidth(text), width);
    assertEquals(displayWidth(padToWidth(text, 10)), 10);
  });
}

const ANSI: readonly (readonly [string, string])[] = [
  ["plain", "plain"],
  ["\x1b[31mred\x1b[0m", "red"],
  ["\x1b[38;5;12mx\x1b[K", "x"],
  ["\x1b]0;title\x07x", "x"],
  ["\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\", "link"],
  ["\x1b(Bx\x1b7y\x1b=z", "xyz"],
  ["\x1bPq#0\x1b\\x", "x"],
  ["\x1b[?25l日本\x1b[?25h", "日本"],
  ["\x1b[31\nnext", "\nnext"],
  ["\x1b]0;never ended\nnext", "\nnext"],
  ["a\x1b", "a"],
];

for (const [text, clean] of ANSI) {
  Deno.test(`AnsiStripper makes ${JSON.stringify(text)} ${JSON.stringify(clean)}, cut anywhere`, () => {
    for (let at = 0; at <= encode(text).length; at++) {
      const stripper = new AnsiStripper();
      const parts = [encode(text).slice(0, at), encode(text).slice(at)];
      const out = parts.flatMap((part) => [...stripper.strip(part)]);
      assertEquals(decode(Uint8Array.from(out)), clean);
    }
  });
}

Deno.test("AnsiStripper keeps every byte and every line end of text without ESC", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    const plain = bytes.map((byte) => byte === 27 ? 32 : byte);
    assertEquals([...new AnsiStripper().strip(plain)], [...plain]);
  }));
});
