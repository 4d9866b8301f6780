// What `describe` says of how a run is.
import { wellnessRows } from "../../../src/control/table/wellness_rows.ts";
import type { WellnessView } from "../../../src/control/api/wellness_types.ts";
import { assertEquals } from "../../support/assert.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const AGO = "2026-11-21T11:59:00Z";

const QUIET: WellnessView = {
  waitsFor: "",
  waiting: "",
  readySince: null,
  health: null,
  heartbeat: null,
  status: "",
  condition: "",
  errno: null,
  metrics: {},
};

function rows(own: Partial<WellnessView>): Record<string, string> {
  const known = wellnessRows({ wellness: { ...QUIET, ...own } }, NOW);
  return Object.fromEntries(known.filter(([, value]) => value !== ""));
}

Deno.test("wellnessRows() says nothing of what nobody looks after, nor for a runner of an older version", () => {
  assertEquals(wellnessRows({ wellness: null }, NOW), []);
  assertEquals(wellnessRows({}, NOW), []);
  assertEquals(rows({}), {});
});

Deno.test("wellnessRows() says what it waits for, and why in vain", () => {
  assertEquals(rows({ waitsFor: "tcp:1" }), { ready: "waiting for tcp:1" });
  assertEquals(rows({ waitsFor: "tcp:1", waiting: "connection refused" }), {
    ready: "waiting for tcp:1 (connection refused)",
  });
  assertEquals(rows({ readySince: AGO }), { ready: "for 1m00s" });
});

Deno.test("wellnessRows() tells of looks, heartbeats and what the program says of itself", () => {
  assertEquals(rows({ health: { at: AGO, fault: "", failures: 0 } }).health, "good, 1m00s ago");
  const bad = { at: AGO, fault: "status 503", failures: 2 };
  assertEquals(rows({ health: bad }).health, "bad, 2 in a row, 1m00s ago: status 503");
  assertEquals(rows({ health: { ...bad, failures: 0 } }).health, "bad, 1m00s ago: status 503");
  const own = { condition: "stopping", status: "3 left", errno: 28, heartbeat: AGO } as const;
  assertEquals(rows({ ...own, metrics: { depth: 7.5, lag: 0 } }), {
    heartbeat: "1m00s ago",
    says: "stopping: 3 left",
    "says errno": "28",
    metrics: "depth 7.5, lag 0",
  });
});
