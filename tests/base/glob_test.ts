// Patterns of names: what matches, and that a hostile one costs nothing.
import { isGlob, matchesGlob } from "../../src/base/glob.ts";
import { assertEquals } from "../support/assert.ts";

const CASES: readonly (readonly [string, string, boolean])[] = [
  ["web", "web", true],
  ["web", "we", false],
  ["web", "webs", false],
  ["", "", true],
  ["", "*", true],
  ["web", "*", true],
  ["web", "**", true],
  ["web", "w*b", true],
  ["web", "w*x", false],
  ["web", "?eb", true],
  ["web", "????", false],
  ["web_01", "web_0[1-3]", true],
  ["web_04", "web_0[1-3]", false],
  ["web_04", "web_0[!1-3]", true],
  ["web_0a", "web_0[abc]", true],
  ["a-b", "a[-]b", true],
  ["a]b", "a[]]b", true],
  ["a[b", "a[b", true],
  ["web", "WEB", false],
  ["a.b", "a?b", true],
  ["axb", "a.b", false],
  ["abcabd", "*abd", true],
  ["größe", "gr??e", true],
];

for (const [text, pattern, expected] of CASES) {
  Deno.test(`matchesGlob() of "${text}" with "${pattern}" is ${expected}`, () => {
    assertEquals(matchesGlob(text, pattern), expected);
  });
}

Deno.test("matchesGlob() tries a hostile pattern only as often as both are long", () => {
  assertEquals(matchesGlob("a".repeat(5_000), "*a".repeat(200) + "b"), false);
});

Deno.test("isGlob() knows a pattern by its characters", () => {
  assertEquals(["web", "we*", "we?", "[w]eb", "web:0"].map(isGlob), [
    false,
    true,
    true,
    true,
    false,
  ]);
});
