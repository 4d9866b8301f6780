// What is kept of a flood that nobody can take.
import { lastLines } from "../../../src/control/logs/last_lines.ts";
import { assertEquals } from "../../support/assert.ts";

function flood(lines: readonly string[]) {
  return {
    bytes: new TextEncoder().encode(lines.join("\n") + "\n"),
    lines: lines.length,
    missing: 0,
  };
}

Deno.test("lastLines() keeps whole lines from the end, and counts what it leaves out", () => {
  const lines = Array.from(
    { length: 10_000 },
    (_, number) => `line ${String(number).padStart(9, "0")}`,
  );
  const kept = lastLines(flood(lines));
  const text = new TextDecoder().decode(kept.bytes).trimEnd().split("\n");
  assertEquals(text, lines.slice(-text.length));
  assertEquals([kept.lines, kept.missing], [text.length, 10_000 - text.length]);
  assertEquals(kept.bytes.length <= 64 << 10, true);
});

Deno.test("lastLines() leaves alone what is short, and one long line", () => {
  const short = flood(["a", "b"]);
  assertEquals(lastLines(short), short);
  const long = flood(["x".repeat(100_000)]);
  assertEquals(lastLines(long), long);
});
