// What holds for every order of events: one child a process, no signal to a stranger, every stop ends.
import fc from "fast-check";
import { poolWakeAt } from "../../src/core/pool.ts";
import { type HookPlan, PLAIN_WORK } from "../../src/manifest/plan_work.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { OURS, planOf, processPlan, SUPERVISORD } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

const HOOK: HookPlan = { command: ["/bin/hook"], timeout: 2_000, onFailure: "fail" };
const HOOKS = { preStart: HOOK, postStart: HOOK, preStop: HOOK, postExit: HOOK };
const READY = { when: { kind: "notify" }, timeout: 4_000 } as const;
const IDS = ["a:a", "b:b", "c:c"] as const;

function plan(variant: number) {
  const memory = { cap: 100, action: "restart", hardLimit: null } as const;
  const maxAge = { age: 3_000, jitter: 1_000 };
  return planOf([
    processPlan("a", { priority: 1, restart: SUPERVISORD }),
    processPlan("b", {
      priority: 2,
      memory,
      restart: { ...OURS, autorestart: "always" },
      ready: variant % 2 === 1 ? READY : null,
    }),
    processPlan("c", {
      priority: 2,
      restart: { ...OURS, maxAge, startSeconds: variant * 100 },
      command: [`/bin/${variant}`],
      hooks: variant % 2 === 1 ? HOOKS : PLAIN_WORK.hooks,
    }),
  ]);
}

type Act = (world: PoolWorld) => void;

const id = fc.constantFrom(...IDS);

function command(kind: "start" | "stop" | "restart" | "kill"): fc.Arbitrary<Act> {
  return id.map((one) => (world) => world.post({ kind: "command", command: { kind, ids: [one] } }));
}

const ends: fc.Arbitrary<Act> = fc.tuple(id, fc.integer({ min: 0, max: 3 })).map(
  ([one, status]) => (world) => {
    if (world.childOf(one) !== undefined) world.exitWith(one, status);
  },
);

const stale: fc.Arbitrary<Act> = fc.tuple(id, fc.integer({ min: 0, max: 5 })).map(
  ([one, back]) => (world) => {
    const run = world.runs(one) - 1 - back;
    const exit = { kind: "code", code: 1 } as const;
    world.tell(one, { kind: "exited", run, exit, launchFault: null });
    world.tell(one, { kind: "spawned", run, pid: 7 });
    world.tell(one, { kind: "spawn-failed", run, reason: "late" });
    world.tell(one, { kind: "over-cap", run, bytes: 200 });
  },
);

const passes: fc.Arbitrary<Act> = fc.integer({ min: 0, max: 15_000 }).map(
  (time) => (world) => world.pass(time),
);

const overCap: fc.Arbitrary<Act> = fc.constant((world) =>
  world.tell("b:b", { kind: "over-cap", run: world.runs("b:b"), bytes: 200 })
);

const reload: fc.Arbitrary<Act> = fc.constant((world) =>
  world.post({ kind: "command", command: { kind: "reload", ids: IDS, atOnce: 1 } })
);

const update: fc.Arbitrary<Act> = fc.integer({ min: 0, max: 3 }).map((variant) => (world) =>
  world.post({ kind: "command", command: { kind: "update", plan: plan(variant) } })
);

const breaks: fc.Arbitrary<Act> = fc.tuple(id, fc.boolean()).map(([one, broken]) => (world) => {
  if (broken) world.broken.set(one, "no such command");
  else world.broken.delete(one);
});

const answers: fc.Arbitrary<Act> = fc.constant((world) => world.answerSpawns());

const hooks: fc.Arbitrary<Act> = id.map((one) => (world) =>
  world.tell(one, { kind: "hook-done", run: world.runs(one) })
);

const wellness: fc.Arbitrary<Act> = fc.tuple(
  id,
  fc.constantFrom("ready", "unwell", "extend"),
  fc.integer({ min: 0, max: 1 }),
).map(([one, kind, back]) => (world) => {
  const run = world.runs(one) - back;
  if (kind === "ready") world.tell(one, { kind, run });
  if (kind === "extend") world.tell(one, { kind, run, wait: 1_000 });
  if (kind !== "unwell") return;
  world.tell(one, { kind, run, cause: "health", detail: "status 503", well: 0 });
});

const act = fc.oneof(
  wellness,
  hooks,
  command("start"),
  command("stop"),
  command("restart"),
  command("kill"),
  ends,
  stale,
  passes,
  overCap,
  reload,
  update,
  breaks,
  answers,
);

function played(acts: readonly Act[], answersAtOnce: boolean): PoolWorld {
  const world = new PoolWorld(plan(1), { answersAtOnce });
  world.post({ kind: "boot" });
  // PoolWorld itself fails on a second child and on a signal to a stranger.
  for (const one of acts) one(world);
  return world;
}

Deno.test("stepPool() keeps one child a process and signals no stranger, whatever happens", () => {
  fc.assert(fc.property(fc.array(act, { maxLength: 60 }), fc.boolean(), (acts, atOnce) => {
    const world = played(acts, atOnce);
    for (const child of world.children.values()) {
      const process = world.pool.processes.get(child.id);
      assertEquals(process?.run, child.run, `the child of ${child.id} is of its latest run`);
    }
  }));
});

Deno.test("stepPool() ends every stop in STOPPED, whatever came before", () => {
  fc.assert(fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
    const world = played(acts, true);
    world.post({ kind: "command", command: { kind: "stop", ids: IDS } });
    for (const one of IDS) if (world.childOf(one) !== undefined) world.exitWith(one, 0);
    for (const one of IDS) {
      const name = world.stateOf(one);
      assertTrue(["STOPPED", "EXITED", "FATAL"].includes(name), `${one} is ${name}`);
    }
  }));
});

Deno.test("stepPool() ends every shutdown, children that ignore signals included", () => {
  fc.assert(fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
    const world = played(acts, true);
    world.post({ kind: "command", command: { kind: "shutdown", why: "test" } });
    world.pass(10_000);
    for (const child of [...world.children.values()]) {
      const killed = world.signals.some((item) => item.id === child.id && item.signal === 9);
      assertTrue(killed, `${child.id} has been killed by the deadline`);
      world.end(child.id, { kind: "signal", signal: 9, coreDumped: false });
    }
    assertTrue(world.finished !== null, "the pool is down");
    assertEquals(poolWakeAt(world.pool), Infinity);
  }));
});
