// What one runner notes of its jobs for the next, and what that one makes of it.
import { isNoted, recordsOf } from "../../src/core/job_record.ts";
import { type JobRecords, newJobs } from "../../src/core/job_state.ts";
import type { SchedulePlan } from "../../src/manifest/plan_work.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { every, jobOf, jobPlan, MINUTE, steps } from "../support/jobs.ts";
import { planOf } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

const ID = "job:job";

function worldOf(schedule: Partial<SchedulePlan> = {}, records?: JobRecords): PoolWorld {
  const world = new PoolWorld(planOf([jobPlan(schedule)]), { calendar: every });
  world.pool = { ...world.pool, jobs: newJobs([], records) };
  world.post({ kind: "boot" });
  return world;
}

/** A runner under which the job has failed and gone well, and runs. */
function before(): PoolWorld {
  const world = worldOf();
  for (const code of [1, 0]) {
    world.pass(MINUTE);
    world.exitWith(ID, code);
  }
  world.pass(MINUTE);
  return world;
}

Deno.test("a job has the runs of the runner before, and the one that was cut off is lost", () => {
  const world = worldOf({}, recordsOf(before().pool.jobs));
  const job = jobOf(world);
  assertEquals(job.past.map(({ result }) => result), ["lost", "ok", "failed"]);
  assertEquals([job.last?.result, job.last?.reason], ["lost", "the runner ended"]);
  assertEquals([job.lastSuccess, job.runs, job.counts.lost], [2 * MINUTE, [], 1]);
  assertEquals([steps(world), world.stateOf(ID)], [["failed lost"], "STOPPED"]);
  world.pass(MINUTE);
  assertEquals(jobOf(world).runs.length, 1, "and it goes on as planned");
});

Deno.test("history bounds what is taken from the runner before; the latest run is known without any", () => {
  const kept = recordsOf(before().pool.jobs);
  assertEquals(jobOf(worldOf({ history: 2 }, kept)).past.length, 2);
  const none = jobOf(worldOf({ history: 0 }, kept));
  assertEquals([none.past, none.last?.result, none.lastSuccess], [[], "lost", 2 * MINUTE]);
});

Deno.test("a job that is paused is so under the next runner, also where runs were missed", () => {
  const world = before();
  world.post({ kind: "command", command: { kind: "pause", ids: [ID] } });
  const records = recordsOf(world.pool.jobs);
  assertEquals(records.paused, [ID]);
  const next = new PoolWorld(planOf([jobPlan({ catchUp: "once" })]), { calendar: every });
  next.skew = 60 * MINUTE;
  const memory = { key: ID, timing: `${MINUTE}`, done: MINUTE };
  next.pool = { ...next.pool, jobs: newJobs([memory], records) };
  next.post({ kind: "boot" });
  next.pass(10 * MINUTE);
  assertEquals([next.runs(ID), jobOf(next).next], [0, null]);
});

Deno.test("what was kept is taken once: a job that comes back by an update has missed nothing since", () => {
  const world = new PoolWorld(planOf([jobPlan({ catchUp: "once" })]), { calendar: every });
  const memory = { key: ID, timing: `${MINUTE}`, done: 0 };
  world.pool = { ...world.pool, jobs: newJobs([memory]) };
  world.post({ kind: "boot" });
  world.pass(10 * MINUTE);
  world.exitWith(ID, 0);
  const runs = world.runs(ID);
  const update = (plans: Parameters<typeof planOf>[0]) =>
    world.post({ kind: "command", command: { kind: "update", plan: planOf(plans) } });
  update([]);
  world.pass(5_000);
  update([jobPlan({ catchUp: "once" })]);
  assertEquals([world.runs(ID), jobOf(world).waiting], [0, null]);
  assertTrue(runs > 0, "it had run before");
});

Deno.test("recordsOf() keeps the latest runs of each where all of them would be too many, and no long reasons", () => {
  const { past: [one] } = jobOf(before());
  if (one === undefined) throw new Error("there is no run");
  const long = { ...one, reason: "x".repeat(10_000) };
  const past = Array.from({ length: 1_000 }, () => long);
  const job = { ...jobOf(before()), past };
  const { jobs } = recordsOf({ items: Array.from({ length: 100 }, () => job), paused: [] });
  assertEquals([jobs.length, jobs[0]?.past.length], [100, 100]);
  assertTrue((jobs[0]?.past[0]?.reason.length ?? 0) < 1_000, "the reason is cut");
});

Deno.test("isNoted() is false as soon as a run has begun or ended, and true when only time has passed", () => {
  const world = worldOf();
  const { items } = world.pool.jobs;
  world.pass(30_000);
  assertTrue(isNoted(items, world.pool.jobs.items), "only time has passed");
  world.pass(30_000);
  assertTrue(!isNoted(items, world.pool.jobs.items), "a run has begun");
  const running = world.pool.jobs.items;
  world.exitWith(ID, 0);
  assertTrue(!isNoted(running, world.pool.jobs.items), "it has ended");
  assertTrue(!isNoted(running, []), "there is no job any more");
});
