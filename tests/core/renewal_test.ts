// Restarts by the clock: at the times of restart_schedule, one process after the other, and never counted as a crash.
import { assertEquals } from "../support/assert.ts";
import type { Calendar } from "../../src/manifest/cron.ts";
import { OURS, planOf, processPlan } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

const EVERY = 100_000;
/** Due whenever the wall clock shows a multiple of a hundred seconds. */
const calendar: Calendar = (_, after) => (Math.floor(after / EVERY) + 1) * EVERY;
const renewed = { ...OURS, restartAt: { expression: "0 4 * * *", timeZone: null } };

function pool(restart: typeof OURS) {
  return planOf(
    [0, 1].map((instance) =>
      processPlan(`web_${instance}`, { group: "web", program: "web", instance, restart })
    ),
  );
}

function up(restart: typeof OURS): PoolWorld {
  const world = new PoolWorld(pool(restart), { calendar });
  world.post({ kind: "boot" });
  world.pass(1_000);
  return world;
}

function states(world: PoolWorld): readonly string[] {
  return [...world.pool.processes.keys()].map((id) => world.stateOf(id));
}

Deno.test("restart_schedule restarts one process of a program after the other when the time has come", () => {
  const world = up(renewed);
  world.pass(98_900);
  assertEquals(states(world), ["RUNNING", "RUNNING"]);
  world.pass(100);
  assertEquals(states(world), ["STOPPING", "RUNNING"]);
  world.exitWith("web:web_0", 0);
  world.pass(1_000);
  assertEquals(states(world), ["RUNNING", "STOPPING"]);
  world.exitWith("web:web_1", 0);
  world.pass(90_000);
  assertEquals(states(world), ["RUNNING", "RUNNING"]);
  const process = world.pool.processes.get("web:web_1");
  assertEquals([process?.lastEnd?.planned, process?.lastEnd?.reason], [true, "schedule"]);
  assertEquals([process?.tally.crashes, process?.tally.failedStarts], [0, 0]);
  assertEquals([world.runs("web:web_0"), world.runs("web:web_1")], [2, 2]);
  world.pass(10_000);
  assertEquals(world.stateOf("web:web_0"), "STOPPING", "and at the next time again");
});

Deno.test("restart_schedule goes by the wall clock, and notices within a minute that it was set", () => {
  const world = up(renewed);
  world.skew = 90_000;
  world.pass(60_000);
  assertEquals(states(world), ["STOPPING", "RUNNING"]);
  const back = up(renewed);
  back.pass(90_000);
  back.skew = -50_000;
  back.pass(20_000);
  assertEquals(states(back), ["RUNNING", "RUNNING"], "the time has not come yet");
  back.pass(60_000);
  assertEquals(states(back), ["STOPPING", "RUNNING"]);
});

Deno.test("an update brings restart_schedule to what is running, and takes it and max_age back", () => {
  const world = up(OURS);
  world.post({ kind: "command", command: { kind: "update", plan: pool(renewed) } });
  world.pass(99_000);
  assertEquals(states(world), ["STOPPING", "RUNNING"]);
  for (const restart of [renewed, { ...OURS, maxAge: { age: 50_000, jitter: 0 } }]) {
    const other = up(restart);
    other.post({ kind: "command", command: { kind: "update", plan: pool(OURS) } });
    other.pass(200_000);
    assertEquals(states(other), ["RUNNING", "RUNNING"]);
    assertEquals(other.runs("web:web_0"), 1);
  }
});

Deno.test("a calendar without a day restarts nothing", () => {
  const world = new PoolWorld(pool(renewed), { calendar: () => null });
  world.post({ kind: "boot" });
  world.pass(500_000);
  assertEquals([states(world), world.runs("web:web_0")], [["RUNNING", "RUNNING"], 1]);
});
