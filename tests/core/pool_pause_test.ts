// Schedules that are paused: nothing begins by the clock, what runs goes on, and nothing is made up for.
import type { Calendar } from "../../src/manifest/cron.ts";
import type { SchedulePlan } from "../../src/manifest/plan_work.ts";
import { assertEquals } from "../support/assert.ts";
import { every, jobOf, jobPlan, MINUTE, steps } from "../support/jobs.ts";
import { OURS, planOf, processPlan } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

const ID = "job:job";

function worldOf(schedule: Partial<SchedulePlan> = {}): PoolWorld {
  const world = new PoolWorld(planOf([jobPlan(schedule), processPlan("web")]), { calendar: every });
  world.post({ kind: "boot" });
  return world;
}

function ask(world: PoolWorld, kind: "pause" | "resume" | "start", ids = [ID]): void {
  world.post({ kind: "command", command: { kind, ids } });
}

Deno.test("a job that is paused is not due until it is resumed, and nothing is made up for then", () => {
  const world = worldOf({ catchUp: "once" });
  ask(world, "pause");
  world.pass(5 * MINUTE + 30_000);
  assertEquals([world.runs(ID), jobOf(world).next, world.stateOf(ID)], [0, null, "STOPPED"]);
  ask(world, "resume");
  assertEquals([world.runs(ID), jobOf(world).next?.planned], [0, 6 * MINUTE]);
  world.pass(MINUTE / 2);
  assertEquals(steps(world), ["paused", "resumed", "begun schedule"]);
  assertEquals(jobOf(world).counts.missed, 0);
});

Deno.test("pausing a job twice, or a program without schedule, changes nothing and tells nothing", () => {
  const world = worldOf();
  ask(world, "resume");
  ask(world, "pause", ["web:web", "no:such"]);
  assertEquals([steps(world), world.pool.jobs.paused], [[], []]);
  ask(world, "pause");
  ask(world, "pause");
  assertEquals([steps(world), world.pool.jobs.paused], [["paused"], [ID]]);
  assertEquals(world.pool.processes.get("web:web")?.pausedUntil, 0);
});

Deno.test("a run under way goes on when its job is paused, to its end or its timeout, and is not tried again", () => {
  const world = worldOf({ timeout: 20_000, retries: 3 });
  world.pass(MINUTE);
  ask(world, "pause");
  assertEquals(world.stateOf(ID), "RUNNING");
  world.pass(20_000);
  assertEquals(world.stateOf(ID), "STOPPING");
  world.exitWith(ID, 1);
  world.pass(10 * MINUTE);
  assertEquals(steps(world), ["begun schedule", "paused", "failed timeout"]);
  const [failed] = world.facts.flatMap((fact) =>
    fact.kind === "job" && fact.step === "failed" ? [fact] : []
  );
  assertEquals(failed?.retryIn, null);
});

Deno.test("what waits for its turn when a job is paused is dropped", async (test) => {
  await test.step("a further try", () => {
    const world = worldOf({ retries: 1 });
    world.pass(MINUTE);
    world.exitWith(ID, 1);
    assertEquals(jobOf(world).waiting?.for, "retry");
    ask(world, "pause");
    world.pass(10 * MINUTE);
    assertEquals([world.runs(ID), jobOf(world).waiting], [1, null]);
  });
  await test.step("one that is queued", () => {
    const world = worldOf({ overlap: "queue" });
    world.pass(2 * MINUTE);
    assertEquals(jobOf(world).waiting?.for, "queue");
    ask(world, "pause");
    world.exitWith(ID, 0);
    assertEquals([world.runs(ID), world.stateOf(ID)], [1, "EXITED"]);
  });
});

Deno.test("by hand a job runs also while it is paused", () => {
  const world = worldOf();
  ask(world, "pause");
  ask(world, "start");
  assertEquals(world.stateOf(ID), "RUNNING");
  world.exitWith(ID, 0);
  world.pass(2 * MINUTE);
  assertEquals(steps(world), ["paused", "begun manual", "ended ok"]);
});

Deno.test("a pause outlives updates and a clock that is set, but not the program", () => {
  const world = worldOf();
  const update = (plans: Parameters<typeof planOf>[0]) =>
    world.post({ kind: "command", command: { kind: "update", plan: planOf(plans) } });
  ask(world, "pause");
  update([jobPlan({ expression: "1000" })]);
  world.pass(MINUTE);
  world.skew = -10 * 3_600_000;
  world.pass(2 * MINUTE);
  assertEquals([world.runs(ID), jobOf(world).next], [0, null]);
  update([jobPlan({ expression: "1000" }, { command: ["another"] })]);
  world.pass(MINUTE);
  assertEquals([world.runs(ID), world.pool.processes.get(ID)?.pausedUntil], [0, Infinity]);
  update([processPlan("web")]);
  assertEquals(world.pool.jobs.paused, []);
  update([jobPlan({ expression: "1000" })]);
  world.pass(1_000);
  assertEquals(world.runs(ID), 1);
});

Deno.test("a pool in which all is paused is woken only to look at its clock", () => {
  const world = worldOf();
  ask(world, "pause");
  let wakes = 0;
  const post = world.post.bind(world);
  world.post = (event) => {
    wakes += 1;
    post(event);
  };
  world.pass(60 * MINUTE);
  assertEquals(wakes <= 61, true, `${wakes} wakes`);
});

const EVERY = 100_000;
const renewal: Calendar = (_, after) => (Math.floor(after / EVERY) + 1) * EVERY;

function renewed(): PoolWorld {
  const restart = { ...OURS, restartAt: { expression: "0 4 * * *", timeZone: null } };
  const plans = [0, 1].map((instance) =>
    processPlan(`web_${instance}`, { group: "web", program: "web", instance, restart })
  );
  const world = new PoolWorld(planOf(plans), { calendar: renewal });
  world.post({ kind: "boot" });
  world.pass(1_000);
  return world;
}

const WEBS = ["web:web_0", "web:web_1"];

Deno.test("restart_schedule restarts nobody while it is paused, and goes on with the next time after it", () => {
  const world = renewed();
  ask(world, "pause", ["web:web_0"]);
  world.pass(5 * EVERY);
  assertEquals(WEBS.map((id) => world.stateOf(id)), ["RUNNING", "RUNNING"]);
  ask(world, "resume", ["web:web_1"]);
  world.pass(EVERY - 2_000);
  assertEquals(WEBS.map((id) => world.stateOf(id)), ["RUNNING", "RUNNING"]);
  world.pass(2_000);
  assertEquals(WEBS.map((id) => world.stateOf(id)), ["STOPPING", "RUNNING"]);
  assertEquals(steps(world), ["paused", "resumed"]);
});

Deno.test("a restart that waits for its turn when it is paused is taken back; the one that is on its way goes on", () => {
  const world = renewed();
  world.pass(EVERY);
  assertEquals(WEBS.map((id) => world.stateOf(id)), ["STOPPING", "RUNNING"]);
  ask(world, "pause", WEBS);
  world.exitWith("web:web_0", 0);
  world.pass(3 * EVERY);
  assertEquals(WEBS.map((id) => [world.stateOf(id), world.runs(id)]), [["RUNNING", 2], [
    "RUNNING",
    1,
  ]]);
});

Deno.test("one that crashes while its restart_schedule is paused comes back, and stays paused", () => {
  const world = renewed();
  ask(world, "pause", WEBS);
  world.exitWith("web:web_0", 1);
  world.pass(5 * EVERY);
  assertEquals([world.stateOf("web:web_0"), world.runs("web:web_0")], ["RUNNING", 2]);
});
