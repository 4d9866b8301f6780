// What holds for all dependencies and every order of events: order of starts, order of stops, and that it ends.
import fc from "fast-check";
import { isDown } from "../../src/core/process_state.ts";
import type { Plan, ProcessPlan } from "../../src/manifest/plan.ts";
import type { DependencyPlan } from "../../src/manifest/plan_work.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { OURS, planOf, processPlan, SUPERVISORD } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

const COUNT = 6;
const NAMES = Array.from({ length: COUNT }, (_, index) => `p${index}`);
const idOf = (name: string) => `${name}:${name}`;

interface Traits {
  /** Whether it depends on each of those before it, and how. */
  readonly needs: readonly (DependencyPlan["until"] | null)[];
  readonly restartsWith: boolean;
  readonly isOnce: boolean;
  readonly isSlow: boolean;
  readonly autostart: boolean;
  readonly priority: number;
  readonly version: number;
}

const traits: fc.Arbitrary<Traits> = fc.record({
  needs: fc.array(fc.constantFrom(null, null, "started", "ready", "done"), {
    minLength: COUNT,
    maxLength: COUNT,
  }),
  restartsWith: fc.boolean(),
  isOnce: fc.boolean(),
  isSlow: fc.boolean(),
  autostart: fc.boolean(),
  priority: fc.integer({ min: 1, max: 3 }),
  version: fc.integer({ min: 0, max: 1 }),
});

function planFor(all: readonly Traits[]): Plan {
  return planOf(all.map((own, index): ProcessPlan => {
    const dependsOn = own.needs.slice(0, index).flatMap((until, before): DependencyPlan[] => {
      const target = NAMES[before] ?? "";
      if (until === null) return [];
      return [{ target, ids: [idOf(target)], until, restartsWith: own.restartsWith }];
    });
    const base = own.isSlow ? SUPERVISORD : { ...OURS, startSeconds: 0 };
    return processPlan(NAMES[index] ?? "", {
      dependsOn,
      type: own.isOnce ? "oneshot" : "service",
      autostart: own.autostart,
      priority: own.priority,
      command: [`/bin/${own.version}`],
      restart: own.isOnce ? { ...base, autorestart: "never" } : base,
    });
  }));
}

const plan = fc.array(traits, { minLength: COUNT, maxLength: COUNT }).map(planFor);

type Act = (world: PoolWorld) => void;

const some = fc.subarray(NAMES.map(idOf), { minLength: 1 });

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(fc.constantFrom("start", "stop", "restart", "kill"), some).map(
    ([kind, ids]): Act => (world) => world.post({ kind: "command", command: { kind, ids } }),
  ),
  some.map((ids): Act => (world) =>
    world.post({ kind: "command", command: { kind: "reload", ids, atOnce: 2 } })
  ),
  plan.map((next): Act => (world) =>
    world.post({ kind: "command", command: { kind: "update", plan: next } })
  ),
  fc.tuple(fc.constantFrom(...NAMES), fc.integer({ min: 0, max: 1 })).map(
    ([name, status]): Act => (world) => {
      if (world.childOf(idOf(name)) !== undefined) world.exitWith(idOf(name), status);
    },
  ),
  fc.integer({ min: 0, max: 15_000 }).map((time): Act => (world) => world.pass(time)),
  fc.constantFrom(...NAMES).map((name): Act => (world) => world.broken.set(idOf(name), "broken")),
  fc.constant<Act>((world) => world.broken.clear()),
);

/** Fails when a process gets its first child before what it depends on is where it wants it. */
function checkStarts(world: PoolWorld, before: PoolWorld["pool"]): void {
  for (const [id, process] of world.pool.processes) {
    if (process.run !== 1 || (before.processes.get(id)?.run ?? 0) > 0) continue;
    for (const { ids, until } of process.plan.dependsOn) {
      for (const target of ids) {
        const other = before.processes.get(target);
        // What made it start has happened in this very step, or before it.
        const now = world.pool.processes.get(target);
        const states = [other?.state, now?.state];
        const isMet = states.some((state) => {
          if (state === undefined) return false;
          if (state.name === "EXITED") return state.expected;
          if (until === "done" || now?.plan.type === "oneshot" && until === "ready") return false;
          return state.name === "RUNNING" || (until === "started" && state.name === "STARTING");
        });
        assertTrue(isMet, `${id} was started before ${target} was ${until}`);
      }
    }
  }
}

Deno.test("stepPool() never starts a process for the first time before its dependencies", () => {
  fc.assert(
    fc.property(plan, fc.array(act, { maxLength: 30 }), (first, acts) => {
      const world = new PoolWorld(first);
      let before = world.pool;
      const post = world.post.bind(world);
      world.post = (event) => {
        before = world.pool;
        post(event);
        checkStarts(world, before);
      };
      world.post({ kind: "boot" });
      for (const one of acts) one(world);
    }),
    { numRuns: 300 },
  );
});

Deno.test("stepPool() never stops a process in a shutdown before those that depend on it", () => {
  fc.assert(
    fc.property(plan, fc.array(act, { maxLength: 20 }), (first, acts) => {
      const world = new PoolWorld(first, { shutdownTimeout: 600_000 });
      world.post({ kind: "boot" });
      for (const one of acts) one(world);
      const told = new Set(world.signals);
      world.post({ kind: "command", command: { kind: "shutdown", why: "test" } });
      const holds = world.pool.phase.name === "STOPPING" ? world.pool.phase.holds : new Map();
      // Whoever is told to stop does so; what was being stopped before has its own time.
      for (let turn = 0; world.finished === null && turn < 100; turn++) {
        for (const signal of world.signals) {
          if (told.has(signal)) continue;
          told.add(signal);
          for (const dependent of holds.get(signal.id) ?? []) {
            const process = world.pool.processes.get(dependent);
            assertTrue(
              process === undefined || isDown(process),
              `${signal.id} before ${dependent}`,
            );
          }
        }
        const going = [...world.children.values()].find(({ id }) =>
          world.stateOf(id) === "STOPPING"
        );
        if (going === undefined) world.pass(1_000);
        else world.exitWith(going.id, 0);
      }
      assertEquals(world.finished, 0);
    }),
    { numRuns: 300 },
  );
});

Deno.test("stepPool() ends in time with dependencies, however stubborn its children are", () => {
  fc.assert(
    fc.property(plan, fc.array(act, { maxLength: 20 }), (first, acts) => {
      const world = new PoolWorld(first, { shutdownTimeout: 10_000 });
      world.post({ kind: "boot" });
      for (const one of acts) one(world);
      world.post({ kind: "command", command: { kind: "shutdown", why: "test" } });
      world.pass(10_000);
      for (const { id } of [...world.children.values()]) {
        assertTrue(
          world.signals.some((signal) => signal.id === id && signal.signal === 9),
          `${id} was not killed`,
        );
        world.exitWith(id, 0);
      }
      assertEquals(world.finished, 0);
    }),
    { numRuns: 300 },
  );
});

Deno.test("stepPool() starts everything in the end when all goes well", () => {
  fc.assert(
    fc.property(fc.array(traits, { minLength: COUNT, maxLength: COUNT }), (all) => {
      // To be done, a program has to end.
      const sane = all.map((own, index) => ({
        ...own,
        autostart: true,
        restartsWith: false,
        needs: own.needs.map((until, before) =>
          until === "done" && all[before]?.isOnce !== true && before < index ? "ready" : until
        ),
      }));
      const world = new PoolWorld(planFor(sane));
      world.post({ kind: "boot" });
      for (let turn = 0; turn < 3 * COUNT; turn++) {
        world.pass(2_000);
        for (const { plan, state } of [...world.pool.processes.values()]) {
          if (plan.type === "oneshot" && state.name === "RUNNING") world.exitWith(plan.id, 0);
        }
      }
      for (const { plan, state } of world.pool.processes.values()) {
        assertEquals([plan.id, state.name], [
          plan.id,
          plan.type === "oneshot" ? "EXITED" : "RUNNING",
        ]);
      }
      assertEquals(world.pool.waiting.size, 0);
    }),
    { numRuns: 300 },
  );
});
