// GET /watch: snapshots when something changes, made once for all, and none for nobody.
import { apiHandler } from "../../../src/control/api/handler.ts";
import type { HttpHandler } from "../../../src/control/http/message.ts";
import { assertEquals } from "../../support/assert.ts";
import { ApiRig, FakeReader, requestOf } from "../../support/api_rig.ts";

async function watch(handler: HttpHandler): Promise<FakeReader> {
  return new FakeReader(await handler(requestOf("/api/v1/watch")));
}

/** States of the first process, snapshot by snapshot. */
function states(reader: FakeReader): string[] {
  return reader.events.map(({ event, data }) => `${event} ${JSON.parse(data).processes[0].state}`);
}

Deno.test("a watcher gets a snapshot at once, and one when something changes", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const reader = await watch(apiHandler(rig.runner));
  assertEquals(states(reader), ["status RUNNING"]);
  rig.clock.pass(1_000);
  rig.runner.order({ kind: "stop", ids: ["web:web"] });
  assertEquals(states(reader).length, 1);
  rig.clock.pass(0);
  assertEquals(states(reader), ["status RUNNING", "status STOPPING"]);
});

Deno.test("a busy pool makes four snapshots a second, and the last one is the truth", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const reader = await watch(apiHandler(rig.runner));
  for (let change = 0; change < 100; change++) {
    rig.clock.pass(10);
    rig.runner.order({ kind: "restart", ids: ["web:web"] });
    rig.end("web:web");
  }
  rig.clock.pass(250);
  assertEquals(reader.events.length, 6);
  const last = JSON.parse(reader.events.at(-1)?.data ?? "{}");
  assertEquals(last.processes[0].pid, 200);
});

Deno.test("an idle pool makes a snapshot every two seconds, for memory and processor time", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const reader = await watch(apiHandler(rig.runner));
  rig.clock.pass(1_999);
  assertEquals(reader.events.length, 1);
  rig.clock.pass(4_001);
  assertEquals(reader.events.length, 4);
});

Deno.test("any number of watchers costs one snapshot, and nobody costs none", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const handler = apiHandler(rig.runner);
  rig.clock.pass(10_000);
  rig.runner.order({ kind: "stop", ids: ["web:web"] });
  rig.end("web:web");
  assertEquals([rig.looks, rig.clock.waiting], [0, 0]);
  const readers = await Promise.all(Array.from({ length: 20 }, () => watch(handler)));
  assertEquals([rig.looks, rig.clock.waiting], [1, 1]);
  rig.clock.pass(2_000);
  assertEquals(rig.looks, 2);
  assertEquals(readers.map(({ events }) => events.length), readers.map(() => 2));
  for (const reader of readers) reader.leave();
  assertEquals(rig.clock.waiting, 0);
  rig.clock.pass(10_000);
  assertEquals(rig.looks, 2);
});

Deno.test("a slow watcher leaves snapshots out instead of gathering them", async () => {
  const rig = new ApiRig([{ name: "web", count: 300 }]);
  const handler = apiHandler(rig.runner);
  const slow = await watch(handler);
  slow.isReading = false;
  rig.clock.pass(60_000);
  assertEquals([slow.pushed, slow.buffered <= 32_768], [0, true]);
  slow.read();
  // The one it was getting, and the newest.
  const times = slow.events.map(({ data }) => JSON.parse(data).runner.uptime);
  assertEquals(times, [0, 2, 60]);
});
