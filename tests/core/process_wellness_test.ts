// Readiness and liveness of one process, by example: when it is RUNNING, and what its end counts as.
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { PLAIN_WORK, type ReadyPlan } from "../../src/manifest/plan_work.ts";
import { PoolWorld } from "../support/pool_world.ts";
import { OURS, planOf, processPlan, SUPERVISORD } from "../support/plans.ts";
import { assertEquals } from "../support/assert.ts";

const WEB = "web:web";
const READY: ReadyPlan = {
  when: {
    kind: "probe",
    probe: { kind: "tcp", host: "localhost", port: 6379 },
    interval: 200,
  },
  timeout: 90_000,
};

function worldOf(own: Partial<ProcessPlan> = {}): PoolWorld {
  const world = new PoolWorld(planOf([processPlan("web", { ready: READY, ...own })]));
  world.post({ kind: "boot" });
  return world;
}

function spawnError(world: PoolWorld): string {
  return world.pool.processes.get(WEB)?.spawnError ?? "";
}

function sayReady(world: PoolWorld, run = world.runs(WEB)): void {
  world.tell(WEB, { kind: "ready", run });
}

function unwell(world: PoolWorld, well = 0): void {
  const detail = "no WATCHDOG=1 for 30s";
  world.tell(WEB, { kind: "unwell", run: world.runs(WEB), cause: "watchdog", detail, well });
}

/** The child ends as it was asked to. */
function endStop(world: PoolWorld): void {
  world.end(WEB, { kind: "signal", signal: 15, coreDumped: false });
}

Deno.test("stepProcess() is RUNNING when it is ready and startsecs are over, whichever comes last", () => {
  const late = worldOf();
  late.pass(5_000);
  assertEquals(late.stateOf(WEB), "STARTING");
  sayReady(late);
  assertEquals(late.stateOf(WEB), "RUNNING");
  const early = worldOf();
  sayReady(early);
  early.pass(999);
  assertEquals(early.stateOf(WEB), "STARTING");
  early.pass(1);
  assertEquals(early.stateOf(WEB), "RUNNING");
  const ready = early.facts.filter(({ kind }) => kind === "ready");
  assertEquals(ready, [{ kind: "ready", id: WEB, run: 1, after: 0 }]);
});

Deno.test("stepProcess() waits for readiness with startsecs=0, and says it once", () => {
  const world = worldOf({ restart: { ...SUPERVISORD, startSeconds: 0 } });
  world.pass(300);
  assertEquals(world.stateOf(WEB), "STARTING");
  sayReady(world);
  sayReady(world);
  assertEquals(world.path(WEB), ["STARTING", "RUNNING"]);
  assertEquals(world.facts.filter(({ kind }) => kind === "ready").length, 1);
});

Deno.test("stepProcess() takes no word of an earlier run", () => {
  const world = worldOf();
  world.exitWith(WEB, 1);
  world.pass(1_000);
  assertEquals(world.runs(WEB), 2);
  sayReady(world, 1);
  unwell(world);
  world.pass(2_000);
  assertEquals(world.stateOf(WEB), "STARTING");
});

Deno.test("stepProcess() stops what is not ready in time, and tries again as the plan says", () => {
  const world = worldOf({ restart: { ...SUPERVISORD, startRetries: 1 } });
  world.pass(90_000);
  assertEquals(world.stateOf(WEB), "STOPPING");
  assertEquals(spawnError(world), "not ready within 1m30s (tcp:6379)");
  const stop = world.facts.find(({ kind }) => kind === "stopping");
  assertEquals(stop?.kind === "stopping" && stop.cause, "not-ready");
  endStop(world);
  assertEquals(world.stateOf(WEB), "BACKOFF");
  world.pass(1_000 + 90_000);
  endStop(world);
  assertEquals(world.path(WEB).slice(-3), ["STOPPING", "BACKOFF", "FATAL"]);
  assertEquals(spawnError(world), "not ready within 1m30s (tcp:6379)");
  assertEquals(world.runs(WEB), 2);
});

Deno.test("stepProcess() judges an exit while not ready as an early one, however long it was up", () => {
  const world = worldOf();
  world.pass(60_000);
  world.exitWith(WEB, 0);
  assertEquals(world.stateOf(WEB), "BACKOFF");
  assertEquals(spawnError(world), "Exited before it was ready (process log may have details)");
});

Deno.test("stepProcess() judges an end after READY as any other: it said so, and died", () => {
  const world = worldOf({ restart: { ...OURS, startSeconds: 0 } });
  sayReady(world);
  world.exitWith(WEB, 1);
  assertEquals(world.path(WEB), ["STARTING", "RUNNING", "EXITED", "STARTING"]);
});

Deno.test("stepProcess() counts being unwell as a crash: at once the first time, then ever later", () => {
  const world = worldOf({ ready: null, restart: OURS });
  const waits: number[] = [];
  for (let round = 0; round < 4; round++) {
    world.pass(30_000);
    assertEquals(world.stateOf(WEB), "RUNNING", `round ${round}`);
    unwell(world);
    endStop(world);
    const began = world.now;
    while (world.stateOf(WEB) === "BACKOFF") world.pass(1);
    waits.push(world.now - began);
  }
  assertEquals(waits, [0, 500, 1_000, 2_000]);
  const restarts = world.pool.processes.get(WEB)?.tally.restarts;
  assertEquals(restarts, 4);
});

Deno.test("stepProcess() forgets crashes after it has been of use for long enough", () => {
  const world = worldOf({ ready: null, restart: OURS });
  for (const well of [0, 0, 20_000]) {
    world.pass(30_000);
    unwell(world, well);
    endStop(world);
    if (well === 0) world.pass(10_000);
  }
  assertEquals(world.path(WEB).slice(-2), ["EXITED", "STARTING"]);
});

Deno.test("stepProcess() never takes the end of an unwell process for an expected one", () => {
  for (const autorestart of ["always", "unexpected", "never"] as const) {
    const onExit = [{ match: { kind: "rest" }, action: { kind: "stop" } }] as const;
    const world = worldOf({ ready: null, restart: { ...OURS, autorestart, onExit } });
    world.pass(2_000);
    unwell(world);
    world.exitWith(WEB, 0);
    const exited = world.facts.filter(({ kind }) => kind === "exited");
    assertEquals(exited.map((fact) => fact.kind === "exited" && fact.expected), [false]);
    assertEquals(world.pool.processes.get(WEB)?.lastEnd?.planned, false);
    assertEquals(world.stateOf(WEB), autorestart === "never" ? "EXITED" : "STARTING");
  }
});

Deno.test("stepProcess() lets an operator overrule what follows an unwell process", () => {
  for (const [kind, state] of [["stop", "STOPPED"], ["restart", "STARTING"]] as const) {
    const world = worldOf({ ready: null });
    world.pass(2_000);
    unwell(world);
    world.post({ kind: "command", command: { kind, ids: [WEB] } });
    endStop(world);
    assertEquals(world.stateOf(WEB), state);
  }
});

Deno.test("stepProcess() hears nothing of being unwell from what is not RUNNING", () => {
  const world = worldOf();
  unwell(world);
  assertEquals(world.stateOf(WEB), "STARTING");
});

Deno.test("stepProcess() gives more time to start and to stop when it is asked to, never less", () => {
  const world = worldOf();
  world.tell(WEB, { kind: "extend", run: 1, wait: 1_000 });
  world.pass(89_000);
  world.tell(WEB, { kind: "extend", run: 1, wait: 60_000 });
  world.pass(59_000);
  assertEquals(world.stateOf(WEB), "STARTING");
  world.post({ kind: "command", command: { kind: "stop", ids: [WEB] } });
  world.tell(WEB, { kind: "extend", run: 1, wait: 30_000 });
  world.pass(29_999);
  assertEquals(world.signals.map(({ signal }) => signal), [15]);
  world.pass(1);
  assertEquals(world.signals.map(({ signal }) => signal), [15, 9]);
});

Deno.test("stepProcess() starts the time for readiness with the child, not with the order", () => {
  const plan = planOf([processPlan("web", { ready: READY })]);
  const world = new PoolWorld(plan, { answersAtOnce: false });
  world.post({ kind: "boot" });
  world.pass(80_000);
  world.answerSpawns();
  world.pass(89_999);
  assertEquals(world.stateOf(WEB), "STARTING");
  world.pass(1);
  assertEquals(world.stateOf(WEB), "STOPPING");
});

Deno.test("stepPool() waits in a rolling reload until the new one is ready", () => {
  const one = processPlan("a", { ...PLAIN_WORK, ready: READY });
  const two = processPlan("b", { ...PLAIN_WORK, ready: READY });
  const world = new PoolWorld(planOf([one, two]));
  world.post({ kind: "boot" });
  world.pass(2_000);
  for (const id of ["a:a", "b:b"]) world.tell(id, { kind: "ready", run: 1 });
  const command = { kind: "reload", ids: ["a:a", "b:b"], atOnce: 1 } as const;
  world.post({ kind: "command", command });
  world.end("a:a", { kind: "code", code: 0 });
  world.pass(30_000);
  assertEquals([world.stateOf("a:a"), world.stateOf("b:b")], ["STARTING", "RUNNING"]);
  world.tell("a:a", { kind: "ready", run: 2 });
  assertEquals([world.stateOf("a:a"), world.stateOf("b:b")], ["RUNNING", "STOPPING"]);
});
