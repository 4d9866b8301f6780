// Ticks at multiples of their period on the wall clock.
import { dueTicks, tickWait, wantedPeriods } from "../../src/core/listener_ticks.ts";
import { assertEquals } from "../support/assert.ts";

const WANTED: readonly (readonly [readonly string[], readonly number[]])[] = [
  [[], []],
  [["PROCESS_STATE"], []],
  [["TICK_60"], [60]],
  [["TICK"], [5, 60, 3600]],
  [["EVENT", "TICK_5"], [5, 60, 3600]],
];

for (const [names, periods] of WANTED) {
  Deno.test(`wantedPeriods() of ${names.join(", ") || "nothing"} are ${periods}`, () => {
    assertEquals(wantedPeriods(names), periods);
  });
}

Deno.test("tickWait() ends at the next multiple, and after a minute at the latest", () => {
  assertEquals(tickWait([], 0), null);
  assertEquals(tickWait([5], 12_345), 2_655);
  assertEquals(tickWait([5, 60], 60_000), 5_000);
  assertEquals(tickWait([3600], 1), 60_000);
});

Deno.test("dueTicks() gives each period that has turned, once", () => {
  const at = (before: number, now: number) => dueTicks([5, 60], { before, now });
  assertEquals(at(4_000, 4_999), []);
  assertEquals(at(4_999, 5_001), [{ period: 5, when: 5 }]);
  assertEquals(at(59_000, 60_000), [{ period: 5, when: 60 }, { period: 60, when: 60 }]);
  // A sleep of the machine is one tick, not many; a clock that is set back is one, too.
  assertEquals(at(1_000, 50_000), [{ period: 5, when: 50 }]);
  assertEquals(at(50_000, 41_000), [{ period: 5, when: 40 }]);
});
