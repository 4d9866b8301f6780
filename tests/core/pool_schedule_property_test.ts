// Jobs under any course of events: no run is lost, none is twice, and a pool always knows when to look again.
import fc from "fast-check";
import type { Overlap } from "../../src/manifest/plan_work.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { every, jobOf, jobPlan, MINUTE } from "../support/jobs.ts";
import { planOf } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

const IDS = ["job:job_0", "job:job_1"];

function worldOf(overlap: Overlap): PoolWorld {
  const schedule = { overlap, timeout: 90_000, retries: 1, history: 1_000 };
  const processes = IDS.map((id, instance) => ({
    ...jobPlan(schedule),
    id,
    name: `job_${instance}`,
    instance,
  }));
  const world = new PoolWorld(planOf(processes), { calendar: every });
  world.post({ kind: "boot" });
  return world;
}

type Act = (world: PoolWorld) => void;

const id = fc.constantFrom(...IDS);
const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.integer({ min: 0, max: 2 * MINUTE }).map((time): Act => (world) => world.pass(time)),
  fc.tuple(id, fc.integer({ min: 0, max: 1 })).map(([one, code]): Act => (world) => {
    if (world.childOf(one) !== undefined) world.exitWith(one, code);
  }),
  fc.tuple(id, fc.constantFrom("start", "stop", "restart", "kill", "pause", "resume"))
    .map(([one, kind]): Act => (world) => {
      world.post({ kind: "command", command: { kind, ids: [one] } });
    }),
  fc.integer({ min: -2 * MINUTE, max: 5 * MINUTE }).map((by): Act => (world) => {
    world.skew = Math.max(0, world.skew + by);
  }),
  id.map((one): Act => (world) => {
    if (!world.broken.delete(one)) world.broken.set(one, "broken");
  }),
);

const overlaps = fc.constantFrom<Overlap[]>("skip", "queue", "kill", "allow");

Deno.test("every run begins once and ends once, whatever happens", () => {
  fc.assert(fc.property(overlaps, fc.array(acts, { maxLength: 40 }), (overlap, course) => {
    const world = worldOf(overlap);
    for (const act of course) act(world);
    const job = jobOf(world);
    const begun = world.facts.filter((fact) => fact.kind === "job" && fact.step === "begun");
    const ended = world.facts.filter((fact) =>
      fact.kind === "job" && (fact.step === "ended" || fact.step === "failed")
    );
    assertEquals(begun.length, ended.length + job.runs.length);
    assertEquals(job.past.length, ended.length);
    const keys = [...job.runs, ...job.past].map((run) => `${run.id} ${run.run}`);
    assertEquals(new Set(keys).size, keys.length);
    assertEquals(job.runs.length, world.children.size);
  }));
});

Deno.test("the schedule begins no second run beside another unless overlap is allow", () => {
  fc.assert(fc.property(overlaps, fc.array(acts, { maxLength: 40 }), (overlap, course) => {
    const world = worldOf(overlap);
    for (const act of course) {
      const before = world.facts.length;
      const running = jobOf(world).runs.length;
      act(world);
      // Within one act there may be many steps: only those that end nothing tell.
      const facts = world.facts.slice(before).filter((fact) => fact.kind === "job");
      const isCalm = facts.every((fact) => fact.step !== "ended" && fact.step !== "failed");
      const own = facts.filter((fact) => fact.step === "begun" && fact.why !== "manual");
      if (isCalm && running > 0 && overlap !== "allow") assertEquals(own, []);
    }
  }));
});

Deno.test("the clock begins nothing while a job is paused", () => {
  fc.assert(fc.property(overlaps, fc.array(acts, { maxLength: 40 }), (overlap, course) => {
    const world = worldOf(overlap);
    for (const act of course) act(world);
    let isPaused = false;
    for (const fact of world.facts) {
      if (fact.kind !== "job") continue;
      if (fact.step === "paused" || fact.step === "resumed") isPaused = fact.step === "paused";
      else if (isPaused && fact.step === "begun") assertEquals(fact.why, "manual");
    }
    assertEquals(world.pool.jobs.paused.length, isPaused ? 1 : 0);
  }));
});

Deno.test("no planned time is run twice by the schedule, also when clocks are set", () => {
  fc.assert(fc.property(overlaps, fc.array(acts, { maxLength: 40 }), (overlap, course) => {
    const world = worldOf(overlap);
    for (const act of course) act(world);
    const planned = world.facts.flatMap((fact) =>
      fact.kind === "job" && fact.step === "begun" && fact.why === "schedule" ? [fact.planned] : []
    );
    assertEquals(new Set(planned).size, planned.length);
  }));
});

Deno.test("a pool with a schedule always looks again, and always later", () => {
  fc.assert(fc.property(overlaps, fc.array(acts, { maxLength: 40 }), (overlap, course) => {
    const world = worldOf(overlap);
    for (const act of course) {
      act(world);
      world.post({ kind: "look" });
      const { wakeAt } = world.pool.jobs;
      assertTrue(wakeAt > world.now, `wakes at ${wakeAt}, and it is ${world.now}`);
      assertTrue(wakeAt <= world.now + MINUTE, `wakes at ${wakeAt}, and it is ${world.now}`);
    }
  }));
});
