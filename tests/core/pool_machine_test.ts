// The pool as a whole: order, shutdown, reload, update, and how it ends by itself.
import type { Fact } from "../../src/core/events.ts";
import type { ProcessPlan, RunnerPlan } from "../../src/manifest/plan.ts";
import { assertEquals } from "../support/assert.ts";
import { OURS, planOf, processPlan, SUPERVISORD } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

const AT_ONCE = { ...SUPERVISORD, startSeconds: 0 };

function program(name: string, priority: number, own: Partial<ProcessPlan> = {}): ProcessPlan {
  return processPlan(name, { priority, restart: AT_ONCE, ...own });
}

function boot(
  processes: readonly ProcessPlan[],
  runner: Partial<RunnerPlan> = {},
): PoolWorld {
  const world = new PoolWorld(planOf(processes, runner));
  world.post({ kind: "boot" });
  return world;
}

function shutdown(world: PoolWorld): void {
  world.post({ kind: "command", command: { kind: "shutdown", why: "test" } });
}

function update(world: PoolWorld, processes: readonly ProcessPlan[]): void {
  world.post({ kind: "command", command: { kind: "update", plan: planOf(processes) } });
}

function reload(world: PoolWorld, ids: readonly string[], atOnce = 1): void {
  world.post({ kind: "command", command: { kind: "reload", ids, atOnce } });
}

function spawnOrder(world: PoolWorld): string[] {
  return world.facts.flatMap((fact) => fact.kind === "spawned" ? [fact.id] : []);
}

function lastFact<K extends Fact["kind"]>(world: PoolWorld, kind: K): Fact | undefined {
  return world.facts.findLast((fact) => fact.kind === kind);
}

Deno.test("stepPool() starts in priority order without waiting, and only what autostarts", () => {
  const world = boot([
    program("c", 30),
    program("a", 10),
    program("lazy", 5, { autostart: false }),
    program("listener", -1, { kind: "eventlistener" }),
    program("b", 20),
  ]);
  assertEquals(spawnOrder(world), ["listener:listener", "a:a", "b:b", "c:c"]);
  assertEquals(world.stateOf("lazy:lazy"), "STOPPED");
});

Deno.test("stepPool() stops in reverse order, equal priorities together", () => {
  const world = boot([program("a", 10), program("b", 20), program("c", 20), program("d", 30)]);
  shutdown(world);
  assertEquals(world.signals.map(({ id }) => id), ["d:d"]);
  world.exitWith("d:d", 0);
  assertEquals(world.signals.slice(1).map(({ id }) => id).sort(), ["b:b", "c:c"]);
  world.exitWith("b:b", 0);
  assertEquals(world.signals.length, 3);
  world.exitWith("c:c", 0);
  world.exitWith("a:a", 0);
  assertEquals(world.finished, 0);
});

Deno.test("stepPool() passes over idle groups at once", () => {
  const idle = Array.from(
    { length: 12 },
    (_, i) => program(`i${i}`, 100 + i, { autostart: false }),
  );
  const world = boot([program("a", 10), ...idle]);
  shutdown(world);
  assertEquals(world.signals.map(({ id }) => id), ["a:a"]);
});

Deno.test("stepPool() tells the groups that stop last in time, and kills what is left at the deadline", () => {
  const world = boot([program("a", 10), program("b", 20)]);
  shutdown(world);
  world.pass(5_000);
  assertEquals(world.signals.map(({ id, signal, at }) => [id, signal, at]), [
    ["b:b", 15, 0],
    ["a:a", 15, 5_000],
  ]);
  world.pass(5_000);
  const killed = world.signals.filter(({ signal }) => signal === 9);
  assertEquals(killed.map(({ id, at }) => [id, at]).slice(0, 2), [["b:b", 10_000], [
    "a:a",
    10_000,
  ]]);
  const dead = { kind: "signal", signal: 9, coreDumped: false } as const;
  world.end("a:a", dead);
  world.end("b:b", dead);
  assertEquals(world.finished, 0);
  const down = lastFact(world, "down");
  assertEquals(down?.kind === "down" ? [...down.killed].sort() : [], ["a:a", "b:b"]);
});

Deno.test("stepPool() kills at once when it is asked to stop a second time", () => {
  const world = boot([program("a", 10), program("b", 20)]);
  shutdown(world);
  shutdown(world);
  assertEquals(world.signals.map(({ id, signal }) => [id, signal]), [
    ["b:b", 15],
    ["a:a", 9],
    ["b:b", 9],
  ]);
});

Deno.test("stepPool() starts nothing once the end has begun", () => {
  const world = boot([program("a", 10), program("b", 20)]);
  world.exitWith("a:a", 0);
  shutdown(world);
  world.post({ kind: "command", command: { kind: "start", ids: ["a:a"] } });
  assertEquals(world.stateOf("a:a"), "EXITED");
});

Deno.test("stepPool() ends a program in BACKOFF without waiting", () => {
  const world = boot([program("a", 10, { restart: SUPERVISORD })]);
  world.exitWith("a:a", 1);
  shutdown(world);
  assertEquals(world.finished, 0);
});

Deno.test("stepPool() ends with the first failure when shutdown_when is all-exited", () => {
  const never = { ...OURS, startSeconds: 0, autorestart: "never" } as const;
  const world = boot(
    [program("a", 10, { restart: never }), program("b", 20, { restart: never })],
    { shutdownWhen: "all-exited" },
  );
  world.exitWith("a:a", 0);
  assertEquals(world.finished, null);
  world.exitWith("b:b", 7);
  assertEquals(world.finished, 7);
});

Deno.test("stepPool() ends with 128 + n when the last program was killed", () => {
  const never = { ...OURS, startSeconds: 0, autorestart: "never" } as const;
  const world = boot([program("a", 10, { restart: never })], { shutdownWhen: "all-exited" });
  world.end("a:a", { kind: "signal", signal: 9, coreDumped: false });
  assertEquals(world.finished, 137);
});

Deno.test("stepPool() ends when a program is FATAL and shutdown_when is any-fatal", () => {
  const world = new PoolWorld(
    planOf([program("a", 10), program("b", 20)], { shutdownWhen: "any-fatal" }),
  );
  world.broken.set("b:b", "can't find command 'b'");
  world.post({ kind: "boot" });
  world.pass(6_000);
  assertEquals(world.signals.map(({ id, signal }) => [id, signal]), [["a:a", 15]]);
  world.exitWith("a:a", 0);
  assertEquals(world.finished, 1);
});

Deno.test("stepPool() ends when a critical program is FATAL", () => {
  const world = new PoolWorld(planOf([program("a", 10, { critical: true })]));
  world.broken.set("a:a", "can't find command 'a'");
  world.post({ kind: "boot" });
  world.pass(6_000);
  assertEquals(world.finished, 1);
});

Deno.test("stepPool() ends with the status that on_exit names", () => {
  const onExit = [{
    match: { kind: "codes", from: 42, to: 42 },
    action: { kind: "shutdown", status: 3 },
  }] as const;
  const world = boot([program("a", 10, { restart: { ...AT_ONCE, onExit } }), program("b", 20)]);
  world.exitWith("a:a", 42);
  assertEquals(world.signals.map(({ id }) => id), ["b:b"]);
  world.exitWith("b:b", 0);
  assertEquals(world.finished, 3);
});

Deno.test("stepPool() reloads one process after another, each new one RUNNING before the next stops", () => {
  const ids = ["a:a", "b:b"];
  const world = boot([program("a", 10, { restart: SUPERVISORD }), program("b", 20)]);
  world.pass(2_000);
  reload(world, ids);
  assertEquals(world.signals.map(({ id }) => id), ["a:a"]);
  world.exitWith("a:a", 0);
  world.pass(999);
  assertEquals(world.signals.length, 1);
  world.pass(1);
  assertEquals(world.signals.map(({ id }) => id), ids);
  world.exitWith("b:b", 0);
  assertEquals(world.pool.rolling, null);
  assertEquals([world.runs("a:a"), world.runs("b:b")], [2, 2]);
});

Deno.test("stepPool() replaces as many at once as a reload asks for, never more", () => {
  const ids = ["a:a", "b:b", "c:c"];
  const world = boot([program("a", 10), program("b", 20), program("c", 30)]);
  reload(world, ids, 2);
  assertEquals(world.signals.map(({ id }) => id), ["a:a", "b:b"]);
  world.exitWith("b:b", 0);
  assertEquals(world.signals.map(({ id }) => id), ids);
  world.exitWith("c:c", 0);
  assertEquals(world.pool.rolling?.current.map(({ id }) => id), ["a:a"]);
  world.exitWith("a:a", 0);
  assertEquals(world.pool.rolling, null);
  assertEquals(ids.map((id) => world.runs(id)), [2, 2, 2]);
});

Deno.test("stepPool() names the groups that an update adds and removes", () => {
  const world = boot([program("same", 10), program("gone", 20)]);
  update(world, [program("same", 10), program("new", 40)]);
  const fact = lastFact(world, "updated");
  assertEquals(fact?.kind === "updated" && [fact.groupsAdded, fact.groupsRemoved], [
    ["new"],
    ["gone"],
  ]);
});

Deno.test("stepPool() gives a reload up when a new process does not start, and keeps the old ones", () => {
  const world = boot([program("a", 10), program("b", 20)]);
  world.broken.set("a:a", "can't find command 'a'");
  reload(world, ["a:a", "b:b"]);
  world.exitWith("a:a", 0);
  assertEquals(lastFact(world, "reload")?.kind === "reload", true);
  assertEquals(world.pool.rolling, null);
  assertEquals(world.runs("b:b"), 1);
});

Deno.test("stepPool() applies only differences", () => {
  const old = [program("same", 10), program("gone", 20), program("changed", 30)];
  const world = boot(old);
  update(world, [
    program("same", 10),
    program("changed", 30, { command: ["/bin/other"] }),
    program("new", 40),
  ]);
  assertEquals(world.signals.map(({ id }) => id).sort(), ["changed:changed", "gone:gone"]);
  assertEquals(world.stateOf("new:new"), "RUNNING");
  world.exitWith("gone:gone", 0);
  assertEquals(world.stateOf("gone:gone"), "GONE");
  world.exitWith("changed:changed", 0);
  assertEquals(world.stateOf("changed:changed"), "RUNNING");
  assertEquals(world.pool.processes.get("changed:changed")?.plan.command, ["/bin/other"]);
  assertEquals(world.runs("same:same"), 1);
});

Deno.test("stepPool() adjusts policies without touching the child", () => {
  const world = boot([program("a", 10)]);
  update(world, [program("a", 10, { restart: { ...AT_ONCE, autorestart: "always" } })]);
  assertEquals(world.runs("a:a"), 1);
  assertEquals(world.signals, []);
  world.exitWith("a:a", 0);
  assertEquals(world.runs("a:a"), 2);
});

Deno.test("stepPool() brings a process back that an update took away a moment ago", () => {
  const world = boot([program("a", 10), program("b", 20)]);
  update(world, [program("a", 10)]);
  assertEquals(world.stateOf("b:b"), "STOPPING");
  update(world, [program("a", 10), program("b", 20)]);
  world.exitWith("b:b", 0);
  assertEquals(world.stateOf("b:b"), "RUNNING");
  assertEquals(world.runs("b:b"), 2);
});
