// JSON as people write it, and the one clear error for what nobody can read.
import fc from "fast-check";
import { plain } from "../../src/manifest/foreign_fields.ts";
import { readJson } from "../../src/manifest/json_comments.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const GOOD: readonly (readonly [string, unknown])[] = [
  ['{"a": 1, "b": [true, null, "x"],}', { a: 1, b: [true, null, "x"] }],
  ["// first\n{ /* in\nside */ 'a': .5, b$: -0x0 }// last", null],
  ["[1,2,]", [1, 2]],
  ['{"a": "\\u00e9\\n\\x41\\\nb"}', { a: "é\nAb" }],
  ["\uFEFF{}", {}],
  ["[+1, 1e3, 0x1F, undefined]", [1, 1000, 31, null]],
];

Deno.test("readJson() takes comments, last commas, single quotes and bare keys", () => {
  for (const [text, wanted] of GOOD) {
    const reading = readJson(text);
    if (wanted === null) assertTrue(!reading.ok, "-0x0 is no number");
    else {
      assertTrue(reading.ok, `${text}: ${JSON.stringify(reading)}`);
      assertEquals(plain(reading.tree), wanted);
    }
  }
});

const BAD: readonly (readonly [string, number, string, string])[] = [
  ['{\n  "cwd"： "x"\n}', 2, 'column 8 has "：" (U+FF1A, a full-width colon)', 'write ":"'],
  ['{"a": 1，"b": 2}', 1, 'column 8 has "，" (U+FF0C, a full-width comma)', 'write ","'],
  ["{“a”: 1}", 1, 'column 2 has "“" (U+201C, a curly quotation mark)', "write '\"'"],
  ['{"a"=1}', 1, 'column 5 has "="', 'there should be ":" after the key "a"'],
  ['{"a": 1\n"b": 2}', 2, 'column 1 has "\\""', 'there should be "," or "}"'],
  ['{"程序": 是}', 1, 'column 8 has "是"', "there should be a value"],
  ['{"a": "x\n"}', 1, "column 7 begins a text that does not end in its line", 'close it: "'],
  ["{", 1, "column 2 is the end of the file", 'write a key or "}"'],
  ["{} x", 1, 'column 4 has "x"', "there should be the end"],
  ["/* x", 1, "column 1 has a comment that does not end", "close it with */"],
  ["｛｝", 1, 'column 1 has "｛" (U+FF5B, a full-width "{")', 'write "{"'],
  ["[".repeat(200), 1, "column 101 is nested too deep", ""],
];

Deno.test("readJson() says line, column, character and what was meant", () => {
  for (const [text, line, what, allowed] of BAD) {
    const reading = readJson(text);
    assertTrue(!reading.ok, text);
    assertEquals(reading.fault, { line, what: `Cannot read as JSON: ${what}`, allowed });
  }
});

Deno.test("readJson() reads what JSON.stringify writes, and never throws", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const reading = readJson(JSON.stringify(value, null, 1));
      assertTrue(reading.ok, JSON.stringify(reading));
      assertEquals(
        JSON.parse(JSON.stringify(plain(reading.tree))),
        JSON.parse(JSON.stringify(value)),
      );
    }),
    { numRuns: 200 },
  );
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    readJson(text);
  }));
});
