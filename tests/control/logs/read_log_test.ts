// Bytes by supervisord's rules; the expectations were had from supervisord 4.2.5 with the same arguments.
import "../../support/open_libraries.ts";
import {
  rangeOf,
  readRange,
  tailOf,
  tailRange,
  wholeCharacters,
} from "../../../src/control/logs/read_log.ts";
import { assertEquals } from "../../support/assert.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const RANGES: readonly (readonly [number, number, [number, number] | null])[] = [
  [0, 0, [0, 10]],
  [3, 0, [3, 7]],
  [3, 2, [3, 2]],
  [8, 5, [8, 2]],
  [10, 0, [10, 0]],
  [99, 0, [99, 0]],
  [99, 4, [99, 0]],
  [-4, 0, [6, 4]],
  [-99, 0, [0, 10]],
  [-4, 2, null],
  [-4, -2, null],
  [0, -1, null],
  [0.5, 0, null],
  [0, NaN, null],
];

Deno.test("rangeOf() gives the bytes that supervisord's readFile gives", () => {
  for (const [offset, length, expected] of RANGES) {
    const found = rangeOf({ offset, length }, 10);
    assertEquals(found && [found.from, found.length], expected, `${offset}, ${length}`);
  }
});

const TAILS: readonly (readonly [number, number, string, boolean])[] = [
  [0, 100, "0123456789", false],
  [0, 10, "0123456789", false],
  [0, 4, "6789", true],
  [3, 4, "6789", true],
  [6, 4, "6789", false],
  [8, 4, "6789", false],
  [10, 4, "", false],
  [50, 4, "", false],
  [0, 0, "", true],
  [0, -5, "", true],
  [-5, 3, "789", true],
];

Deno.test("tailOf() gives the bytes that supervisord's tailFile gives", () => {
  for (const [offset, length, expected, overflow] of TAILS) {
    const found = tailOf({ offset, length }, 10);
    const text = "0123456789".slice(found.from, found.from + found.length);
    assertEquals([text, found.overflow], [expected, overflow], `${offset}, ${length}`);
  }
});

Deno.test("readRange() and tailRange() tell a missing log from one that cannot be read", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/web.log`;
  assertEquals(readRange(null, 0, 0), { kind: "fault", fault: "NO_FILE" });
  assertEquals(readRange(path, 0, 0), { kind: "fault", fault: "NO_FILE" });
  assertEquals(readRange(folder, 0, 0), { kind: "fault", fault: "FAILED" });
  assertEquals(tailRange(path, 3, 9), { bytes: encode(""), offset: 0, overflow: false });
  assertEquals(tailRange(folder, 3, 9), { bytes: encode(""), offset: 3, overflow: false });
  await Deno.writeTextFile(path, "one\ntwo\n");
  assertEquals(readRange(path, -4, 0), { kind: "read", bytes: encode("two\n") });
  assertEquals(readRange(path, -4, 1), { kind: "fault", fault: "BAD_ARGUMENTS" });
  assertEquals(tailRange(path, 0, 4), { bytes: encode("two\n"), offset: 8, overflow: true });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("readRange() does not wait at a FIFO that nobody writes to", async () => {
  const folder = await Deno.makeTempDir();
  const made = await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
  assertEquals(made.success, true);
  assertEquals(readRange(`${folder}/pipe`, 0, 0), { kind: "fault", fault: "FAILED" });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("wholeCharacters() leaves out what a window has cut, wherever it begins and ends", () => {
  const text = "a你好é😀b";
  const bytes = encode(text);
  for (let from = 0; from <= bytes.length; from++) {
    for (let to = from; to <= bytes.length; to++) {
      const shown = decode(wholeCharacters(bytes.subarray(from, to)));
      assertEquals(shown.includes("\ufffd"), false, `${from} to ${to}: ${shown}`);
      assertEquals(text.includes(shown), true);
    }
  }
  const binary = Uint8Array.of(0x80, 0x81, 0x82, 0x83, 0x84);
  assertEquals(wholeCharacters(binary).length >= 4, true, "bytes that are no text stay");
});
