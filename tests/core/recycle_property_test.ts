// Whatever makes processes due at whatever time: their program goes on serving.
import type { Plan, RestartPlan } from "../../src/manifest/plan.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { OURS, planOf, processPlan } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

/** A small generator of its own: a failing seed can be run again. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

interface Trial {
  readonly world: PoolWorld;
  readonly roll: (below: number) => number;
  readonly ids: readonly string[];
}

function planFor(count: number, spare: number, maxAge: RestartPlan["maxAge"]): Plan {
  const restart = { ...OURS, maxAge };
  const plans = Array.from(
    { length: count + spare },
    (_, instance) =>
      processPlan(`web_${instance}`, {
        group: "web",
        program: "web",
        instance,
        restart,
        memory: { cap: 1_000, action: "restart", hardLimit: null },
        recycle: { maxJobs: 20, spare, isSpare: instance >= count },
      }),
  );
  return planOf(plans);
}

function begin(count: number, spare: number, seed: number): Trial {
  const world = new PoolWorld(planFor(count, spare, { age: 6_000, jitter: 2_000 }));
  world.post({ kind: "boot" });
  world.pass(1_000);
  return { world, roll: dice(seed), ids: [...world.pool.processes.keys()] };
}

/** Every child that is told to stop does so before long. */
function obey({ world, ids }: Trial): void {
  for (const id of ids) {
    if (world.stateOf(id) === "STOPPING" && world.childOf(id) !== undefined) world.exitWith(id, 0);
  }
}

function disturb({ world, roll, ids }: Trial): void {
  const id = ids[roll(ids.length)] ?? "";
  const run = world.runs(id);
  switch (roll(6)) {
    case 0:
      return world.tell(id, { kind: "jobs", run, count: 1 + roll(20) });
    case 1:
      // Never so far over its cap that it waits for nobody.
      return world.tell(id, { kind: "over-cap", run, bytes: 1_001 + roll(99) });
    case 2:
      return world.post({ kind: "changed", ids, file: "/a", more: 0 });
    case 3:
      return world.post({ kind: "command", command: { kind: "reload", ids, atOnce: 1 } });
    case 4:
      return world.post({ kind: "command", command: { kind: "start", ids } });
    case 5:
      // All in all less time than one over its cap waits at most.
      return world.pass(roll(1_000));
  }
}

function running({ world, ids }: Trial): number {
  return ids.filter((id) => world.stateOf(id) === "RUNNING").length;
}

for (const [count, spare] of [[1, 1], [2, 0], [3, 0], [3, 1], [5, 0], [5, 1]] as const) {
  const least = count - 1 + spare;
  Deno.test(`of ${count} processes with ${spare} spare never fewer than ${least} are RUNNING`, () => {
    for (let seed = 1; seed <= 60; seed++) {
      const trial = begin(count, spare, seed);
      for (let round = 0; round < 120; round++) {
        disturb(trial);
        assertTrue(running(trial) >= least, `seed ${seed}, round ${round}: ${running(trial)}`);
        if (trial.roll(3) === 0) obey(trial);
        assertTrue(running(trial) >= least, `seed ${seed}, round ${round}: ${running(trial)}`);
        assertTrue(trial.world.children.size <= count + spare, `seed ${seed}: too many children`);
      }
      // From here on nobody comes of age any more.
      const plan = planFor(count, spare, null);
      trial.world.post({ kind: "command", command: { kind: "update", plan } });
      settle(trial);
      assertEquals([running(trial), trial.world.children.size], [count, count], `seed ${seed}`);
      assertEquals([trial.world.pool.swaps, trial.world.pool.rolling], [[], null], `seed ${seed}`);
      const crashes = [...trial.world.pool.processes.values()].map(({ tally }) => tally.crashes);
      assertEquals(Math.max(...crashes), 0);
    }
  });
}

/** Lets everything that is under way come to its end. */
function settle(trial: Trial): void {
  for (let round = 0; round < 200 && !isAtRest(trial); round++) {
    obey(trial);
    trial.world.pass(500);
  }
}

function isAtRest({ world, ids }: Trial): boolean {
  const { due, swaps, rolling } = world.pool;
  return due.length === 0 && swaps.length === 0 && rolling === null &&
    ids.every((id) => ["RUNNING", "STOPPED"].includes(world.stateOf(id)));
}
