// When a service manager is told something: at once, later, again, or not at all.
import assert from "node:assert/strict";
import { ServiceNotices } from "../../src/cli/service_notices.ts";
import { readVersion } from "../../src/cli/upgrade_program.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";
import { planOf, processPlan } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

/** A pool under a manager whose socket may be full. */
class Service {
  readonly clock = new FakeClock();
  readonly world: PoolWorld;
  readonly said: string[] = [];
  isFull = false;
  readonly notices: ServiceNotices;

  constructor(startSeconds: number, watchdog: number | null = null) {
    const restart = { ...processPlan("web").restart, startSeconds };
    const names = ["web", "api", "db"];
    this.world = new PoolWorld(planOf(names.map((name) => processPlan(name, { restart }))));
    const manager = {
      watchdog,
      say: (lines: readonly string[]) => {
        if (!this.isFull) this.said.push(lines.join("|"));
        return !this.isFull;
      },
      [Symbol.dispose]: () => {},
    };
    const { clock } = this;
    this.notices = new ServiceNotices({ manager, clock, monotonic: () => 7n, greeting: [] });
    const { world } = this;
    world.post({ kind: "boot" });
    this.notices.begun({
      get pool() {
        return world.pool;
      },
      isRestarting: () => false,
    });
  }

  /** Lets time pass for pool and manager alike, and gives what was said. */
  pass(milliseconds: number): readonly string[] {
    this.world.pass(milliseconds);
    this.clock.pass(milliseconds);
    this.notices.look();
    return this.said.splice(0);
  }
}

Deno.test("ServiceNotices asks for more time as long as the start takes", () => {
  const service = new Service(100_000);
  assertEquals(service.pass(0), [
    "STATUS=0 of 3 processes are running|EXTEND_TIMEOUT_USEC=30000000",
  ]);
  assertEquals(service.pass(25_000), Array(2).fill("EXTEND_TIMEOUT_USEC=30000000"));
  const last = service.pass(80_000).at(-1);
  assertEquals(last, "READY=1|STATUS=3 of 3 processes are running");
  assertEquals(service.pass(80_000), []);
  service.notices[Symbol.dispose]();
  assertEquals(service.clock.waiting, 0);
});

Deno.test("ServiceNotices says what only counts processes once a second at most", () => {
  const service = new Service(0);
  service.pass(5_000);
  for (const id of ["web:web", "api:api"]) {
    service.world.post({ kind: "command", command: { kind: "stop", ids: [id] } });
    service.world.end(id, { kind: "signal", signal: 15, coreDumped: false });
    service.notices.look();
  }
  assertEquals(service.said.splice(0), ["STATUS=2 of 3 processes are running"]);
  service.clock.pass(999);
  assertEquals(service.said, []);
  service.clock.pass(1);
  assertEquals(service.said, ["STATUS=1 of 3 processes are running"]);
  service.notices[Symbol.dispose]();
});

Deno.test("ServiceNotices says again what found no room", () => {
  const service = new Service(1_000);
  service.isFull = true;
  service.pass(5_000);
  assertEquals(service.pass(0), []);
  service.isFull = false;
  service.clock.pass(100);
  assertEquals(service.said, ["READY=1|STATUS=3 of 3 processes are running"]);
  service.notices[Symbol.dispose]();
});

Deno.test("ServiceNotices reloads around a reading, also one that fails", async () => {
  const service = new Service(0);
  service.pass(5_000);
  const reading = service.notices.during(() => Promise.reject(new Error("gone")));
  await assert.rejects(reading, /gone/);
  const status = "STATUS=3 of 3 processes are running";
  assertEquals(service.said, [`RELOADING=1|MONOTONIC_USEC=7|${status}`, `READY=1|${status}`]);
  service.notices[Symbol.dispose]();
});

Deno.test("ServiceNotices pings at half the time of the watchdog", () => {
  const service = new Service(0, 2_000_000);
  service.pass(0);
  assertEquals(service.pass(3_500), Array(3).fill("WATCHDOG=1"));
  service.notices[Symbol.dispose]();
  assertEquals(service.pass(10_000), []);
});

Deno.test("readVersion() takes what runner version --json prints, and nothing else", () => {
  const plain = readVersion('{"version":"1.2.3","deno":"2","target":"x86_64"}\n');
  assertEquals(plain, { version: "1.2.3", formats: [] });
  const able = readVersion('{"version":"1.2.3","target":"x86_64","takesOver":[1,2]}');
  assertEquals(able, { version: "1.2.3", formats: [1, 2] });
  for (const text of ["", "runner 1.2.3", '"1.2.3"', "null", '{"version":1}', '{"version":"1"}']) {
    assertEquals(readVersion(text), null, text);
  }
});
