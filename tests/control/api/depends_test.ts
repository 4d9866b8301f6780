// Dependencies as clients see them: how long replies wait, what they say, and what the views show.
import { apiHandler } from "../../../src/control/api/handler.ts";
import { healthHandler } from "../../../src/control/api/health.ts";
import type { ActionResult } from "../../../src/control/api/types.ts";
import type { ProcessPlan } from "../../../src/manifest/plan.ts";
import { assertEquals } from "../../support/assert.ts";
import { type Answer, ApiRig, ask, AT_ONCE, requestOf } from "../../support/api_rig.ts";
import { STOP, SUPERVISORD } from "../../support/plans.ts";
import { callRpc, isOver } from "../../support/rpc_rig.ts";

const SLOW = { restart: SUPERVISORD };
const BY_HAND = { autostart: false };
const ONCE = {
  type: "oneshot",
  restart: { ...AT_ONCE, autorestart: "never" },
} as const satisfies Partial<ProcessPlan>;

function needs(...names: readonly string[]): Partial<ProcessPlan> {
  return {
    dependsOn: names.map((target) => ({
      target,
      ids: [`${target}:${target}`],
      until: "ready",
      restartsWith: false,
    })),
  };
}

function act(rig: ApiRig, action: string, ...names: readonly string[]): Promise<Answer> {
  const body = { action, names };
  return ask(apiHandler(rig.runner), requestOf("/api/v1/actions", { method: "POST", body }));
}

function told({ json }: Answer): readonly string[] {
  return json.results.map(({ shown, ok, outcome, detail }: ActionResult) =>
    `${shown} ${ok ? "ok" : "NOT"} ${outcome}${detail === "" ? "" : `: ${detail}`}`
  );
}

Deno.test("start of one that depends on others waits until they and it are up", async () => {
  const rig = new ApiRig([
    { name: "web", own: { ...needs("db"), ...SLOW, ...BY_HAND } },
    { name: "db", own: { ...SLOW, ...BY_HAND } },
  ]);
  const answer = act(rig, "start", "web");
  assertEquals([rig.stateOf("web:web"), rig.stateOf("db:db")], ["STOPPED", "STARTING"]);
  rig.clock.pass(1_000);
  assertEquals(await isOver(answer), false);
  rig.clock.pass(1_000);
  assertEquals(told(await answer), ["web ok started"]);
});

Deno.test("start gives its dependencies the time that their plans have, one after the other", async () => {
  const restart = { ...SUPERVISORD, startSeconds: 30_000 };
  const rig = new ApiRig([
    { name: "c", own: { ...needs("b"), restart, ...BY_HAND } },
    { name: "b", own: { ...needs("a"), restart, ...BY_HAND } },
    { name: "a", own: { restart, ...BY_HAND } },
  ]);
  const answer = act(rig, "start", "c");
  rig.clock.pass(30_000);
  rig.clock.pass(30_000);
  assertEquals(await isOver(answer), false);
  rig.clock.pass(30_000);
  assertEquals(told(await answer), ["c ok started"]);
});

Deno.test("start says at once what is waited for in vain, and it starts when that is repaired", async () => {
  const rig = new ApiRig([{ name: "web", own: needs("migrate") }, { name: "migrate", own: ONCE }]);
  rig.end("migrate:migrate", 3);
  rig.runner.order({ kind: "start", ids: ["migrate:migrate"] });
  const answer = act(rig, "start", "web");
  assertEquals(await isOver(answer), false);
  rig.end("migrate:migrate", 3);
  assertEquals(told(await answer), [
    "web NOT waiting: waits for migrate: done, but migrate has failed (exit status 3)",
  ]);
  rig.runner.order({ kind: "start", ids: ["migrate:migrate"] });
  rig.end("migrate:migrate", 0);
  assertEquals(rig.stateOf("web:web"), "RUNNING");
});

Deno.test("start of a oneshot waits for its end, however long that takes", async () => {
  const rig = new ApiRig([{ name: "migrate", own: { ...ONCE, ...BY_HAND } }]);
  const answer = act(rig, "start", "migrate");
  rig.clock.pass(3_600_000);
  assertEquals(await isOver(answer), false);
  rig.end("migrate:migrate", 0);
  assertEquals(told(await answer), ["migrate ok started: ended: exit status 0 after 1h"]);
  const again = act(rig, "restart", "migrate");
  rig.end("migrate:migrate", 2);
  assertEquals(told(await again), ["migrate NOT failed: exit status 2 after 0s"]);
});

Deno.test("stop of one that others depend on stops only it, and says who runs on", async () => {
  const rig = new ApiRig([
    { name: "web", own: needs("db") },
    { name: "api", own: needs("db") },
    { name: "db" },
  ]);
  const answer = act(rig, "stop", "db");
  rig.end("db:db");
  assertEquals((await answer).json.notes, ["web, api depend on db, and run on"]);
  assertEquals([rig.stateOf("web:web"), rig.stateOf("api:api")], ["RUNNING", "RUNNING"]);
});

Deno.test("stop of several waits for all of them in turn, as long as their plans allow", async () => {
  const stop = { ...STOP, steps: [{ signal: 15, wait: 60_000 }] };
  const rig = new ApiRig([{ name: "web", own: { ...needs("db"), stop } }, {
    name: "db",
    own: { stop },
  }]);
  const answer = act(rig, "stop", "all");
  assertEquals([rig.stateOf("web:web"), rig.stateOf("db:db")], ["STOPPING", "RUNNING"]);
  rig.clock.pass(59_000);
  rig.end("web:web");
  rig.clock.pass(59_000);
  assertEquals([rig.stateOf("db:db"), await isOver(answer)], ["STOPPING", false]);
  rig.end("db:db");
  const reply = await answer;
  assertEquals([told(reply), reply.json.notes], [["web ok stopped", "db ok stopped"], []]);
});

Deno.test("the views say who waits for what, and that a oneshot is done", async () => {
  const rig = new ApiRig([{ name: "web", own: needs("migrate") }, { name: "migrate", own: ONCE }]);
  const list = async () => {
    const { json } = await ask(apiHandler(rig.runner), requestOf("/api/v1/processes"));
    return json.processes.map((one: { waitingFor: string[]; done: boolean }) => [
      one.waitingFor,
      one.done,
    ]);
  };
  assertEquals(await list(), [[["migrate: done"], false], [[], false]]);
  const ready = async () => (await ask(healthHandler(rig.runner), requestOf("/readyz"))).json;
  assertEquals((await ready()).waiting, [
    { id: "web:web", state: "STOPPED", waitingFor: ["migrate: done"] },
    { id: "migrate:migrate", state: "RUNNING", waitingFor: [] },
  ]);
  rig.end("migrate:migrate", 0);
  assertEquals(await list(), [[[], false], [[], true]]);
  assertEquals((await ready()).ready, true);
});

Deno.test("startProcess waits for what is started first, and fails where that fails", async () => {
  const rig = new ApiRig([
    { name: "web", own: { ...needs("db"), ...BY_HAND } },
    { name: "db", own: { ...SLOW, ...BY_HAND } },
  ]);
  const first = callRpc(rig, "supervisor.startProcess", "web");
  assertEquals(await isOver(first), false);
  rig.clock.pass(1_000);
  assertEquals(await first, true);
  rig.runner.order({ kind: "kill", ids: ["db:db", "web:web"] });
  rig.end("db:db");
  rig.end("web:web");
  const second = callRpc(rig, "supervisor.startProcess", "web");
  rig.runner.order({ kind: "stop", ids: ["db:db"] });
  rig.end("db:db");
  assertEquals(await second, "40 ABNORMAL_TERMINATION: web");
});

Deno.test("stopAllProcesses and startAllProcesses go by dependencies", async () => {
  const rig = new ApiRig([{ name: "db" }, { name: "web", own: needs("db") }]);
  const stop = callRpc(rig, "supervisor.stopAllProcesses");
  assertEquals([rig.stateOf("db:db"), rig.stateOf("web:web")], ["RUNNING", "STOPPING"]);
  rig.end("web:web");
  assertEquals(rig.stateOf("db:db"), "STOPPING");
  rig.end("db:db");
  const names = (value: unknown) => Array.isArray(value) ? value.map(({ name }) => name) : value;
  assertEquals(names(await stop), ["web", "db"]);
  const start = await callRpc(rig, "supervisor.startAllProcesses");
  assertEquals(names(start), ["db", "web"]);
  assertEquals(rig.stateOf("web:web"), "RUNNING");
});
