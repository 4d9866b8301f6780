// Memory and processor time: when it is measured, and over what a share of a core is reckoned.
import { type Look, UsageSampler } from "../../src/control/usage_sampler.ts";
import { assertEquals } from "../support/assert.ts";
import { planOf, processPlan } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

function rig() {
  const world = new PoolWorld(planOf([processPlan("web")]));
  world.now = 1_000;
  world.post({ kind: "boot" });
  const first: Look = { memory: 10, cpuTime: 0, processes: 1 };
  const looks = { count: 0, age: -1, next: first };
  const sampler = new UsageSampler((age) => {
    looks.count += 1;
    looks.age = age;
    return new Map([...world.children.keys()].map((pid) => [pid, looks.next]));
  });
  const at = (now: number, age = 0) => sampler.usage(world.pool, now, age).get("web:web");
  return { world, looks, at };
}

Deno.test("UsageSampler reckons the first share since the start, later ones since the look before", () => {
  const { looks, at } = rig();
  assertEquals(at(1_100)?.cpu, null);
  looks.next = { memory: 30, cpuTime: 500, processes: 2 };
  assertEquals(at(2_000)?.cpu, 50);
  looks.next = { memory: 20, cpuTime: 600, processes: 2 };
  const usage = at(3_000);
  assertEquals([usage?.cpu, usage?.memory, usage?.memoryPeak, usage?.processes], [10, 20, 30, 2]);
});

Deno.test("UsageSampler does not look again before the last look is too old", () => {
  const { looks, at } = rig();
  at(2_000);
  at(2_400, 500);
  assertEquals(looks.count, 1);
  at(2_600, 500);
  assertEquals(looks.count, 2);
});

Deno.test("UsageSampler looks again at once for a new child, and forgets what the old one used", () => {
  const { world, looks, at } = rig();
  looks.next = { memory: 99, cpuTime: 900, processes: 1 };
  at(2_000);
  world.now = 2_100;
  world.exitWith("web:web", 1);
  world.pass(5_000);
  looks.next = { memory: 5, cpuTime: 10, processes: 1 };
  assertEquals(at(2_200, 10_000)?.memoryPeak, 5);
  assertEquals(looks.age, 0);
});

Deno.test("UsageSampler keeps the time of descendants that have gone: no counter goes down in a run", () => {
  const { world, looks, at } = rig();
  const look = (now: number, cpuTime: number) => {
    looks.next = { ...looks.next, cpuTime };
    const usage = at(now);
    return [usage?.cpuTime, usage?.cpu];
  };
  assertEquals(look(3_000, 1_000), [1_000, 50]);
  // One that had used 900 has gone, and 100 were used since.
  assertEquals(look(5_000, 200), [1_000, 0]);
  assertEquals(look(7_000, 1_200), [2_000, 50]);
  assertEquals(look(9_000, 0), [2_000, 0]);
  assertEquals(look(11_000, 200), [2_200, 10]);
  world.now = 11_500;
  world.exitWith("web:web", 1);
  world.pass(5_000);
  assertEquals(look(17_000, 10)[0], 10);
});
