// The end of the pool as event listeners see it: they stop last, and hear how the others ended.
import { assertEquals } from "../support/assert.ts";
import { planOf, processPlan, SUPERVISORD } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

const AT_ONCE = { ...SUPERVISORD, startSeconds: 0 };

function shutDown(): PoolWorld {
  const world = new PoolWorld(planOf([
    processPlan("l", { priority: -1, kind: "eventlistener", restart: AT_ONCE }),
    processPlan("a", { priority: 1, restart: AT_ONCE }),
  ]));
  world.post({ kind: "boot" });
  world.post({ kind: "command", command: { kind: "shutdown", why: "test" } });
  return world;
}

function stopped(world: PoolWorld): string[] {
  return world.signals.map(({ id, at }) => `${id} at ${at}`);
}

Deno.test("stepPool() gives listeners time to hear how the others ended", () => {
  const world = shutDown();
  world.pass(300);
  world.exitWith("a:a", 0);
  assertEquals(stopped(world), ["a:a at 0"]);
  world.pass(5_000);
  assertEquals(stopped(world), ["a:a at 0", "l:l at 1300"]);
  world.exitWith("l:l", 0);
  assertEquals(world.finished, 0);
});

Deno.test("stepPool() stops listeners as soon as they have heard everything", () => {
  const world = shutDown();
  world.post({ kind: "heard-out" });
  world.exitWith("a:a", 0);
  world.pass(200);
  assertEquals(stopped(world), ["a:a at 0"], "nobody waited yet when the first word came");
  world.post({ kind: "heard-out" });
  assertEquals(stopped(world), ["a:a at 0", "l:l at 200"]);
});

Deno.test("stepPool() waits for listeners when they are all there is", () => {
  const world = new PoolWorld(planOf([
    processPlan("l", { priority: -1, kind: "eventlistener", restart: AT_ONCE }),
  ]));
  world.post({ kind: "boot" });
  world.post({ kind: "command", command: { kind: "shutdown", why: "test" } });
  assertEquals(stopped(world), []);
  world.post({ kind: "heard-out" });
  assertEquals(stopped(world), ["l:l at 0"]);
});

Deno.test("stepPool() kills listeners at once when it is asked to", () => {
  const world = shutDown();
  world.exitWith("a:a", 0);
  world.post({ kind: "command", command: { kind: "shutdown", why: "again" } });
  assertEquals(world.signals.at(-1), { id: "l:l", signal: 9, at: 0 });
});

Deno.test("stepPool() ends with the work, not with those who listen to it", () => {
  const world = new PoolWorld(planOf([
    processPlan("l", { priority: -1, kind: "eventlistener", restart: AT_ONCE }),
    processPlan("a", { restart: { ...AT_ONCE, autorestart: "never" } }),
  ], { shutdownWhen: "all-exited" }));
  world.post({ kind: "boot" });
  world.exitWith("a:a", 3);
  world.post({ kind: "heard-out" });
  world.exitWith("l:l", 0);
  assertEquals(world.finished, 3);
});
