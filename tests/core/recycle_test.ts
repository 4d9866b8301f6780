// Planned replacement: one process of a program at a time, with a spare first, never counted as a crash.
import { assertEquals } from "../support/assert.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { OURS, planOf, processPlan } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

const START = 1_000;

/** `count` processes of one program `web`, and a spare if wished. */
function pool(
  count: number,
  own: Partial<ProcessPlan> = {},
  { spare = 0, maxJobs = null }: { spare?: number; maxJobs?: number | null } = {},
) {
  const plans = Array.from(
    { length: count + spare },
    (_, instance) =>
      processPlan(`web_${instance}`, {
        group: "web",
        program: "web",
        instance,
        restart: OURS,
        recycle: { maxJobs, spare, isSpare: instance >= count },
        ...own,
      }),
  );
  return planOf(plans);
}

function aged(age: number): Partial<ProcessPlan> {
  return { restart: { ...OURS, maxAge: { age, jitter: 0 } } };
}

function up(plan: ReturnType<typeof planOf>): PoolWorld {
  const world = new PoolWorld(plan);
  world.post({ kind: "boot" });
  world.pass(START);
  return world;
}

function states(world: PoolWorld): string[] {
  return [...world.pool.processes.keys()].map((id) => world.stateOf(id));
}

function change(world: PoolWorld, file = "/app/a.ts", more = 0): void {
  const ids = [...world.pool.processes.keys()];
  world.post({ kind: "changed", ids, file, more });
}

function jobs(world: PoolWorld, id: string, count: number): void {
  world.tell(id, { kind: "jobs", run: world.runs(id), count });
}

function overCap(world: PoolWorld, id: string, bytes: number): void {
  world.tell(id, { kind: "over-cap", run: world.runs(id), bytes });
}

const CAPPED: Partial<ProcessPlan> = { memory: { cap: 1_000, action: "restart", hardLimit: null } };

Deno.test("max_age replaces one process of a program after the other", () => {
  const world = up(pool(3, aged(10_000)));
  world.pass(9_000);
  assertEquals(states(world), ["STOPPING", "RUNNING", "RUNNING"]);
  world.pass(60);
  world.exitWith("web:web_0", 0);
  assertEquals(states(world), ["STARTING", "RUNNING", "RUNNING"]);
  world.pass(START);
  assertEquals(states(world), ["RUNNING", "STOPPING", "RUNNING"]);
  world.exitWith("web:web_1", 0);
  world.pass(START);
  world.exitWith("web:web_2", 0);
  world.pass(START);
  assertEquals(states(world), ["RUNNING", "RUNNING", "RUNNING"]);
  const process = world.pool.processes.get("web:web_0");
  assertEquals(process?.lastEnd?.planned, true);
  assertEquals(process?.lastEnd?.reason, "max-age");
  assertEquals([process?.tally.crashes, process?.tally.failedStarts], [0, 0]);
  assertEquals(world.pool.due, []);
});

Deno.test("max_age of different programs does not wait for each other", () => {
  const world = up(planOf([
    processPlan("a", aged(5_000)),
    processPlan("b", aged(5_000)),
  ]));
  world.pass(4_000);
  assertEquals(states(world), ["STOPPING", "STOPPING"]);
});

Deno.test("max_age waits while another process of the program has failed for good", () => {
  const world = up(pool(2, aged(10_000)));
  world.broken.set("web:web_0", "no such file");
  world.exitWith("web:web_0", 1);
  world.pass(300_000);
  assertEquals(states(world), ["FATAL", "RUNNING"]);
  assertEquals(world.runs("web:web_1"), 1);
  world.broken.clear();
  world.post({ kind: "command", command: { kind: "start", ids: ["web:web_0"] } });
  world.pass(START);
  assertEquals(states(world), ["RUNNING", "STOPPING"]);
});

Deno.test("max_age does not wait for one that an operator has stopped", () => {
  const world = up(pool(2, aged(10_000)));
  world.post({ kind: "command", command: { kind: "stop", ids: ["web:web_0"] } });
  world.exitWith("web:web_0", 0);
  world.pass(10_000);
  assertEquals(states(world), ["STOPPED", "STOPPING"]);
});

Deno.test("max_jobs replaces a process that has told of so many", () => {
  const world = up(pool(2, {}, { maxJobs: 10 }));
  jobs(world, "web:web_0", 9);
  assertEquals(states(world), ["RUNNING", "RUNNING"]);
  assertEquals(world.pool.processes.get("web:web_0")?.jobs, 9);
  jobs(world, "web:web_1", 10);
  jobs(world, "web:web_0", 1);
  assertEquals(states(world), ["RUNNING", "STOPPING"]);
  world.pass(5_000);
  world.exitWith("web:web_1", 0);
  world.pass(START);
  assertEquals(states(world), ["STOPPING", "RUNNING"]);
  assertEquals(world.pool.processes.get("web:web_1")?.jobs, 0);
  assertEquals(world.facts.filter(({ kind }) => kind === "max-jobs"), [
    { kind: "max-jobs", id: "web:web_1", jobs: 10 },
    { kind: "max-jobs", id: "web:web_0", jobs: 10 },
  ]);
});

Deno.test("max_jobs passes over what an older run tells", () => {
  const world = up(pool(1, {}, { maxJobs: 2 }));
  world.exitWith("web:web_0", 0);
  world.tell("web:web_0", { kind: "jobs", run: 1, count: 5 });
  assertEquals(world.pool.processes.get("web:web_0")?.jobs, 0);
  assertEquals(world.pool.due, []);
});

Deno.test("max_memory waits for its turn, and no longer than half a minute", () => {
  const world = up(pool(3, CAPPED));
  overCap(world, "web:web_0", 1_010);
  overCap(world, "web:web_1", 1_020);
  overCap(world, "web:web_1", 1_030);
  assertEquals(states(world), ["STOPPING", "RUNNING", "RUNNING"]);
  // It is told once, though measured again.
  assertEquals(world.facts.filter(({ kind }) => kind === "over-cap").length, 2);
  // The first one never stops by itself: after its ten seconds it is killed, and stays a zombie.
  world.pass(29_999);
  assertEquals(states(world)[1], "RUNNING");
  world.pass(1);
  assertEquals(states(world)[1], "STOPPING");
});

Deno.test("max_memory waits for nobody when it is far over its cap", () => {
  const world = up(pool(3, CAPPED));
  overCap(world, "web:web_0", 1_010);
  overCap(world, "web:web_1", 1_050);
  assertEquals(states(world), ["STOPPING", "RUNNING", "RUNNING"]);
  overCap(world, "web:web_1", 1_101);
  assertEquals(states(world), ["STOPPING", "STOPPING", "RUNNING"]);
});

Deno.test("planned ends in a row are slowed down when lives are short", () => {
  const world = up(pool(1, { restart: { ...OURS, startSeconds: 0 } }, { maxJobs: 1 }));
  world.pass(5_000);
  for (let round = 0; round < 6; round++) {
    jobs(world, "web:web_0", 1);
    assertEquals(world.stateOf("web:web_0"), "STOPPING");
    world.exitWith("web:web_0", 0);
    world.pass(2_000 * (round === 0 ? 0 : 1));
  }
  assertEquals(world.facts.some((fact) => fact.kind === "gave-up"), false);
  assertEquals(world.pool.processes.get("web:web_0")?.tally.crashes, 0);
});

Deno.test("a worker that ends after each job is started again at once", () => {
  const world = up(pool(1, { restart: { ...OURS, autorestart: "always", startSeconds: 0 } }));
  for (let round = 0; round < 20; round++) {
    world.pass(1_001);
    world.exitWith("web:web_0", 0);
    assertEquals(world.stateOf("web:web_0"), "RUNNING");
  }
  assertEquals(world.path("web:web_0").includes("BACKOFF"), false);
});

Deno.test("a spare stands by, and is not started at boot nor by hand", () => {
  const world = up(pool(2, {}, { spare: 1 }));
  assertEquals(states(world), ["RUNNING", "RUNNING", "STOPPED"]);
  const ids = [...world.pool.processes.keys()];
  world.post({ kind: "command", command: { kind: "start", ids } });
  world.post({ kind: "command", command: { kind: "restart", ids: ["web:web_2"] } });
  assertEquals(states(world), ["RUNNING", "RUNNING", "STOPPED"]);
});

Deno.test("a spare is RUNNING before the old one stops, and roles rotate", () => {
  const world = up(pool(2, aged(10_000), { spare: 1 }));
  world.pass(9_000);
  assertEquals(states(world), ["RUNNING", "RUNNING", "STARTING"]);
  world.pass(START);
  assertEquals(states(world), ["STOPPING", "RUNNING", "RUNNING"]);
  // The next one waits until somebody stands by again.
  world.pass(5_000);
  assertEquals(states(world), ["STOPPING", "RUNNING", "RUNNING"]);
  world.exitWith("web:web_0", 0);
  assertEquals(states(world), ["STARTING", "RUNNING", "RUNNING"]);
  world.pass(START);
  assertEquals(states(world), ["RUNNING", "STOPPING", "RUNNING"]);
  world.exitWith("web:web_1", 0);
  assertEquals([...world.pool.processes.values()].map(({ standsBy }) => standsBy), [
    false,
    true,
    false,
  ]);
});

Deno.test("a spare that does not come up leaves the old one in service", () => {
  const world = up(pool(1, aged(10_000), { spare: 1 }));
  world.broken.set("web:web_1", "no such file");
  world.pass(600_000);
  assertEquals(states(world), ["RUNNING", "FATAL"]);
  assertEquals(world.runs("web:web_0"), 1);
  const told = world.facts.flatMap((fact) => fact.kind === "spare" ? [fact.step] : []);
  assertEquals(told, ["called", "failed"]);
  // Somebody mends it and starts it: the swap goes on.
  world.broken.clear();
  world.post({ kind: "command", command: { kind: "start", ids: ["web:web_1"] } });
  world.pass(START);
  assertEquals(states(world), ["STOPPING", "RUNNING"]);
});

Deno.test("a spare of a critical program that does not come up does not end the pool", () => {
  const world = up(pool(1, { ...aged(10_000), critical: true }, { spare: 1 }));
  world.broken.set("web:web_1", "no such file");
  world.pass(600_000);
  assertEquals(world.pool.phase.name, "UP");
});

Deno.test("a spare takes over from one that dies meanwhile", () => {
  const world = up(pool(1, aged(10_000), { spare: 1 }));
  world.pass(9_000);
  world.exitWith("web:web_0", 1);
  world.pass(START);
  assertEquals(states(world), ["STOPPING", "RUNNING"]);
  world.exitWith("web:web_0", 0);
  assertEquals(states(world), ["STOPPED", "RUNNING"]);
  assertEquals(world.pool.processes.get("web:web_0")?.standsBy, true);
});

Deno.test("a spare is let go when the old one is stopped by an operator", () => {
  const world = up(pool(1, aged(10_000), { spare: 1 }));
  world.pass(9_000);
  const ids = [...world.pool.processes.keys()];
  world.post({ kind: "command", command: { kind: "stop", ids } });
  assertEquals(states(world), ["STOPPING", "STOPPING"]);
  world.exitWith("web:web_0", 0);
  world.exitWith("web:web_1", 0);
  assertEquals(states(world), ["STOPPED", "STOPPED"]);
  assertEquals(world.pool.swaps, []);
  world.post({ kind: "command", command: { kind: "start", ids } });
  world.pass(START);
  assertEquals(states(world), ["RUNNING", "STOPPED"]);
});

Deno.test("a reload of a program with a spare starts the replacement first", () => {
  const world = up(pool(2, {}, { spare: 1 }));
  const ids = [...world.pool.processes.keys()];
  world.post({ kind: "command", command: { kind: "reload", ids, atOnce: 2 } });
  assertEquals(states(world), ["RUNNING", "RUNNING", "STARTING"]);
  world.pass(START);
  assertEquals(states(world), ["STOPPING", "RUNNING", "RUNNING"]);
  world.exitWith("web:web_0", 0);
  assertEquals(states(world), ["STARTING", "RUNNING", "RUNNING"]);
  world.pass(START);
  world.exitWith("web:web_1", 0);
  assertEquals(states(world), ["RUNNING", "STOPPED", "RUNNING"]);
  assertEquals(world.pool.rolling, null);
  assertEquals(["web:web_0", "web:web_1", "web:web_2"].map((id) => world.runs(id)), [2, 1, 1]);
});

Deno.test("a reload tries a spare again that did not come up for another process", () => {
  const world = up(pool(2, {}, { spare: 1, maxJobs: 5 }));
  world.broken.set("web:web_2", "no such file");
  jobs(world, "web:web_0", 5);
  world.pass(600_000);
  assertEquals(states(world), ["RUNNING", "RUNNING", "FATAL"]);
  world.broken.clear();
  world.post({ kind: "command", command: { kind: "reload", ids: ["web:web_1"], atOnce: 1 } });
  world.pass(START);
  assertEquals(states(world), ["RUNNING", "STOPPING", "RUNNING"]);
  world.exitWith("web:web_1", 0);
  // Now the other one has its turn.
  assertEquals(states(world), ["RUNNING", "STARTING", "RUNNING"]);
  world.pass(START);
  world.exitWith("web:web_0", 0);
  assertEquals(states(world), ["STOPPED", "RUNNING", "RUNNING"]);
  assertEquals([world.pool.swaps, world.pool.rolling], [[], null]);
});

Deno.test("an update keeps roles that have rotated", () => {
  const world = up(pool(1, aged(10_000), { spare: 1 }));
  world.pass(10_000);
  world.exitWith("web:web_0", 0);
  assertEquals(states(world), ["STOPPED", "RUNNING"]);
  const plan = pool(1, { ...aged(10_000), command: ["/bin/false"] }, { spare: 1 });
  world.post({ kind: "command", command: { kind: "update", plan } });
  assertEquals(states(world), ["STOPPED", "STOPPING"]);
  world.exitWith("web:web_1", 0);
  assertEquals(states(world), ["STOPPED", "STARTING"]);
});

Deno.test("an update that takes the spare away lets everybody serve", () => {
  const world = up(pool(2, {}, { spare: 1, maxJobs: 5 }));
  jobs(world, "web:web_0", 5);
  world.pass(START);
  world.exitWith("web:web_0", 0);
  const plan = pool(2, {}, { maxJobs: 5 });
  world.post({ kind: "command", command: { kind: "update", plan } });
  world.pass(START);
  assertEquals(world.stateOf("web:web_0"), "RUNNING");
  assertEquals(world.stateOf("web:web_1"), "RUNNING");
  assertEquals(world.stateOf("web:web_2"), "STOPPING");
});

Deno.test("a program that is scaled keeps a spare", () => {
  const world = up(pool(1, {}, { spare: 1 }));
  world.post({ kind: "command", command: { kind: "update", plan: pool(3, {}, { spare: 1 }) } });
  world.pass(START);
  assertEquals(states(world).filter((name) => name === "RUNNING").length, 3);
  assertEquals(states(world).filter((name) => name === "STOPPED").length, 1);
  world.post({ kind: "command", command: { kind: "update", plan: pool(1, {}, { spare: 1 }) } });
  for (const { id } of [...world.children.values()]) {
    if (world.stateOf(id) === "STOPPING") world.exitWith(id, 0);
  }
  world.pass(START);
  assertEquals(states(world).toSorted(), ["RUNNING", "STOPPED"]);
});

Deno.test("a change restarts one process after the other, and those that are down at once", () => {
  const world = up(pool(3));
  world.broken.set("web:web_2", "no such file");
  world.exitWith("web:web_2", 1);
  world.pass(600_000);
  assertEquals(states(world), ["RUNNING", "RUNNING", "FATAL"]);
  world.broken.clear();
  change(world, "/app/a.ts", 2);
  assertEquals(states(world), ["RUNNING", "RUNNING", "STARTING"]);
  world.pass(START);
  assertEquals(states(world), ["STOPPING", "RUNNING", "RUNNING"]);
  world.exitWith("web:web_0", 0);
  world.pass(START);
  assertEquals(states(world), ["RUNNING", "STOPPING", "RUNNING"]);
  const told = world.facts.flatMap((fact) =>
    fact.kind === "changed" ? [[fact.file, fact.more]] : []
  );
  assertEquals(told, [["/app/a.ts", 2]]);
});

Deno.test("a change leaves those behind it alone when new code does not come up", () => {
  const world = up(pool(3));
  change(world);
  world.broken.set("web:web_0", "syntax error");
  world.exitWith("web:web_0", 0);
  world.pass(600_000);
  assertEquals(states(world), ["FATAL", "RUNNING", "RUNNING"]);
  world.broken.clear();
  change(world);
  assertEquals(states(world), ["STARTING", "RUNNING", "RUNNING"]);
});

Deno.test("a change during a restart gives one restart more", () => {
  const world = up(pool(1));
  change(world);
  change(world);
  change(world);
  assertEquals(states(world), ["STOPPING"]);
  world.exitWith("web:web_0", 0);
  // The new child may have read the old file.
  change(world);
  assertEquals(states(world), ["STOPPING"]);
  world.exitWith("web:web_0", 0);
  world.pass(60_000);
  assertEquals([states(world), world.runs("web:web_0")], [["RUNNING"], 3]);
});

Deno.test("a change does not start what an operator has stopped, nor a job before its time", () => {
  const world = up(pool(1));
  world.post({ kind: "command", command: { kind: "stop", ids: ["web:web_0"] } });
  world.exitWith("web:web_0", 0);
  change(world);
  world.pass(60_000);
  assertEquals(states(world), ["STOPPED"]);
});

Deno.test("a change while a spare is started starts it once more", () => {
  const world = up(pool(1, {}, { spare: 1 }));
  change(world);
  assertEquals(states(world), ["RUNNING", "STARTING"]);
  change(world);
  assertEquals(states(world), ["RUNNING", "STOPPING"]);
  world.exitWith("web:web_1", 0);
  world.pass(START);
  assertEquals(states(world), ["STOPPING", "RUNNING"]);
  assertEquals(world.runs("web:web_1"), 2);
});

Deno.test("a change tries a spare again that did not come up", () => {
  const world = up(pool(1, {}, { spare: 1 }));
  world.broken.set("web:web_1", "syntax error");
  change(world);
  world.pass(600_000);
  assertEquals(states(world), ["RUNNING", "FATAL"]);
  world.broken.clear();
  change(world);
  world.pass(START);
  assertEquals(states(world), ["STOPPING", "RUNNING"]);
});
