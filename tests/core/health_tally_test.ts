// When failed looks are enough.
import { countLook, type HealthTally, isEnough, NO_LOOKS } from "../../src/core/health_tally.ts";
import type { HealthPlan } from "../../src/manifest/plan_work.ts";
import { assertEquals } from "../support/assert.ts";

const PLAN: HealthPlan = {
  probe: { kind: "tcp", host: "localhost", port: 1 },
  interval: 1_000,
  timeout: 500,
  failures: 3,
  grace: 5_000,
};

/** Looks every second from second `from` on: `x` is a bad one. */
function after(looks: string, from = 10): HealthTally {
  return [...looks].reduce(
    (tally, look, at) =>
      countLook(tally, { fault: look === "x" ? "bad" : null, uptime: (from + at) * 1_000 }, PLAN),
    NO_LOOKS,
  );
}

Deno.test("isEnough() wants so many bad looks in a row", () => {
  for (const [looks, enough] of [["xx", false], ["xxx", true], ["xx.xx", false]] as const) {
    assertEquals(isEnough(after(looks), PLAN), enough, looks);
  }
});

Deno.test("countLook() does not count bad looks within the grace, but keeps them", () => {
  assertEquals(after("xxxxx", 0), { inARow: 0, failed: 5, well: 0 });
  assertEquals(after("xxxxxxxx", 0), { inARow: 3, failed: 8, well: 0 });
});

Deno.test("countLook() remembers until when all was well", () => {
  assertEquals(after("..x").well, 11_000);
});
