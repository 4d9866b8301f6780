// Templates of names, commands and paths, found in what came of them.
import { assertEquals } from "../support/assert.ts";
import { templateOf } from "../../src/manifest/export_template.ts";

const CASES: readonly (readonly [string, readonly string[], readonly number[], string | null])[] = [
  ["one text", ["a 100%"], [0], "a 100%%"],
  ["the same texts", ["8080", "8080"], [0, 1], "8080"],
  ["numbers", ["w_9", "w_10"], [9, 10], "w_%(process_num)d"],
  ["numbers with zeros", ["w_09", "w_10"], [9, 10], "w_%(process_num)02d"],
  ["a number behind digits", ["8000", "8001"], [0, 1], "800%(process_num)d"],
  ["a number before digits", ["000", "100"], [0, 1], "%(process_num)d00"],
  [
    "several numbers",
    ["q0 of 3: 0%", "q1 of 3: 1%"],
    [0, 1],
    "q%(process_num)d of 3: %(process_num)d%%",
  ],
  ["different words", ["red", "blue"], [0, 1], null],
  ["other numbers", ["p3", "p9"], [0, 1], null],
];

for (const [what, texts, numbers, expected] of CASES) {
  Deno.test(`templateOf() of ${what}`, () => {
    assertEquals(templateOf(texts, numbers), expected);
  });
}
