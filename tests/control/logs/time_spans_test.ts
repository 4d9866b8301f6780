// When bytes came, remembered with little.
import { TimeSpans } from "../../../src/control/logs/time_spans.ts";
import { assertEquals } from "../../support/assert.ts";

Deno.test("since() gives the first bytes that may have come at a time or later", () => {
  const spans = new TimeSpans();
  spans.note(1_000, () => 0);
  spans.note(1_200, () => 10);
  spans.note(9_000, () => 20);
  const cases = [[0, 0], [1_000, 0], [1_200, 0], [1_201, 20], [9_000, 20], [9_001, null]] as const;
  for (const [mono, expected] of cases) assertEquals(spans.since(mono), expected, `${mono}`);
});

Deno.test("timeAt() gives the time of a byte, and within a span by its share of it", () => {
  const spans = new TimeSpans();
  assertEquals(spans.timeAt(0, 0), null);
  spans.note(1_000, () => 5);
  spans.note(1_200, () => 15);
  spans.note(9_000, () => 25);
  const cases = [[4, null], [5, 1_000], [15, 1_100], [24, 1_190], [25, 9_000], [1e9, 9_000]];
  for (const [position, expected] of cases) {
    assertEquals(spans.timeAt(position ?? 0, 30), expected, `${position}`);
  }
});

Deno.test("two days of output every two seconds is remembered with a precision of a seventh of its age", () => {
  const spans = new TimeSpans();
  const end = 2 * 24 * 3_600_000;
  for (let mono = 0; mono <= end; mono += 2_000) spans.note(mono, () => mono);
  assertEquals(spans.count <= 128, true);
  for (const age of [5_000, 60_000, 600_000, 3_600_000, 86_400_000]) {
    const found = spans.since(end - age) ?? Infinity;
    // Never too late, and not much too early: a position is its time here.
    assertEquals(found <= end - age + 2_000, true, `${age}: ${found}`);
    assertEquals(end - found <= age * 8 / 7 + 4_000, true, `${age}: ${(end - found) / age}`);
  }
});
