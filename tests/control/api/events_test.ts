// GET /events: what readers get, what they have missed, and that a slow one holds nothing.
import { apiHandler } from "../../../src/control/api/handler.ts";
import { eventView } from "../../../src/control/api/event_view.ts";
import type { HttpHandler } from "../../../src/control/http/message.ts";
import type { Fact } from "../../../src/core/events.ts";
import { assertEquals } from "../../support/assert.ts";
import { ApiRig, FakeReader, requestOf } from "../../support/api_rig.ts";

async function follow(
  handler: HttpHandler,
  query = "",
  headers: Readonly<Record<string, string>> = {},
): Promise<FakeReader> {
  return new FakeReader(await handler(requestOf(`/api/v1/events${query}`, { headers })));
}

function kinds(reader: FakeReader): string[] {
  return reader.events.map(({ data, event }) => {
    const { process, kind, serial } = JSON.parse(data);
    return event === "gap" ? "gap" : `${serial} ${kind} ${process ?? "-"}`;
  });
}

Deno.test("a reader of events gets what happens from now on, with ids", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const handler = apiHandler(rig.runner);
  const reader = await follow(handler);
  assertEquals(reader.text, "retry: 2000\n\n");
  rig.end("web:web", 1);
  assertEquals(kinds(reader), [
    "1 exited web:web",
    "2 state web:web",
    "3 state web:web",
    "4 spawned web:web",
    "5 state web:web",
    "6 running web:web",
  ]);
  const [first] = reader.events;
  assertEquals(first?.id, "1000-1");
  assertEquals(JSON.parse(first?.data ?? ""), {
    serial: 1,
    time: "1970-01-01T00:00:01.000Z",
    kind: "exited",
    process: "web:web",
    text: "exited: web (exit status 1; not expected)",
    detail: { code: 1, signal: null, expected: false, uptime: 0, restartIn: 0 },
  });
});

Deno.test("a reader that comes again gets what it has missed", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const handler = apiHandler(rig.runner);
  await follow(handler);
  rig.end("web:web", 1);
  const again = await follow(handler, "", { "last-event-id": "1000-4" });
  assertEquals(kinds(again), ["5 state web:web", "6 running web:web"]);
  rig.runner.order({ kind: "shutdown", why: "test" });
  assertEquals(kinds(again).slice(2, 4), ["7 shutdown -", "8 state web:web"]);
});

Deno.test("a reader of an earlier runner gets everything there is", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const handler = apiHandler(rig.runner);
  await follow(handler);
  rig.end("web:web", 1);
  for (const id of ["77-4", "1000-99", "nonsense"]) {
    const again = await follow(handler, "", { "last-event-id": id });
    assertEquals(kinds(again).length, 6, id);
  }
});

Deno.test("replay= begins with the latest events", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const handler = apiHandler(rig.runner);
  await follow(handler);
  rig.end("web:web", 1);
  assertEquals(kinds(await follow(handler, "?replay=1")), ["6 running web:web"]);
  assertEquals(kinds(await follow(handler, "?replay=500")).length, 6);
});

Deno.test("name= leaves out everybody else, and knows who comes later", async () => {
  const rig = new ApiRig([{ name: "web", count: 1 }, { name: "mail" }]);
  const handler = apiHandler(rig.runner);
  const reader = await follow(handler, "?name=web:*");
  rig.end("mail:mail");
  assertEquals(kinds(reader), []);
  await rig.runner.scale("web", 2);
  assertEquals(
    reader.events.map(({ data }) => JSON.parse(data).process).includes("web:web_1"),
    true,
  );
  await rig.runner.scale("web", 1);
  rig.end("web:web_1");
  const last = JSON.parse(reader.events.at(-1)?.data ?? "{}");
  assertEquals([last.kind, last.process], ["stopped", "web:web_1"]);
});

Deno.test("a slow reader holds nothing, and is told what it has missed", async () => {
  const rig = new ApiRig([{ name: "web", count: 400 }]);
  const handler = apiHandler(rig.runner);
  const slow = await follow(handler);
  const fast = await follow(handler);
  slow.isReading = false;
  const restart = () => {
    const ids = [...rig.runner.pool.processes.keys()];
    rig.runner.order({ kind: "restart", ids });
    for (const id of ids) rig.end(id);
  };
  restart();
  const held = slow.buffered;
  restart();
  assertEquals([slow.pushed, slow.buffered === held, held < 70_000], [0, true, true]);
  slow.read();
  const gap = slow.events.find(({ event }) => event === "gap");
  const lost = JSON.parse(gap?.data ?? "{}").lost;
  assertEquals(slow.events.length - 1 + lost, fast.events.length);
  assertEquals(slow.events.at(-1), fast.events.at(-1));
  assertEquals(lost > 0, true, "more happened than is kept");
  assertEquals(fast.events.some(({ event }) => event === "gap"), false);
});

Deno.test("a silent stream shows every 15 seconds that it lives, until the last reader goes", async () => {
  const rig = new ApiRig([]);
  const handler = apiHandler(rig.runner);
  const one = await follow(handler);
  const other = await follow(handler);
  assertEquals(rig.clock.waiting, 1);
  rig.clock.pass(30_000);
  assertEquals(one.text, "retry: 2000\n\n:\n\n:\n\n");
  one.leave();
  rig.clock.pass(15_000);
  assertEquals([one.text.length < other.text.length, rig.clock.waiting], [true, 1]);
  other.leave();
  assertEquals(rig.clock.waiting, 0);
});

const AT = { mono: 0, wall: 0 };

/** A fact, its kind, its text, its detail. */
const FACTS: readonly (readonly [Fact, string, string, unknown])[] = [
  [
    { kind: "over-cap", id: "a:b", bytes: 2_000_000, cap: 1_000_000, action: "restart" },
    "memory",
    "memory: b and its descendants use 1.9MB, over max_memory 976.6KB: restart",
    { bytes: 2_000_000, cap: 1_000_000, action: "restart" },
  ],
  [
    { kind: "ready", id: "a:b", run: 2, after: 1_500 },
    "ready",
    "ready: b after 1s500ms",
    { run: 2, after: 1.5 },
  ],
  [
    { kind: "unwell", id: "a:b", run: 2, cause: "health", detail: "3 failed looks" },
    "unwell",
    "unwell: b: 3 failed looks (health)",
    { run: 2, cause: "health", detail: "3 failed looks" },
  ],
  [
    { kind: "stopping", id: "a:b", cause: "command", signal: 15 },
    "stopping",
    "stopping: b with SIGTERM (command)",
    { cause: "command", signal: "SIGTERM" },
  ],
  [
    {
      kind: "stopped",
      id: "a:b",
      exit: { kind: "signal", signal: 9, coreDumped: false },
      killed: true,
    },
    "stopped",
    "stopped: b (terminated by SIGKILL)",
    { code: null, signal: "SIGKILL", killed: true },
  ],
  [
    { kind: "reload", step: "done", detail: "2 processes replaced" },
    "reload",
    "reload done: 2 processes replaced",
    { step: "done", detail: "2 processes replaced" },
  ],
];

for (const [fact, kind, text, detail] of FACTS) {
  Deno.test(`eventView() shows ${fact.kind}`, () => {
    const view = eventView(1, { at: AT, fact });
    assertEquals([view.kind, view.text, view.detail], [kind, text, detail]);
  });
}
