// The states of one process, by example: supervisord's section by section, then ours.
import { PoolWorld } from "../support/pool_world.ts";
import { OURS, planOf, processPlan, STOP, SUPERVISORD } from "../support/plans.ts";
import { assertEquals } from "../support/assert.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";

const WEB = "web:web";

function worldOf(own: Partial<ProcessPlan> = {}): PoolWorld {
  const world = new PoolWorld(planOf([processPlan("web", own)]));
  world.post({ kind: "boot" });
  return world;
}

function command(world: PoolWorld, kind: "start" | "stop" | "restart" | "kill"): void {
  world.post({ kind: "command", command: { kind, ids: [WEB] } });
}

Deno.test("stepProcess() is RUNNING after startsecs, not before", () => {
  const world = worldOf();
  world.pass(999);
  assertEquals(world.stateOf(WEB), "STARTING");
  world.pass(1);
  assertEquals(world.path(WEB), ["STARTING", "RUNNING"]);
});

Deno.test("stepProcess() is RUNNING at once when startsecs is 0", () => {
  const world = worldOf({ restart: { ...SUPERVISORD, startSeconds: 0 } });
  assertEquals(world.path(WEB), ["STARTING", "RUNNING"]);
});

Deno.test("stepProcess() makes startretries + 1 attempts at 0, 1, 3 and 6 seconds, then FATAL", () => {
  const world = worldOf();
  const at: number[] = [];
  for (let attempt = 0; attempt < 4; attempt++) {
    at.push(world.now);
    world.exitWith(WEB, 0);
    if (attempt < 3) world.pass((attempt + 1) * 1_000);
  }
  assertEquals(at, [0, 1_000, 3_000, 6_000]);
  assertEquals(world.stateOf(WEB), "FATAL");
  assertEquals(world.path(WEB).slice(-3), ["STARTING", "BACKOFF", "FATAL"]);
});

Deno.test("stepProcess() says why a start failed", () => {
  const world = worldOf();
  world.exitWith(WEB, 1);
  const reason = "Exited too quickly (process log may have details)";
  assertEquals(world.pool.processes.get(WEB)?.spawnError, reason);
});

Deno.test("stepProcess() goes to FATAL with the reason when there is no such command", () => {
  const world = new PoolWorld(planOf([processPlan("web")]));
  world.broken.set(WEB, "can't find command 'nope'");
  world.post({ kind: "boot" });
  world.pass(10_000);
  assertEquals(world.stateOf(WEB), "FATAL");
  assertEquals(world.runs(WEB), 4);
  assertEquals(world.pool.processes.get(WEB)?.spawnError, "can't find command 'nope'");
});

Deno.test("stepProcess() publishes EXITED before it starts again", () => {
  const world = worldOf();
  world.pass(5_000);
  world.exitWith(WEB, 1);
  assertEquals(world.path(WEB), ["STARTING", "RUNNING", "EXITED", "STARTING"]);
});

Deno.test("stepProcess() counts a child as RUNNING that lived long enough while the timer was late", () => {
  const world = worldOf();
  world.now = 1_500;
  world.exitWith(WEB, 0);
  assertEquals(world.path(WEB), ["STARTING", "RUNNING", "EXITED"]);
});

Deno.test("stepProcess() sends SIGKILL after stopwaitsecs, and again until the child has gone", () => {
  const world = worldOf();
  world.pass(2_000);
  command(world, "stop");
  world.pass(11_500);
  assertEquals(world.signals.map(({ signal, at }) => [signal, at]), [
    [15, 2_000],
    [9, 12_000],
    [9, 13_000],
  ]);
  world.end(WEB, { kind: "signal", signal: 9, coreDumped: false });
  assertEquals(world.stateOf(WEB), "STOPPED");
});

Deno.test("stepProcess() walks through stop_signals before SIGKILL", () => {
  const steps = [{ signal: 15, wait: 10_000 }, { signal: 3, wait: 5_000 }, { signal: 9, wait: 0 }];
  const world = worldOf({ stop: { ...STOP, steps } });
  command(world, "stop");
  world.pass(15_000);
  assertEquals(world.signals.map(({ signal, at }) => [signal, at]), [[15, 0], [3, 10_000], [
    9,
    15_000,
  ]]);
});

Deno.test("stepProcess() stops in BACKOFF without a signal and keeps the counter", () => {
  const world = worldOf();
  world.exitWith(WEB, 1);
  command(world, "stop");
  assertEquals(world.stateOf(WEB), "STOPPED");
  assertEquals(world.signals, []);
  assertEquals(world.pool.processes.get(WEB)?.tally.failedStarts, 1);
});

Deno.test("stepProcess() starts again after a stop when a start was wished for meanwhile", () => {
  const world = worldOf();
  command(world, "stop");
  command(world, "start");
  assertEquals(world.stateOf(WEB), "STOPPING");
  world.exitWith(WEB, 0);
  assertEquals(world.stateOf(WEB), "STARTING");
});

Deno.test("stepProcess() does not start after a restart that was followed by a stop", () => {
  const world = worldOf();
  command(world, "restart");
  command(world, "stop");
  world.exitWith(WEB, 0);
  assertEquals(world.stateOf(WEB), "STOPPED");
});

Deno.test("stepProcess() sends the stop signal as soon as there is a pid", () => {
  const world = new PoolWorld(planOf([processPlan("web")]), { answersAtOnce: false });
  world.post({ kind: "boot" });
  command(world, "stop");
  assertEquals(world.signals, []);
  world.answerSpawns();
  assertEquals(world.signals.map(({ signal }) => signal), [15]);
});

Deno.test("stepProcess() drops the answer of an older run", () => {
  const world = worldOf();
  world.pass(2_000);
  world.exitWith(WEB, 1);
  const before = world.pool;
  const exit = { kind: "code", code: 0 } as const;
  world.tell(WEB, { kind: "exited", run: 1, exit, launchFault: null });
  assertEquals(world.pool, before);
});

Deno.test("stepProcess() kills at once and stays down", () => {
  const world = worldOf();
  command(world, "kill");
  assertEquals(world.signals.map(({ signal }) => signal), [9]);
  world.end(WEB, { kind: "signal", signal: 9, coreDumped: false });
  world.pass(60_000);
  assertEquals(world.stateOf(WEB), "STOPPED");
});

const MEMORY = { cap: 100, action: "restart", hardLimit: null } as const;

Deno.test("stepProcess() recycles a process over its cap and does not count it as a crash", () => {
  const world = worldOf({ memory: MEMORY, restart: OURS });
  world.pass(5_000);
  world.tell(WEB, { kind: "over-cap", run: 1, bytes: 120 });
  assertEquals(world.stateOf(WEB), "STOPPING");
  world.exitWith(WEB, 1);
  assertEquals(world.path(WEB).slice(-3), ["STOPPING", "STOPPED", "STARTING"]);
  assertEquals(world.pool.processes.get(WEB)?.tally.crashes, 0);
});

Deno.test("stepProcess() stays down when max_memory_action is stop", () => {
  const world = worldOf({ memory: { ...MEMORY, action: "stop" } });
  world.tell(WEB, { kind: "over-cap", run: 1, bytes: 120 });
  world.exitWith(WEB, 0);
  assertEquals(world.stateOf(WEB), "STOPPED");
});

Deno.test("stepProcess() kills and starts again when max_memory_action is kill", () => {
  const world = worldOf({ memory: { ...MEMORY, action: "kill" } });
  world.tell(WEB, { kind: "over-cap", run: 1, bytes: 120 });
  assertEquals(world.signals.map(({ signal }) => signal), [9]);
  world.end(WEB, { kind: "signal", signal: 9, coreDumped: false });
  assertEquals(world.stateOf(WEB), "STARTING");
});

Deno.test("stepProcess() only sends the signal that max_memory_action names", () => {
  const world = worldOf({ memory: { ...MEMORY, action: { signal: 10 } } });
  world.tell(WEB, { kind: "over-cap", run: 1, bytes: 120 });
  assertEquals(world.signals.map(({ signal }) => signal), [10]);
  assertEquals(world.stateOf(WEB), "STARTING");
});

Deno.test("stepProcess() recycles a process at max_age, without a hot loop", () => {
  const restart = { ...OURS, startSeconds: 0, maxAge: { age: 100, jitter: 0 } };
  const world = worldOf({ restart });
  let ends = 0;
  for (let step = 0; step < 1_000; step++) {
    world.pass(10);
    if (world.stateOf(WEB) !== "STOPPING") continue;
    world.exitWith(WEB, 0);
    ends++;
  }
  // Ten seconds; at a life of 100 ms and a wait of at most a second there is no room for more.
  assertEquals(ends > 5 && ends < 20, true, `${ends} ends`);
});

Deno.test("stepProcess() is FATAL when start_limit is used up", () => {
  const restart = { ...OURS, startSeconds: 0, startLimit: { starts: 3, within: 60_000 } };
  const world = worldOf({ restart });
  for (let life = 0; life < 3; life++) {
    world.pass(5_000);
    world.exitWith(WEB, 1);
    world.pass(2_000);
  }
  assertEquals(world.stateOf(WEB), "FATAL");
  assertEquals(world.runs(WEB), 3);
});

Deno.test("stepProcess() forgets starts that are older than the window of start_limit", () => {
  const restart = { ...OURS, startSeconds: 0, startLimit: { starts: 3, within: 60_000 } };
  const world = worldOf({ restart });
  for (let life = 0; life < 6; life++) {
    world.pass(31_000);
    world.exitWith(WEB, 1);
  }
  assertEquals(world.runs(WEB), 7);
});

Deno.test("stepProcess() does not hold an operator's start against start_limit", () => {
  const restart = { ...OURS, startSeconds: 0, startLimit: { starts: 1, within: 60_000 } };
  const world = worldOf({ restart });
  world.pass(5_000);
  world.exitWith(WEB, 1);
  assertEquals(world.stateOf(WEB), "FATAL");
  command(world, "start");
  assertEquals(world.stateOf(WEB), "RUNNING");
});

const MESSAGE = { ...STOP, message: "shutdown" };

Deno.test("stepProcess() sends the message in the place of the first stop signal, then the others, then SIGKILL", () => {
  const steps = [{ signal: 15, wait: 100 }, { signal: 2, wait: 200 }];
  const world = worldOf({ stop: { ...MESSAGE, steps } });
  world.pass(1_000);
  command(world, "stop");
  assertEquals(world.messages, [{ id: WEB, text: "shutdown", at: 1_000 }]);
  world.pass(400);
  assertEquals(world.signals.map(({ signal, at }) => [signal, at]), [[2, 1_100], [9, 1_300]]);
  assertEquals(world.messages.length, 1);
});

Deno.test("stepProcess() sends a message before SIGKILL also where that is the first signal", () => {
  const world = worldOf({ stop: { ...MESSAGE, steps: [{ signal: 9, wait: 100 }] } });
  world.pass(1_000);
  command(world, "stop");
  assertEquals([world.messages.length, world.signals], [1, []]);
  world.pass(100);
  assertEquals(world.signals, [{ id: WEB, signal: 9, at: 1_100 }]);
});

Deno.test("stepProcess() sends no message when it kills, and one after pre_stop", () => {
  const killed = worldOf({ stop: MESSAGE });
  command(killed, "kill");
  assertEquals([killed.messages, killed.signals.map(({ signal }) => signal)], [[], [9]]);
  const hook = { command: ["/bin/true"], timeout: 500, onFailure: "warn" } as const;
  const hooks = { preStart: null, postStart: null, preStop: hook, postExit: null };
  const hooked = worldOf({ stop: MESSAGE, hooks });
  hooked.pass(1_000);
  command(hooked, "stop");
  assertEquals(hooked.messages, []);
  hooked.tell(WEB, { kind: "hook-done", run: 1 });
  assertEquals([hooked.messages.length, hooked.signals], [1, []]);
});
