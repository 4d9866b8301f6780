// The runner as the control server sees it, on a pool without real processes.
import type { Fact } from "../../src/core/events.ts";
import { withoutProcesses } from "../../src/manifest/plan_compose.ts";
import { LiveRunner, type ReadManifest } from "../../src/control/live_runner.ts";
import type { Plan, ProcessPlan } from "../../src/manifest/plan.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";
import { planOf, processPlan, SUPERVISORD } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

const AT_ONCE = { ...SUPERVISORD, startSeconds: 0 };

function slot(number: number): ProcessPlan {
  return processPlan(`p_${number}`, {
    group: "p",
    program: "p",
    instance: number,
    restart: AT_ONCE,
  });
}

/** A manifest with `count` processes of p, and other programs. */
function manifest(count: number, others: readonly string[] = []): ReadManifest {
  const rest = others.map((name) => processPlan(name, { restart: AT_ONCE }));
  const build = (number: number): Plan =>
    planOf([...Array.from({ length: number }, (_, index) => slot(index)), ...rest]);
  return {
    plan: build(count),
    problems: [],
    counts: new Map([["p", count], ...others.map((name): [string, number] => [name, 1])]),
    rescaled: (scaled) => build(scaled.get("p") ?? count),
  };
}

function rig(first: ReadManifest) {
  const clock = new FakeClock();
  const world = new PoolWorld(first.plan ?? planOf([]));
  const disk = { manifest: first };
  const said: string[] = [];
  let told = 0;
  const tell = () => {
    for (const fact of world.facts.slice(told)) runner.fact(fact);
    told = world.facts.length;
    runner.settled();
  };
  const runner = new LiveRunner({
    identity: { pid: 1, version: "0", manifest: "/m.ini", startedAt: 0, uid: 0 },
    serverUrl: "unix:///s",
    clock,
    engine: {
      get pool() {
        return world.pool;
      },
      post: (event) => {
        world.post(event);
        tell();
      },
      writeStdin: () => "closed",
    },
    logs: {
      path: () => null,
      counters: () => null,
      tap: () => ({ [Symbol.dispose]: () => {} }),
      clear: () => false,
      ownPath: null,
      ownCounters: null,
      clearOwn: () => false,
      reopen: () => {},
    },
    manifest: first,
    read: (scaled) => {
      const { manifest } = disk;
      return Promise.resolve({ ...manifest, plan: manifest.plan && manifest.rescaled(scaled) });
    },
    log: (level, message) => void said.push(`${level} ${message}`),
    look: () => new Map(),
    ownUsage: () => ({ memory: 0, cpuTime: 0, descriptors: 0 }),
    announce: () => {},
    listener: () => null,
  });
  world.post({ kind: "boot" });
  tell();
  const ids = () => [...runner.pool.processes.keys()];
  return { runner, world, clock, disk, said, ids, tell };
}

Deno.test("scale() adds and removes the highest slots and leaves the others alone", async () => {
  const { runner, world, ids } = rig(manifest(2, ["web"]));
  assertEquals(await runner.scale("p", 4), {
    kind: "scaled",
    program: "p",
    from: 2,
    to: 4,
    manifest: 2,
  });
  assertEquals(ids(), ["p:p_0", "p:p_1", "p:p_2", "p:p_3", "web:web"]);
  assertEquals(runner.drift, [{ program: "p", running: 4, manifest: 2 }]);
  await runner.scale("p", 1);
  world.exitWith("p:p_3", 0);
  world.exitWith("p:p_2", 0);
  world.exitWith("p:p_1", 0);
  assertEquals(ids(), ["p:p_0", "web:web"]);
  assertEquals(world.runs("p:p_0"), 1);
});

Deno.test("scale() to the manifest's number is no drift any more", async () => {
  const { runner } = rig(manifest(2));
  await runner.scale("p", 3);
  await runner.scale("p", 2);
  assertEquals(runner.drift, []);
});

Deno.test("scale() survives an update, and ends when the manifest asks for the same", async () => {
  const { runner, disk, ids } = rig(manifest(1));
  await runner.scale("p", 3);
  disk.manifest = manifest(2, ["new"]);
  const read = await runner.reread();
  if (read.plan !== null) runner.apply(read.plan);
  assertEquals(ids(), ["p:p_0", "p:p_1", "p:p_2", "new:new"]);
  assertEquals(runner.drift, [{ program: "p", running: 3, manifest: 2 }]);
  disk.manifest = manifest(3, ["new"]);
  const again = await runner.reread();
  if (again.plan !== null) runner.apply(again.plan);
  assertEquals(runner.drift, []);
});

Deno.test("scale() takes over nothing else that has changed in the manifest", async () => {
  const { runner, disk, ids } = rig(manifest(1));
  disk.manifest = manifest(1, ["new"]);
  await runner.reread();
  await runner.scale("p", 2);
  assertEquals(ids(), ["p:p_0", "p:p_1"]);
});

Deno.test("apply() of a part of what runs takes over nothing that was only looked at", async () => {
  const { runner, disk } = rig(manifest(1, ["web"]));
  await runner.scale("p", 2);
  disk.manifest = manifest(2, ["web"]);
  await runner.reread();
  runner.apply(withoutProcesses(runner.pool.plan, new Set(["web:web"])));
  assertEquals(runner.drift, [{ program: "p", running: 2, manifest: 1 }]);
});

Deno.test("scale() refuses what cannot be meant", async () => {
  const { runner } = rig(manifest(1));
  const refused = async (program: string, count: number) => {
    const outcome = await runner.scale(program, count);
    return outcome.kind === "refused" ? outcome.reason : "";
  };
  assertEquals(await refused("nobody", 2), 'there is no program "nobody" in the manifest');
  assertEquals(await refused("p", -1), "use a number from 0 to 10000");
  runner.order({ kind: "shutdown", why: "test" });
  assertEquals(await refused("p", 2), "the runner is stopping");
});

Deno.test("until() answers at the first event that makes it true, or when its time is over", async () => {
  const { runner, world, clock, tell } = rig(manifest(1));
  const gone = runner.until((pool) => pool.processes.get("p:p_0")?.run === 2, 1_000);
  const never = runner.until((pool) => pool.processes.size === 9, 1_000);
  world.exitWith("p:p_0", 1);
  tell();
  assertEquals(await gone, true);
  clock.pass(1_000);
  assertEquals(await never, false);
  assertEquals(clock.waiting, 0);
});

Deno.test("restart() keeps everything running when the manifest cannot be used", async () => {
  const { runner, disk, ids } = rig(manifest(1));
  disk.manifest = { ...manifest(1), plan: null };
  assertEquals((await runner.restart()).plan, null);
  assertEquals([runner.isEnding, runner.next, ids().length], [false, null, 1]);
  disk.manifest = manifest(2);
  await runner.restart();
  assertEquals([runner.isEnding, runner.next?.counts.get("p")], [true, 2]);
});

Deno.test("apply() says which changes wait for a restart of the runner", () => {
  const { runner, said } = rig(manifest(1));
  const { plan } = runner.pool;
  runner.apply({ ...plan, runner: { ...plan.runner, identifier: "other" } });
  assertEquals(said, ["warn changes of identifier take effect when the runner is restarted"]);
});

Deno.test("watchers see facts with their time, and are let go", () => {
  const { runner, world, tell } = rig(manifest(1));
  const seen: Fact["kind"][] = [];
  const watching = runner.watch({ fact: ({ fact }) => seen.push(fact.kind) });
  world.exitWith("p:p_0", 1);
  tell();
  assertEquals(seen.includes("exited"), true);
  watching[Symbol.dispose]();
  const { length } = seen;
  world.exitWith("p:p_0", 1);
  tell();
  assertEquals(seen.length, length);
  assertEquals(runner.ends("p:p_0").length, 2);
});
