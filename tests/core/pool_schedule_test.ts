// Jobs in the pool: due, overlap, time limit, retries, clocks that are set, updates and the end.
import type { SchedulePlan } from "../../src/manifest/plan_work.ts";
import { assertEquals } from "../support/assert.ts";
import { every, HOUR, jobOf, jobPlan, MINUTE, steps } from "../support/jobs.ts";
import { planOf, processPlan } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

function worldOf(schedule: Partial<SchedulePlan> = {}, count = 1): PoolWorld {
  const names = Array.from({ length: count }, (_, at) => at);
  const processes = names.map((instance) => {
    const name = count === 1 ? "job" : `job_${instance}`;
    return { ...jobPlan(schedule), id: `job:${name}`, name, instance };
  });
  const world = new PoolWorld(planOf(processes), { calendar: every });
  world.post({ kind: "boot" });
  return world;
}

const ID = "job:job";

Deno.test("a job is not started at boot, begins when it is due, and is EXITED between its runs", () => {
  const world = worldOf();
  assertEquals(world.stateOf(ID), "STOPPED");
  world.pass(MINUTE - 1);
  assertEquals(world.stateOf(ID), "STOPPED");
  world.pass(1);
  assertEquals(world.stateOf(ID), "RUNNING");
  world.pass(5_000);
  world.exitWith(ID, 0);
  assertEquals(world.stateOf(ID), "EXITED");
  world.pass(MINUTE);
  assertEquals(world.runs(ID), 2);
  assertEquals(steps(world), ["begun schedule", "ended ok", "begun schedule"]);
  const [past] = jobOf(world).past;
  assertEquals([past?.planned, past?.ended.mono], [MINUTE, MINUTE + 5_000]);
  assertEquals(jobOf(world).lastSuccess, MINUTE + 5_000);
});

Deno.test("a run that ends with an exit code that is not expected has failed", () => {
  const world = worldOf();
  world.pass(MINUTE);
  world.exitWith(ID, 3);
  assertEquals(steps(world), ["begun schedule", "failed failed"]);
  assertEquals(jobOf(world).counts.failed, 1);
  assertEquals(world.stateOf(ID), "EXITED");
  world.pass(MINUTE);
  assertEquals(world.stateOf(ID), "RUNNING");
});

Deno.test("a run whose program cannot be started has failed, and the next one is tried", () => {
  const world = worldOf();
  world.broken.set(ID, "no such file");
  world.pass(MINUTE);
  assertEquals(steps(world), ["begun schedule", "failed failed"]);
  assertEquals(jobOf(world).last?.reason, "no such file");
  world.broken.clear();
  world.pass(MINUTE);
  assertEquals(world.stateOf(ID), "RUNNING");
});

Deno.test("overlap decides what becomes of a run that is due while another runs", async (test) => {
  await test.step("skip leaves it out", () => {
    const world = worldOf();
    world.pass(3 * MINUTE);
    assertEquals(steps(world), ["begun schedule", "skipped", "skipped"]);
    world.exitWith(ID, 0);
    assertEquals(world.stateOf(ID), "EXITED");
    world.pass(MINUTE);
    assertEquals(world.runs(ID), 2);
  });
  await test.step("queue runs one of them afterwards", () => {
    const world = worldOf({ overlap: "queue" });
    world.pass(3 * MINUTE);
    assertEquals(steps(world), ["begun schedule", "due", "skipped"]);
    world.exitWith(ID, 0);
    assertEquals(world.stateOf(ID), "RUNNING");
    assertEquals(jobOf(world).runs[0]?.planned, 2 * MINUTE);
    world.exitWith(ID, 0);
    assertEquals(world.stateOf(ID), "EXITED");
  });
  await test.step("kill stops the one before, and begins when it is down", () => {
    const world = worldOf({ overlap: "kill" });
    world.pass(2 * MINUTE);
    assertEquals(world.stateOf(ID), "STOPPING");
    assertEquals(world.signals, [{ id: ID, signal: 15, at: 2 * MINUTE }]);
    world.end(ID, { kind: "signal", signal: 15, coreDumped: false });
    assertEquals(world.stateOf(ID), "RUNNING");
    assertEquals(steps(world), ["begun schedule", "due", "ended replaced", "begun schedule"]);
  });
  await test.step("allow takes a process that is free, as long as there is one", () => {
    const world = worldOf({ overlap: "allow" }, 2);
    world.pass(3 * MINUTE);
    assertEquals(steps(world), ["begun schedule", "begun schedule", "skipped"]);
    world.exitWith("job:job_0", 0);
    world.pass(MINUTE);
    assertEquals(world.stateOf("job:job_0"), "RUNNING");
    assertEquals(world.runs("job:job_0"), 2);
  });
});

Deno.test("a run that takes longer than timeout is stopped and counts as failed", () => {
  const world = worldOf({ timeout: 20_000, retries: 1 });
  world.pass(MINUTE + 20_000);
  assertEquals(world.signals, [{ id: ID, signal: 15, at: MINUTE + 20_000 }]);
  // Its stop sequence goes on as for any other program.
  world.pass(10_000);
  assertEquals(world.signals.at(-1), { id: ID, signal: 9, at: MINUTE + 30_000 });
  world.end(ID, { kind: "signal", signal: 9, coreDumped: false });
  assertEquals(steps(world), ["begun schedule", "failed timeout"]);
  world.pass(10_000);
  assertEquals(steps(world).at(-1), "begun retry 2");
});

Deno.test("a program that ends well when it is stopped for its timeout has failed all the same", () => {
  const world = worldOf({ timeout: 20_000 });
  world.pass(MINUTE + 20_000);
  world.exitWith(ID, 0);
  assertEquals(jobOf(world).last?.result, "timeout");
});

Deno.test("retries follow a failed run, each after retry_delay, until one is good", async (test) => {
  await test.step("as many as there are", () => {
    const world = worldOf({ retries: 2, retryDelay: 1_000, expression: `${HOUR}` });
    world.pass(HOUR);
    for (const wait of [1_000, 1_000, 0]) {
      world.exitWith(ID, 1);
      world.pass(wait);
    }
    world.pass(10 * MINUTE);
    const failed = ["failed failed"];
    const retries = ["begun retry 2", ...failed, "begun retry 3", ...failed];
    assertEquals(steps(world), ["begun schedule", ...failed, ...retries]);
  });
  await test.step("none after a good one", () => {
    const world = worldOf({ retries: 2, expression: `${HOUR}` });
    world.pass(HOUR);
    world.exitWith(ID, 1);
    world.pass(10_000);
    world.exitWith(ID, 0);
    world.pass(10 * MINUTE);
    assertEquals(world.runs(ID), 2);
  });
  await test.step("none when a person has stopped it", () => {
    const world = worldOf({ retries: 2, expression: `${HOUR}` });
    world.pass(HOUR);
    world.exitWith(ID, 1);
    world.post({ kind: "command", command: { kind: "stop", ids: [ID] } });
    world.pass(10 * MINUTE);
    assertEquals(world.runs(ID), 1);
  });
  await test.step("none when the next run is due before", () => {
    const world = worldOf({ retries: 1, retryDelay: 90_000 });
    world.pass(MINUTE);
    world.exitWith(ID, 1);
    world.pass(MINUTE);
    world.exitWith(ID, 0);
    world.pass(30_000);
    assertEquals(steps(world).filter((text) => text.startsWith("begun retry")), []);
  });
});

Deno.test("a run that a person starts is one, is not tried again, and keeps another from beginning", () => {
  const world = worldOf({ retries: 3 });
  world.post({ kind: "command", command: { kind: "start", ids: [ID] } });
  assertEquals(steps(world), ["begun manual"]);
  world.pass(MINUTE);
  assertEquals(steps(world).at(-1), "skipped");
  world.exitWith(ID, 1);
  world.pass(30_000);
  assertEquals(steps(world).at(-1), "failed failed");
});

Deno.test("stop ends the run under way, and the schedule goes on", () => {
  const world = worldOf({ retries: 3, overlap: "queue" });
  world.pass(2 * MINUTE);
  world.post({ kind: "command", command: { kind: "stop", ids: [ID] } });
  world.end(ID, { kind: "signal", signal: 15, coreDumped: false });
  assertEquals(steps(world).at(-1), "ended stopped");
  assertEquals(world.stateOf(ID), "STOPPED");
  world.pass(MINUTE);
  assertEquals(world.stateOf(ID), "RUNNING");
});

Deno.test("a clock set forward is one run, however many were due", () => {
  const world = worldOf();
  world.pass(30_000);
  world.skew = 5 * MINUTE;
  // Timers do not tell: it is noticed within a minute.
  world.pass(MINUTE);
  world.exitWith(ID, 0);
  assertEquals(world.runs(ID), 1);
  assertEquals(steps(world).slice(0, 2), ["missed 5", "begun schedule"]);
  assertEquals(jobOf(world).next?.planned, 7 * MINUTE);
});

Deno.test("a clock set back runs nothing twice", () => {
  const world = worldOf({ expression: `${HOUR}` });
  world.pass(HOUR);
  world.exitWith(ID, 0);
  world.skew = -30 * MINUTE;
  world.pass(HOUR);
  assertEquals(world.runs(ID), 1);
  world.pass(30 * MINUTE);
  assertEquals(world.runs(ID), 2);
});

Deno.test("a clock that was far ahead and is set right begins the schedule anew", () => {
  const world = worldOf({ expression: `${HOUR}` });
  world.skew = 1000 * HOUR;
  world.pass(HOUR);
  world.exitWith(ID, 0);
  world.skew = 0;
  world.pass(HOUR);
  assertEquals(world.runs(ID), 2);
});

Deno.test("jitter begins a run later, and the plan stays as it is", () => {
  const world = worldOf({ jitter: 30_000 });
  const job = jobOf(world);
  assertEquals(job.next?.planned, MINUTE);
  const late = (job.next?.at ?? 0) - MINUTE;
  assertEquals(late > 0 && late < 30_000, true);
  world.pass(MINUTE + late - 1);
  assertEquals(world.runs(ID), 0);
  world.pass(1);
  assertEquals(jobOf(world).runs[0]?.planned, MINUTE);
  assertEquals(jobOf(world).next?.planned, 2 * MINUTE);
});

Deno.test("an update with another schedule plans anew, and the run under way goes on", () => {
  const world = worldOf();
  world.pass(MINUTE);
  const plan = planOf([jobPlan({ expression: `${HOUR}` })]);
  world.post({ kind: "command", command: { kind: "update", plan } });
  assertEquals(world.stateOf(ID), "RUNNING");
  assertEquals(jobOf(world).next?.planned, HOUR);
  world.pass(10 * MINUTE);
  world.exitWith(ID, 0);
  assertEquals(steps(world), ["begun schedule", "ended ok"]);
});

Deno.test("an update with another command is for the next run", () => {
  const world = worldOf();
  world.pass(MINUTE);
  const plan = planOf([jobPlan({}, { command: ["/bin/other"] })]);
  world.post({ kind: "command", command: { kind: "update", plan } });
  assertEquals([world.stateOf(ID), world.signals.length], ["RUNNING", 0]);
  world.exitWith(ID, 0);
  assertEquals(steps(world).at(-1), "ended ok");
  world.pass(MINUTE);
  assertEquals(world.pool.processes.get(ID)?.plan.command, ["/bin/other"]);
  assertEquals(world.runs(ID), 2);
});

Deno.test("a run that goes on with old values can be stopped", () => {
  const world = worldOf();
  world.pass(MINUTE);
  const plan = planOf([jobPlan({}, { command: ["/bin/other"] })]);
  world.post({ kind: "command", command: { kind: "update", plan } });
  world.post({ kind: "command", command: { kind: "stop", ids: [ID] } });
  assertEquals(world.stateOf(ID), "STOPPING");
});

Deno.test("a service that gets a schedule is stopped, and runs when it is due", () => {
  const world = new PoolWorld(planOf([processPlan("job")]), { calendar: every });
  world.post({ kind: "boot" });
  world.pass(2_000);
  world.post({ kind: "command", command: { kind: "update", plan: planOf([jobPlan()]) } });
  assertEquals(world.stateOf(ID), "STOPPING");
  world.exitWith(ID, 0);
  assertEquals(world.stateOf(ID), "STOPPED");
  world.pass(MINUTE);
  assertEquals(world.stateOf(ID), "RUNNING");
});

Deno.test("a job that leaves the plan is due no more", () => {
  const world = worldOf();
  world.post({ kind: "command", command: { kind: "update", plan: planOf([]) } });
  world.pass(3 * MINUTE);
  assertEquals(world.pool.jobs.items, []);
  assertEquals(world.pool.jobs.wakeAt, Infinity);
});

Deno.test("a shutdown stops the run under way and begins no other", () => {
  const world = worldOf({ retries: 3, overlap: "queue" });
  world.pass(2 * MINUTE);
  world.post({ kind: "command", command: { kind: "shutdown", why: "test" } });
  assertEquals(world.stateOf(ID), "STOPPING");
  world.end(ID, { kind: "signal", signal: 15, coreDumped: false });
  assertEquals(world.finished, 0);
  assertEquals(world.runs(ID), 1);
});

Deno.test("shutdown_when = all-exited waits for ever where there is a schedule", () => {
  const plan = planOf([jobPlan(), processPlan("once")], { shutdownWhen: "all-exited" });
  const world = new PoolWorld(plan, { calendar: every });
  world.post({ kind: "boot" });
  world.pass(MINUTE);
  world.exitWith("once:once", 0);
  world.exitWith(ID, 0);
  world.pass(10_000);
  assertEquals(world.finished, null);
  assertEquals(world.pool.phase.name, "UP");
});

Deno.test("a rolling reload leaves jobs alone", () => {
  const world = worldOf();
  world.pass(MINUTE);
  world.post({ kind: "command", command: { kind: "reload", ids: [ID], atOnce: 1 } });
  assertEquals([world.stateOf(ID), world.pool.rolling], ["RUNNING", null]);
});

Deno.test("a run waits for what its program depends on", () => {
  const dependsOn = [{
    target: "db",
    ids: ["db:db"],
    until: "ready",
    restartsWith: false,
  }] as const;
  const db = processPlan("db", { autostart: false });
  const world = new PoolWorld(planOf([db, jobPlan({}, { dependsOn })]), { calendar: every });
  world.post({ kind: "boot" });
  world.pass(2 * MINUTE);
  assertEquals([world.runs(ID), steps(world)], [0, ["due", "skipped", "due"]]);
  world.post({ kind: "command", command: { kind: "start", ids: ["db:db"] } });
  world.pass(2_000);
  assertEquals([world.stateOf("db:db"), world.runs(ID)], ["RUNNING", 1]);
});

Deno.test("the history is bounded, however long a job is due every second", () => {
  const world = worldOf({ expression: "1000", history: 3 });
  for (let second = 0; second < 5_000; second++) {
    world.pass(1_000);
    world.exitWith(ID, 0);
    world.facts.length = 0;
  }
  const job = jobOf(world);
  assertEquals([job.past.length, job.counts.ok, job.runs.length], [3, 5_000, 0]);
});

Deno.test("a jitter longer than the period leaves runs out, and none of them is missed", () => {
  const world = worldOf({ expression: "1000", jitter: 10_000 });
  for (let second = 0; second < 60; second++) {
    world.pass(1_000);
    if (world.stateOf(ID) === "RUNNING") world.exitWith(ID, 0);
  }
  const { counts } = jobOf(world);
  assertEquals([counts.missed, counts.skipped], [0, 0]);
  assertEquals(counts.ok > 5 && counts.ok < 15, true, `${counts.ok} runs`);
});

Deno.test("a pool without schedules is not woken for them", () => {
  const world = new PoolWorld(planOf([processPlan("web")]), { calendar: every });
  world.post({ kind: "boot" });
  assertEquals(world.pool.jobs.wakeAt, Infinity);
});

Deno.test("what was missed while no runner ran", async (test) => {
  const away = (catchUp: "none" | "once", values: { done: number; timing?: string }) => {
    const world = new PoolWorld(planOf([jobPlan({ catchUp })]), { calendar: every });
    world.skew = HOUR;
    const memory = { key: "job:job", timing: `${MINUTE}`, ...values };
    world.pool = { ...world.pool, jobs: { ...world.pool.jobs, remembered: [memory] } };
    world.post({ kind: "boot" });
    return world;
  };
  await test.step("is one run with catch_up = once", () => {
    const world = away("once", { done: HOUR - 3 * MINUTE });
    assertEquals(steps(world), ["missed 3", "begun catch-up"]);
  });
  await test.step("is nothing with catch_up = none", () => {
    assertEquals(steps(away("none", { done: HOUR - 3 * MINUTE })), []);
  });
  await test.step("is nothing when nothing was missed", () => {
    assertEquals(steps(away("once", { done: HOUR })), []);
  });
  await test.step("is nothing of another schedule", () => {
    assertEquals(steps(away("once", { done: 0, timing: "@daily" })), []);
  });
  await test.step("is not run again when the clock was set back meanwhile", () => {
    const world = away("once", { done: HOUR + 5 * MINUTE });
    assertEquals(jobOf(world).next?.planned, HOUR + 6 * MINUTE);
  });
});
