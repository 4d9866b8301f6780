// The end of a piece of text that may have been cut inside a character.
import { cutCharacterLength } from "../../src/base/utf8_tail.ts";
import { assertEquals } from "../support/assert.ts";

const CASES: readonly (readonly [readonly number[], number])[] = [
  [[], 0],
  [[0x41], 0],
  [[0xe6, 0x97, 0xa5], 0],
  [[0xe6, 0x97], 2],
  [[0x41, 0xe6], 1],
  [[0xf0, 0x9f, 0x98], 3],
  [[0xf0, 0x9f, 0x98, 0x80], 0],
  [[0xc3], 1],
  [[0xff], 0],
  [[0x80, 0x80, 0x80, 0x80], 0],
];

for (const [bytes, length] of CASES) {
  Deno.test(`cutCharacterLength() of [${bytes.map((byte) => byte.toString(16))}] is ${length}`, () => {
    assertEquals(cutCharacterLength(Uint8Array.from(bytes)), length);
  });
}
