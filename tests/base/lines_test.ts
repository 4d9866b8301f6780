// Lines come out whole whatever the pieces they come in.
import fc from "fast-check";
import { characterStart, LineCutter } from "../../src/base/lines.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Lines of pieces, as text; the unfinished one last. */
function cut(pieces: readonly Uint8Array[], bound?: number): string[] {
  const lines: string[] = [];
  const cutter = new LineCutter(bound);
  for (const piece of pieces) cutter.push(piece, (line) => lines.push(decode(line)));
  cutter.end((line) => lines.push(decode(line)));
  return lines;
}

const TABLE: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["nothing", [], []],
  ["an empty piece", [""], []],
  ["one line", ["a\n"], ["a"]],
  ["empty lines", ["\n\n"], ["", ""]],
  ["an unfinished line", ["a\nb"], ["a", "b"]],
  ["a line in three pieces", ["a", "b", "c\n"], ["abc"]],
  ["a line end of its own", ["a", "\n", "b\n"], ["a", "b"]],
  ["a carriage return stays", ["a\r\n"], ["a\r"]],
  ["a cut character", ["日", "本\n"], ["日本"]],
];

for (const [name, pieces, lines] of TABLE) {
  Deno.test(`LineCutter gives the lines of ${name}`, () => {
    assertEquals(cut(pieces.map(encode)), lines);
  });
}

const BOUNDED: readonly (readonly [string, readonly string[]])[] = [
  ["12345678\n", ["12345678"]],
  ["123456789\n", ["12345678", "9"]],
  ["1234567812345678\n", ["12345678", "12345678"]],
  ["1234567日本\n", ["1234567", "日本"]],
  ["12345678", ["12345678"]],
];

for (const [text, lines] of BOUNDED) {
  Deno.test(`LineCutter cuts ${JSON.stringify(text)} at 8 bytes, byte by byte or at once`, () => {
    assertEquals(cut([encode(text)], 8), lines);
    assertEquals(cut([...encode(text)].map((byte) => Uint8Array.of(byte)), 8), lines);
  });
}

/** Bytes in pieces of these lengths, again and again. */
function chop(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    pieces.push(bytes.slice(at, at + length));
    at += length;
  }
  return pieces;
}

const TEXT = fc.array(fc.constantFrom("a", "é", "日", "🙂", "\n"), { maxLength: 200 })
  .map((chars) => chars.join(""));
const LENGTHS = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 });

Deno.test("LineCutter gives the same lines for any chunking", () => {
  fc.assert(fc.property(TEXT, LENGTHS, (text, lengths) => {
    const expected = text.split("\n");
    if (expected.at(-1) === "") expected.pop();
    assertEquals(cut(chop(encode(text), lengths)), expected);
  }));
});

Deno.test("LineCutter loses no byte and cuts no character when lines are too long", () => {
  fc.assert(fc.property(TEXT, LENGTHS, fc.integer({ min: 4, max: 20 }), (text, lengths, bound) => {
    const lines = cut(chop(encode(text), lengths), bound);
    assertEquals(lines.join(""), text.replaceAll("\n", ""));
    for (const line of lines) assertTrue(encode(line).length <= bound, "over the bound");
  }));
});

Deno.test("characterStart() gives an end that cuts no character, and never loops on garbage", () => {
  const bytes = encode("a日🙂");
  assertEquals([1, 2, 3, 4, 5, 6, 7, 8].map((end) => characterStart(bytes, end)), [
    1,
    1,
    1,
    4,
    4,
    4,
    4,
    8,
  ]);
  assertEquals(characterStart(new Uint8Array(9).fill(0x80), 9), 9);
});
