// What a service manager is told, from the first moment to the last, and that nothing is said twice.
import { extension, type Notice, noticeLines, noticeOf } from "../../src/core/service_notice.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { assertEquals } from "../support/assert.ts";
import { planOf, processPlan } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

/** A pool and what is told of it. */
class Told {
  readonly world: PoolWorld;
  isReading = false;
  isRestarting = false;
  #said: Notice | null = null;

  /** Processes whose id has "broken" in it never start. */
  constructor(...processes: readonly ProcessPlan[]) {
    this.world = new PoolWorld(planOf(processes));
    for (const { id } of processes) if (id.includes("broken")) this.world.broken.set(id, "gone");
    this.world.post({ kind: "boot" });
  }

  lines(): readonly string[] {
    const { pool, now } = this.world;
    const { isReading, isRestarting } = this;
    const look = { pool, now, begunAt: 0, isReading, isRestarting };
    const next = noticeOf(this.#said?.phase ?? "starting", look);
    const lines = noticeLines(this.#said, next, { look, monotonic: () => 42n });
    this.#said = next;
    return lines;
  }

  shutdown(): void {
    this.world.post({ kind: "command", command: { kind: "shutdown", why: "test" } });
  }
}

Deno.test("noticeOf() is ready when every program that starts at boot is up", () => {
  const told = new Told(processPlan("web"), processPlan("cron", { autostart: false }));
  assertEquals(told.lines(), [
    "STATUS=0 of 2 processes are running",
    "EXTEND_TIMEOUT_USEC=30000000",
  ]);
  assertEquals(told.lines(), []);
  told.world.pass(2_000);
  assertEquals(told.lines(), ["READY=1", "STATUS=1 of 2 processes are running"]);
  assertEquals(told.lines(), []);
});

Deno.test("noticeOf() waits for a failing program for half a minute only", () => {
  const restart = { ...processPlan("web").restart, startRetries: 1000 };
  const told = new Told(processPlan("broken", { restart }), processPlan("api"));
  told.lines();
  told.world.pass(29_000);
  assertEquals(told.lines(), ["STATUS=1 of 2 processes are running"]);
  told.world.pass(2_000);
  assertEquals(told.lines()[0], "READY=1");
});

Deno.test("noticeOf() waits for a first start however long it takes", () => {
  const restart = { ...processPlan("web").restart, startSeconds: 100_000 };
  const told = new Told(processPlan("web", { restart }));
  told.lines();
  told.world.pass(99_000);
  assertEquals(told.lines(), []);
  told.world.pass(2_000);
  assertEquals(told.lines()[0], "READY=1");
});

Deno.test("noticeOf() does not wait for what is FATAL, and names it", () => {
  const told = new Told(processPlan("broken"), processPlan("api"));
  told.lines();
  told.world.pass(20_000);
  assertEquals(told.lines(), [
    "READY=1",
    "STATUS=1 of 2 processes are running; fatal: broken:broken",
  ]);
});

Deno.test("noticeOf() reloads while the manifest is read, and is ready after it", () => {
  const told = new Told(processPlan("web"));
  told.world.pass(2_000);
  told.lines();
  told.isReading = true;
  assertEquals(told.lines(), [
    "RELOADING=1",
    "MONOTONIC_USEC=42",
    "STATUS=1 of 1 process is running",
  ]);
  told.isReading = false;
  assertEquals(told.lines(), ["READY=1", "STATUS=1 of 1 process is running"]);
});

Deno.test("noticeOf() stays reloading until the last process has been replaced", () => {
  const told = new Told(processPlan("web"));
  told.world.pass(2_000);
  told.lines();
  const plan = planOf([processPlan("web", { command: ["/bin/other"] })]);
  told.world.post({ kind: "command", command: { kind: "update", plan } });
  assertEquals(told.lines()[0], "RELOADING=1");
  assertEquals(told.lines(), []);
  told.world.end("web:web", { kind: "signal", signal: 15, coreDumped: false });
  assertEquals(told.lines()[0], "READY=1");
});

Deno.test("noticeOf() stops, with the time it takes, and not when it is only started again", () => {
  const stopping = new Told(processPlan("web"));
  stopping.world.pass(2_000);
  stopping.lines();
  stopping.shutdown();
  assertEquals(stopping.lines(), [
    "STOPPING=1",
    "STATUS=0 of 1 process is running",
    "EXTEND_TIMEOUT_USEC=15000000",
  ]);
  const restarting = new Told(processPlan("web"));
  restarting.world.pass(2_000);
  restarting.lines();
  restarting.isRestarting = true;
  restarting.shutdown();
  assertEquals(restarting.lines()[0], "RELOADING=1");
});

Deno.test("noticeLines() writes one line however a process is called", () => {
  const told = new Told(processPlan("broken\nREADY=1"));
  told.world.pass(20_000);
  const [, status = ""] = told.lines();
  assertEquals(
    status,
    "STATUS=0 of 1 process is running; fatal: broken READY=1:broken READY=1",
  );
});

Deno.test("extension() counts from now", () => {
  const told = new Told(processPlan("web"));
  told.shutdown();
  const { pool } = told.world;
  const look = { pool, now: 4_000, begunAt: 0, isReading: false, isRestarting: false };
  assertEquals(extension(look), "EXTEND_TIMEOUT_USEC=11000000");
});

Deno.test("noticeOf() waits for oneshots, and for those who wait for them", () => {
  const restart = { ...processPlan("web").restart, startSeconds: 0, autorestart: "never" } as const;
  const dependsOn = [{
    target: "migrate",
    ids: ["migrate:migrate"],
    until: "done",
    restartsWith: false,
  }] as const;
  const told = new Told(
    processPlan("web", { restart, dependsOn }),
    processPlan("migrate", { restart, type: "oneshot" }),
  );
  told.lines();
  told.world.pass(600_000);
  assertEquals(told.lines(), []);
  told.world.exitWith("migrate:migrate", 0);
  assertEquals(told.lines()[0], "READY=1");
});

Deno.test("noticeOf() does not wait for what waits in vain", () => {
  const restart = { ...processPlan("web").restart, startRetries: 0 };
  const dependsOn = [{
    target: "broken",
    ids: ["broken:broken"],
    until: "ready",
    restartsWith: false,
  }] as const;
  const told = new Told(processPlan("web", { dependsOn }), processPlan("broken", { restart }));
  assertEquals(told.lines()[0], "READY=1");
});
