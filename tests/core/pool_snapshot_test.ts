// A pool on its way to another program: it comes back as it was and goes on alike; what is new gets its default.
import fc from "fast-check";
import { decodePlain, encodePlain } from "../../src/base/plain_json.ts";
import type { PoolEvent } from "../../src/core/events.ts";
import type { Pool } from "../../src/core/pool.ts";
import { stepPool } from "../../src/core/pool_machine.ts";
import { completed, completePool } from "../../src/core/pool_snapshot.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { OURS, planOf, processPlan } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

const IDS = ["a:a", "b:b", "c:c"];

function plan() {
  return planOf([
    processPlan("a"),
    processPlan("b", { restart: { ...OURS, maxAge: { age: 5_000, jitter: 0 } } }),
    processPlan("c", { stop: { ...processPlan("c").stop, steps: [{ signal: 15, wait: 700 }] } }),
  ]);
}

const command = (kind: "start" | "stop" | "restart" | "kill") =>
  fc.subarray(IDS, { minLength: 1 }).map((ids): PoolEvent => ({
    kind: "command",
    command: { kind, ids },
  }));
const deed = fc.oneof(
  ...(["start", "stop", "restart", "kill"] as const).map(command),
  fc.subarray(IDS, { minLength: 1 }).map((ids): PoolEvent => ({
    kind: "command",
    command: { kind: "reload", ids, atOnce: 1 },
  })),
  fc.constant<PoolEvent>({ kind: "command", command: { kind: "shutdown", why: "test" } }),
  fc.constantFrom(...IDS),
  fc.integer({ min: 1, max: 3_000 }),
);

/** Does one thing after another: an id is a child that ends, a number is time that passes. */
function act(world: PoolWorld, deeds: readonly (PoolEvent | string | number)[]): void {
  world.post({ kind: "boot" });
  for (const one of deeds) {
    if (typeof one === "number") world.pass(one);
    else if (typeof one !== "string") world.post(one);
    else if (world.childOf(one) !== undefined) world.exitWith(one, 1);
  }
}

function handed(pool: Pool): Pool {
  return decodePlain(encodePlain(pool));
}

Deno.test("a pool comes back from its text as it was, and takes the next events alike", () => {
  fc.assert(
    fc.property(
      fc.array(deed, { maxLength: 12 }),
      fc.array(deed, { maxLength: 3 }),
      (one, next) => {
        const world = new PoolWorld(plan());
        act(world, one);
        let [here, there] = [world.pool, handed(world.pool)];
        assertEquals(there, here);
        const moment = {
          now: { mono: world.now + 800, wall: world.now + 800 },
          lot: 0.5,
          calendar: () => null,
        };
        const events = next.filter((event) => typeof event === "object");
        for (const event of [{ kind: "look" } as const, ...events]) {
          const [ours, theirs] = [stepPool(here, event, moment), stepPool(there, event, moment)];
          assertEquals(theirs, ours);
          [here, there] = [ours.pool, theirs.pool];
        }
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("completePool() changes nothing in a pool that has everything", () => {
  const world = new PoolWorld(plan());
  act(world, ["a:a", 500]);
  const pool = handed(world.pool);
  assertEquals(completePool(pool, plan()), pool);
  assertEquals(completePool(pool, null), pool);
});

Deno.test("completePool() gives what an older version did not know its default, and keeps what it does not know", () => {
  const world = new PoolWorld(plan());
  act(world, [100]);
  const old = without(world.pool, ["hooks", "jobs", "startRetries"]);
  assertTrue(!encodePlain(old).includes('"hooks"'), "the test takes hooks away");
  const pool = completePool(old, plan());
  const [before, after] = [world.pool.processes.get("b:b"), pool.processes.get("b:b")];
  assertEquals(after?.plan, before?.plan);
  assertEquals([after?.jobs, after?.state], [before?.jobs, before?.state]);
  assertEquals(pool.plan.groups[1]?.processes[0], after?.plan);
  const carried = completePool({ ...old, ...{ gone: 1 } }, plan());
  assertTrue(encodePlain(carried).includes('"gone":1'), "what is not known is carried along");
});

/** As an older version would have it, which does not know these keys. */
function without(pool: Pool, keys: readonly string[]): Pool {
  const text = encodePlain(pool);
  // What is shared is written out, so that no number of an object changes its meaning.
  const plain = JSON.stringify(decodePlain(text), (key, value: unknown) => {
    if (keys.includes(key)) return undefined;
    return value instanceof Map
      ? { $map: [...value] }
      : value === Infinity
      ? { $number: "Infinity" }
      : value;
  });
  return decodePlain(plain);
}

Deno.test("completed() fills objects of the same kind only, and no tables of names", () => {
  const value = { when: { kind: "a", x: 1 }, environment: { A: "1" }, limit: null, list: [1] };
  const other = {
    when: { kind: "b", y: 2 },
    environment: { A: "2", B: "3" },
    limit: { n: 1 },
    list: [1, 2],
    more: { z: 1 },
  };
  assertEquals(completed<object>(value, other), { ...value, more: { z: 1 } });
  const same = completed<object>({ when: { kind: "b" } }, other);
  assertEquals(same, { ...other });
});
