// Words of a command line: as Python's shlex.split, recorded and by properties.
import fc from "fast-check";
import { quoteWord, splitWords } from "../../src/base/words.ts";
import recorded from "../fixtures/manifests/python_3.11.json" with { type: "json" };
import { assertEquals } from "../support/assert.ts";

Deno.test("splitWords() splits as shlex.split does", () => {
  for (const [text, result] of recorded.words) {
    const split = splitWords(typeof text === "string" ? text : "");
    assertEquals(split.ok ? split.words : split.fault, result, JSON.stringify(text));
  }
});

Deno.test("splitWords() knows quotes, escapes and their faults", () => {
  const cases: readonly (readonly [string, readonly string[] | string])[] = [
    ["", []],
    ["  \t\r\n ", []],
    ["cat a b", ["cat", "a", "b"]],
    [`cat "a b" 'c d'`, ["cat", "a b", "c d"]],
    [`cat ''`, ["cat", ""]],
    [`a"b"'c'`, ["abc"]],
    [`a\\ b`, ["a b"]],
    [`"a\\"b\\n"`, [`a"b\\n`]],
    [`'a\\'`, ["a\\"]],
    ["a#b # c", ["a#b", "#", "c"]],
    ["你好 世界", ["你好", "世界"]],
    [`sh -c "a`, "No closing quotation"],
    ["a\\", "No escaped character"],
  ];
  for (const [text, result] of cases) {
    const split = splitWords(text);
    assertEquals(split.ok ? split.words : split.fault, result, text);
  }
});

Deno.test("splitWords() takes any text", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const split = splitWords(text);
    return split.ok || split.fault.startsWith("No ");
  }));
});

Deno.test("splitWords() gives back what quoteWord() has quoted", () => {
  fc.assert(fc.property(fc.array(fc.string()), (words) => {
    const split = splitWords(words.map(quoteWord).join(" "));
    assertEquals(split, { ok: true, words });
  }));
});
