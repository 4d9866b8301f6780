// What a text hides is shown.
import { lastRewrite, visibleText } from "../../src/core/visible_text.ts";
import { assertEquals } from "../support/assert.ts";

const TEXTS: readonly (readonly [string, string])[] = [
  ["plain ünïcode 日本 🙂", "plain ünïcode 日本 🙂"],
  ["tab\tstays", "tab\tstays"],
  ["a\0b\x07c\x1bd\re", "a␀b␇c␛d␍e"],
  ["\x7f\x9b", "<007F><009B>"],
  ["safe\u202egnp.exe", "safe<202E>gnp.exe"],
  ["\u2066x\u2069", "<2066>x<2069>"],
  ["two\u2028lines", "two<2028>lines"],
  // Letters that are written from right to left are themselves; only what turns others around is shown.
  ["שלום", "שלום"],
  ["half \ud83d pair", "half \ufffd pair"],
];

for (const [text, visible] of TEXTS) {
  Deno.test(`visibleText() shows ${JSON.stringify(text)}`, () => {
    assertEquals(visibleText(text), visible);
    assertEquals(visibleText(text), visible, "again, with nothing kept between calls");
  });
}

Deno.test("lastRewrite() leaves what a terminal would when a line is written over", () => {
  assertEquals(lastRewrite("10 %\r50 %\r100 %"), "100 %");
  assertEquals(lastRewrite("windows\r"), "windows");
  assertEquals(lastRewrite("a\rb\r\r"), "b");
  assertEquals(lastRewrite("plain"), "plain");
});
