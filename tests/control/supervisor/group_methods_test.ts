// reread, add and remove by XML-RPC: what differs by groups, and the pool that comes of it.
import { changedGroups } from "../../../src/control/supervisor/group_methods.ts";
import { assertEquals } from "../../support/assert.ts";
import { ApiRig, manifestOf } from "../../support/api_rig.ts";
import type { AlertPlan } from "../../../src/manifest/alert_plan.ts";
import { alertPlan, planOf, processPlan } from "../../support/plans.ts";
import { callRpc } from "../../support/rpc_rig.ts";

Deno.test("changedGroups() names groups that are new, that differ in anything, and that are gone", () => {
  const before = planOf([
    processPlan("same"),
    processPlan("old"),
    processPlan("x", { group: "g" }),
  ]);
  const after = planOf([
    processPlan("new"),
    processPlan("same"),
    processPlan("x", { group: "g", priority: 1 }),
  ]);
  assertEquals(changedGroups(before, after), { added: ["new"], changed: ["g"], removed: ["old"] });
  assertEquals(changedGroups(before, before), { added: [], changed: [], removed: [] });
});

Deno.test("reread, remove and add take groups in and out one by one", async () => {
  const rig = new ApiRig([{ name: "a" }, { name: "b" }]);
  const call = (name: string, ...words: readonly string[]) =>
    callRpc(rig, `supervisor.${name}`, ...words);
  const changed = { name: "b", own: { command: ["/bin/true", "-x"] } };
  rig.write(manifestOf([changed, { name: "c" }, { name: "d", own: { autostart: false } }]));
  assertEquals(await call("addProcessGroup", "c"), "10 BAD_NAME: c");
  const differences = [[["c", "d"], ["b"], ["a"]]];
  assertEquals(await call("reloadConfig"), differences);
  assertEquals(await call("reloadConfig"), differences);
  assertEquals(rig.stateOf("c:c"), "GONE");
  assertEquals(await call("addProcessGroup", "c"), true);
  assertEquals(await call("addProcessGroup", "c"), "90 ALREADY_ADDED: c");
  assertEquals(await call("addProcessGroup", "d"), true);
  assertEquals([rig.stateOf("c:c"), rig.stateOf("d:d")], ["RUNNING", "STOPPED"]);
  assertEquals(await call("reloadConfig"), [[[], ["b"], ["a"]]]);
  assertEquals(await call("removeProcessGroup", "a"), "91 STILL_RUNNING: a");
  assertEquals(await call("removeProcessGroup", "zz"), "10 BAD_NAME: zz");
  await call("stopProcess", "a", "");
  rig.end("a:a");
  assertEquals(await call("removeProcessGroup", "a"), true);
  assertEquals(await call("removeProcessGroup", "a"), "10 BAD_NAME: a");
  assertEquals(rig.stateOf("a:a"), "GONE");
  await call("stopProcess", "b", "");
  rig.end("b:b");
  assertEquals(await call("removeProcessGroup", "b"), true);
  assertEquals(await call("addProcessGroup", "b"), true);
  assertEquals(rig.host.requests.at(-1)?.argv, ["/bin/true", "-x"]);
  assertEquals(await call("reloadConfig"), [[[], [], []]]);
});

Deno.test("reread and update see alerts as groups named alert:NAME", async () => {
  const rig = new ApiRig([{ name: "a" }]);
  const call = (name: string, ...words: readonly string[]) =>
    callRpc(rig, `supervisor.${name}`, ...words);
  const write = (...alerts: readonly AlertPlan[]) => {
    const read = manifestOf([{ name: "a" }]);
    const plan = { ...read.plan, alerts };
    rig.write({ ...read, plan, rescaled: () => plan });
  };
  const names = () => rig.runner.pool.plan.alerts.map(({ name }) => name);
  write(alertPlan("ops"), alertPlan("night"));
  assertEquals(await call("reloadConfig"), [[["alert:ops", "alert:night"], [], []]]);
  assertEquals(names(), []);
  for (const name of ["alert:night", "alert:ops"]) {
    assertEquals(await call("addProcessGroup", name), true);
  }
  assertEquals(names(), ["ops", "night"]);
  assertEquals(await call("addProcessGroup", "alert:ops"), "90 ALREADY_ADDED: alert:ops");
  assertEquals(await call("reloadConfig"), [[[], [], []]]);
  const later = { ...alertPlan("ops"), every: 5_000 };
  write(later);
  assertEquals(await call("reloadConfig"), [[[], ["alert:ops"], ["alert:night"]]]);
  // What supervisorctl's update does with those that have changed, and with those that are gone.
  assertEquals(await call("stopProcessGroup", "alert:ops"), []);
  for (const name of ["alert:ops", "alert:night"]) {
    assertEquals(await call("removeProcessGroup", name), true);
  }
  assertEquals(await call("addProcessGroup", "alert:ops"), true);
  assertEquals(rig.runner.pool.plan.alerts, [later]);
  assertEquals(await call("removeProcessGroup", "alert:nope"), "10 BAD_NAME: alert:nope");
  assertEquals(await call("addProcessGroup", "alert:night"), "10 BAD_NAME: alert:night");
});

Deno.test("what is removed can be added again without a reread, and is told until then", async () => {
  const rig = new ApiRig([{ name: "a" }, { name: "b", own: { autostart: false } }]);
  assertEquals(await callRpc(rig, "supervisor.removeProcessGroup", "b"), true);
  assertEquals(rig.stateOf("b:b"), "GONE");
  const told = await callRpc(rig, "supervisor.getAllConfigInfo");
  assertEquals(Array.isArray(told) && told.map(({ name, inuse }) => `${name} ${inuse}`), [
    "a true",
    "b false",
  ]);
  assertEquals(await callRpc(rig, "supervisor.addProcessGroup", "b"), true);
  assertEquals(rig.stateOf("b:b"), "STOPPED");
});

Deno.test("a group without processes can be told, added and removed", async () => {
  const empty = { name: "empty", priority: 5, processes: [] };
  const rig = new ApiRig([{ name: "a" }]);
  const { plan, ...rest } = manifestOf([{ name: "a" }]);
  const withEmpty = { ...plan, groups: [empty, ...plan.groups] };
  rig.write({ ...rest, plan: withEmpty, rescaled: () => withEmpty });
  assertEquals(await callRpc(rig, "supervisor.reloadConfig"), [[["empty"], [], []]]);
  assertEquals(await callRpc(rig, "supervisor.addProcessGroup", "empty"), true);
  assertEquals(rig.runner.pool.plan.groups.map(({ name }) => name), ["empty", "a"]);
  assertEquals(await callRpc(rig, "supervisor.startProcessGroup", "empty"), []);
  assertEquals(await callRpc(rig, "supervisor.removeProcessGroup", "empty"), true);
});
