// A line that is found however its bytes come.
import { LineMatch } from "../../src/core/line_match.ts";
import { assertEquals } from "../support/assert.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("takes() finds a line however it is cut", () => {
  const text = "starting\nlistening on ü:3000\nmore\n";
  const whole = bytes(text);
  for (let at = 0; at <= whole.length; at++) {
    const match = new LineMatch("^listening on ü:\\d+$");
    const found = [match.takes(whole.subarray(0, at)), match.takes(whole.subarray(at))];
    assertEquals(found.includes(true), true, `cut at ${at}`);
  }
});

Deno.test("takes() sees one line at a time, without its end", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["^b$", "a\nb\n", true],
    ["^b$", "a\r\nb\r\n", true],
    ["a.*b", "a\nb\n", false],
    ["^$", "a\n", false],
    ["^$", "a\n\n", true],
    // Only a line that has come to its end: what follows could change its meaning.
    ["^b", "a\nb", false],
    ["é", "\u{fffd}\n", false],
  ];
  for (const [pattern, text, found] of cases) {
    assertEquals(new LineMatch(pattern).takes(bytes(text)), found, `${pattern} in ${text}`);
  }
});

Deno.test("takes() looks at the first 8 KiB of a line, and at the next line again", () => {
  const match = new LineMatch("ready");
  assertEquals(match.takes(bytes("x".repeat(9000) + "ready\n")), false);
  assertEquals(match.takes(bytes("ready\n")), true);
});
