// POST /update and /scale on a real engine: what differs, what came of it, and what is refused.
import { apiHandler } from "../../../src/control/api/handler.ts";
import type { ActionResult } from "../../../src/control/api/types.ts";
import { assertEquals } from "../../support/assert.ts";
import { type Answer, ApiRig, ask, AT_ONCE, manifestOf, requestOf } from "../../support/api_rig.ts";
import { alertPlan, SUPERVISORD } from "../../support/plans.ts";

function post(rig: ApiRig, target: string, body: unknown = {}): Promise<Answer> {
  return ask(apiHandler(rig.runner), requestOf(`/api/v1${target}`, { method: "POST", body }));
}

function told({ json }: Answer): string[] {
  return json.results.map(({ id, ok, outcome, detail }: ActionResult) =>
    `${id} ${ok ? "ok" : "NOT"} ${outcome}${detail === "" ? "" : `: ${detail}`}`
  );
}

const OLD = [{ name: "same" }, { name: "gone" }, { name: "changed" }, { name: "policy" }];
const NEW = manifestOf([
  { name: "same" },
  { name: "changed", own: { command: ["/bin/true", "-v"] } },
  { name: "policy", own: { restart: { ...AT_ONCE, startRetries: 9 } } },
  { name: "fresh" },
  { name: "hand", own: { autostart: false } },
]);

Deno.test("update --dry-run shows what differs and changes nothing", async () => {
  const rig = new ApiRig(OLD);
  rig.write(NEW);
  const before = rig.runner.pool;
  const { status, json } = await post(rig, "/update", { dryRun: true });
  assertEquals([status, json], [200, {
    added: ["fresh:fresh", "hand:hand"],
    removed: ["gone:gone"],
    restarted: [{ id: "changed:changed", changed: ["command"] }],
    adjusted: [{ id: "policy:policy", changed: ["restart"] }],
    unchanged: 1,
    alerts: { added: [], removed: [], changed: [] },
    live: [],
    runner: [],
    applied: false,
    problems: [],
    results: [],
    timedOut: false,
  }]);
  assertEquals(rig.runner.pool === before, true);
});

Deno.test("update tells of alerts, of what of the runner is in force at once, and of what is not", async () => {
  const rig = new ApiRig([{ name: "same" }]);
  const read = manifestOf([{ name: "same" }]);
  const alerts = [alertPlan("ops"), alertPlan("night")];
  const runner = { ...read.plan.runner, umask: 0o77, shutdownWhen: "all-exited" } as const;
  const plan = { ...read.plan, alerts, runner };
  rig.write({ ...read, plan, rescaled: () => plan });
  const changes = ({ json: { alerts, live, runner } }: Answer) => ({ alerts, live, runner });
  const expected = {
    alerts: { added: ["ops", "night"], removed: [], changed: [] },
    live: ["shutdownWhen"],
    runner: ["umask"],
  };
  assertEquals(changes(await post(rig, "/update", { dryRun: true })), expected);
  assertEquals(rig.runner.pool.plan.alerts, []);
  assertEquals(changes(await post(rig, "/update")), expected);
  assertEquals(rig.runner.pool.plan.alerts, alerts);
  assertEquals(rig.said.slice(-2), [
    "warn changes of umask take effect when the runner is restarted",
    "info changes of shutdownWhen are in force",
  ]);
});

Deno.test("update applies what differs, and waits for it", async () => {
  const rig = new ApiRig(OLD);
  rig.write(NEW);
  const answer = post(rig, "/update");
  while (rig.stateOf("gone:gone") !== "STOPPING") await Promise.resolve();
  rig.end("gone:gone");
  rig.end("changed:changed");
  assertEquals(told(await answer), [
    "gone:gone ok removed",
    "changed:changed ok restarted",
    "fresh:fresh ok started",
  ]);
  const { applied, timedOut } = (await answer).json;
  assertEquals([applied, timedOut], [true, false]);
  assertEquals(rig.stateOf("hand:hand"), "STOPPED");
});

Deno.test("update says which of the new ones do not start", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  rig.write(manifestOf([{ name: "web" }, { name: "bad", own: { command: ["nope"] } }]));
  assertEquals(told(await post(rig, "/update")), [
    "bad:bad NOT failed: can't find command 'nope'; it is tried again",
  ]);
});

Deno.test("update gives a stopped program its new values without starting it by hand", async () => {
  const off = { autostart: false };
  const rig = new ApiRig([{ name: "web", own: off }]);
  rig.write(manifestOf([{ name: "web", own: { ...off, command: ["/bin/true", "-v"] } }]));
  assertEquals(told(await post(rig, "/update")), ["web:web ok changed"]);
  assertEquals(rig.stateOf("web:web"), "STOPPED");
});

Deno.test("update of a manifest with errors is refused and changes nothing", async () => {
  const rig = new ApiRig(OLD);
  const place = { file: "m.ini", line: 3, section: "program:x", key: "command" };
  const problem = { ...place, severity: "error", what: "Missing", allowed: "" } as const;
  rig.write({ ...NEW, plan: null, problems: [problem] });
  for (const target of ["/update", "/restart"]) {
    const { status, json } = await post(rig, target);
    assertEquals([status, json], [422, {
      error: `Cannot ${target.slice(1)}: the manifest has an error`,
      hint: "Nothing was changed: mend the manifest and ask again",
      applied: false,
      problems: [{ severity: "error", text: "m.ini:3: [program:x] command: Missing" }],
    }]);
  }
  assertEquals(rig.runner.pool.processes.size, 4);
});

Deno.test("scale starts more, waits for them, and reports the drift", async () => {
  const rig = new ApiRig([{ name: "web", count: 2, own: { restart: SUPERVISORD } }]);
  rig.clock.pass(1_000);
  const answer = post(rig, "/scale", { program: "web", count: "+2" });
  while (rig.stateOf("web:web_3") !== "STARTING") await Promise.resolve();
  rig.clock.pass(1_000);
  assertEquals(told(await answer), ["web:web_2 ok started", "web:web_3 ok started"]);
  const { program, from, to, manifest } = (await answer).json;
  assertEquals([program, from, to, manifest], ["web", 2, 4, 2]);
  const list = await ask(apiHandler(rig.runner), requestOf("/api/v1/processes"));
  assertEquals(list.json.drift, [{ program: "web", running: 4, manifest: 2 }]);
});

Deno.test("scale takes the highest away, and waits until they have gone", async () => {
  const rig = new ApiRig([{ name: "web", count: 3 }]);
  const answer = post(rig, "/scale", { program: "web:*", count: "-2" });
  while (rig.stateOf("web:web_2") !== "STOPPING") await Promise.resolve();
  rig.end("web:web_1");
  rig.end("web:web_2");
  assertEquals(told(await answer), ["web:web_1 ok removed", "web:web_2 ok removed"]);
});

Deno.test("scale brings a program back that was scaled to nothing", async () => {
  const rig = new ApiRig([{ name: "web", count: 1 }]);
  const down = post(rig, "/scale", { program: "web", count: "0" });
  while (rig.stateOf("web:web_0") !== "STOPPING") await Promise.resolve();
  rig.end("web:web_0");
  assertEquals(told(await down), ["web:web_0 ok removed"]);
  const up = await post(rig, "/scale", { program: "web", count: "+1" });
  assertEquals([up.status, told(up)], [200, ["web:web_0 ok started"]]);
});

/** Body, status, part of the error. */
const REFUSED: readonly (readonly [unknown, number, string])[] = [
  [{ program: "wbe", count: "1" }, 404, 'did you mean "web"?'],
  [{ program: "all", count: "1" }, 400, "it means 2 programs"],
  [{ program: "web", count: 3 }, 400, 'Cannot read "count": it is 3'],
  [{ program: "web", count: "many" }, 400, 'Cannot read "count": it is "many"'],
  [{ program: "web", count: "99999" }, 422, "use a number from 0 to 10000"],
  [{ program: "web" }, 400, 'Cannot read "count": it is missing'],
];

for (const [body, status, error] of REFUSED) {
  Deno.test(`scale refuses ${JSON.stringify(body)}`, async () => {
    const rig = new ApiRig([{ name: "web", count: 1 }, { name: "mail" }]);
    const answer = await post(rig, "/scale", body);
    assertEquals([answer.status, answer.json.error.includes(error)], [status, true], answer.text);
  });
}
