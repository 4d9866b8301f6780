// Starting, stopping and signalling by XML-RPC on a real engine: when the answer comes, and which fault it is.
import { assertEquals } from "../../support/assert.ts";
import { ApiRig, AT_ONCE, manifestOf } from "../../support/api_rig.ts";
import { OURS, SUPERVISORD } from "../../support/plans.ts";
import { callRpc, isOver } from "../../support/rpc_rig.ts";

const SLOW = { restart: SUPERVISORD };
const BY_HAND = { autostart: false };
const TWO = { name: "two", count: 2, own: BY_HAND };

Deno.test("startProcess answers when the process is RUNNING, or at once without wait", async () => {
  const rig = new ApiRig([{ name: "a", own: { ...SLOW, ...BY_HAND } }, {
    name: "b",
    own: { ...SLOW, ...BY_HAND },
  }]);
  const waiting = callRpc(rig, "supervisor.startProcess", "a");
  assertEquals(await callRpc(rig, "supervisor.startProcess", "b", false), true);
  assertEquals([rig.stateOf("a:a"), rig.stateOf("b:b")], ["STARTING", "STARTING"]);
  assertEquals(await isOver(waiting), false);
  rig.clock.pass(1_000);
  assertEquals(await waiting, true);
});

Deno.test("startProcess is SPAWN_ERROR as soon as the first attempt has failed, though others follow", async () => {
  const rig = new ApiRig([{ name: "a", own: { ...SLOW, ...BY_HAND } }]);
  const waiting = callRpc(rig, "supervisor.startProcess", "a");
  rig.end("a:a", 3);
  assertEquals(await waiting, "50 SPAWN_ERROR: a");
  assertEquals(rig.stateOf("a:a"), "BACKOFF");
  assertEquals(await callRpc(rig, "supervisor.startProcess", "a"), "60 ALREADY_STARTED: a");
});

Deno.test("startProcess is ABNORMAL_TERMINATION when the process is stopped meanwhile, or ends as expected", async () => {
  const rig = new ApiRig([
    { name: "a", own: { ...SLOW, ...BY_HAND } },
    { name: "b", own: { restart: { ...OURS, startSeconds: 1_000 }, ...BY_HAND } },
  ]);
  const first = callRpc(rig, "supervisor.startProcess", "a");
  const second = callRpc(rig, "supervisor.startProcess", "b");
  rig.runner.order({ kind: "stop", ids: ["a:a"] });
  rig.end("b:b", 0);
  assertEquals(await first, "40 ABNORMAL_TERMINATION: a");
  assertEquals(await second, "40 ABNORMAL_TERMINATION: b");
});

Deno.test("startProcess of a process that is stopping waits for its end and the new start", async () => {
  const rig = new ApiRig([{ name: "a" }]);
  const stopping = callRpc(rig, "supervisor.stopProcess", "a");
  const starting = callRpc(rig, "supervisor.startProcess", "a");
  assertEquals([await isOver(stopping), await isOver(starting)], [false, false]);
  rig.end("a:a");
  assertEquals([await stopping, await starting], [true, true]);
  assertEquals(rig.stateOf("a:a"), "RUNNING");
});

Deno.test("startProcess refuses a command that cannot be run, and starts nothing", async () => {
  const rig = new ApiRig([
    { name: "gone", own: { command: ["no-such-command"], ...BY_HAND } },
    { name: "plain", own: { command: ["/etc/passwd"], ...BY_HAND } },
    { name: "folder", own: { command: ["/etc"], ...BY_HAND } },
    { name: "cut", own: { command: [], commandFault: "no closing quotation", ...BY_HAND } },
  ]);
  const calls = ["gone", "plain", "folder", "cut"].map((name) =>
    callRpc(rig, "supervisor.startProcess", name)
  );
  assertEquals(await Promise.all(calls), [
    "20 NO_FILE: can't find command 'no-such-command'",
    "21 NOT_EXECUTABLE: command at '/etc/passwd' is not executable",
    "21 NOT_EXECUTABLE: command at '/etc' is a directory",
    "21 NOT_EXECUTABLE: no closing quotation",
  ]);
  assertEquals(rig.stateOf("gone:gone"), "STOPPED");
});

Deno.test("names are resolved as supervisord does: a bare name is a process of a group of that name", async () => {
  const rig = new ApiRig([{ name: "a" }, TWO]);
  const name = (method: string, one: string) => callRpc(rig, `supervisor.${method}`, one);
  assertEquals(await name("startProcess", "two"), "10 BAD_NAME: two");
  assertEquals(await name("startProcess", "two_0"), "10 BAD_NAME: two_0");
  assertEquals(await name("startProcess", "no:*"), "10 BAD_NAME: no:*");
  assertEquals(await name("startProcessGroup", "no"), "10 BAD_NAME: no");
  assertEquals(await name("getProcessInfo", "two:*"), "10 BAD_NAME: two:*");
  assertEquals(await name("getProcessInfo", "two:zz"), "10 BAD_NAME: two:zz");
  assertEquals(await name("startProcess", "two:two_0"), true);
  assertEquals(await name("startProcess", "two:"), [
    { name: "two_1", group: "two", status: 80, description: "OK" },
  ]);
});

Deno.test("startAllProcesses starts what is down and says what became of each, in the order of completion", async () => {
  const rig = new ApiRig([
    { name: "bad", own: { command: ["no-such-command"], ...BY_HAND } },
    { name: "late", own: { restart: { ...SUPERVISORD, startSeconds: 2_000 }, ...BY_HAND } },
    { name: "soon", own: { ...SLOW, ...BY_HAND } },
    { name: "up" },
  ]);
  const waiting = callRpc(rig, "supervisor.startAllProcesses");
  rig.clock.pass(2_000);
  assertEquals(await waiting, [
    {
      name: "bad",
      group: "bad",
      status: 20,
      description: "NO_FILE: can't find command 'no-such-command'",
    },
    { name: "soon", group: "soon", status: 80, description: "OK" },
    { name: "late", group: "late", status: 80, description: "OK" },
  ]);
  assertEquals(await callRpc(rig, "supervisor.startProcessGroup", "up"), []);
});

Deno.test("stopProcess answers when the process is down; what is down already is NOT_RUNNING", async () => {
  const rig = new ApiRig([{ name: "a" }, { name: "b" }]);
  const waiting = callRpc(rig, "supervisor.stopProcess", "a");
  assertEquals(await isOver(waiting), false);
  assertEquals(await callRpc(rig, "supervisor.stopProcess", "a"), "70 NOT_RUNNING: a");
  rig.end("a:a");
  assertEquals(await waiting, true);
  assertEquals(await callRpc(rig, "supervisor.stopProcess", "b", false), true);
  assertEquals(rig.stateOf("b:b"), "STOPPING");
  const rest = callRpc(rig, "supervisor.stopAllProcesses");
  assertEquals(await rest, []);
});

Deno.test("stopProcess of a process that waits for its next try is over at once", async () => {
  const rig = new ApiRig([{ name: "a", own: SLOW }]);
  rig.end("a:a", 1);
  assertEquals(rig.stateOf("a:a"), "BACKOFF");
  assertEquals(await callRpc(rig, "supervisor.stopProcess", "a"), true);
  assertEquals(rig.stateOf("a:a"), "STOPPED");
});

Deno.test("stopProcess is over also when somebody has it started again in the same moment", async () => {
  const rig = new ApiRig([{ name: "a" }]);
  const waiting = callRpc(rig, "supervisor.stopProcess", "a");
  rig.runner.order({ kind: "restart", ids: ["a:a"] });
  rig.end("a:a");
  assertEquals(await waiting, true);
});

Deno.test("stopProcessGroup stops all of a group", async () => {
  const rig = new ApiRig([{ name: "two", count: 2 }]);
  const waiting = callRpc(rig, "supervisor.stopProcess", "two:*");
  rig.end("two:two_1");
  rig.end("two:two_0");
  assertEquals(await waiting, [
    { name: "two_1", group: "two", status: 80, description: "OK" },
    { name: "two_0", group: "two", status: 80, description: "OK" },
  ]);
});

Deno.test("signalProcess sends to the child alone what has a name or number", async () => {
  const rig = new ApiRig([{ name: "a" }, { name: "down", own: BY_HAND }]);
  const pid = rig.pidOf("a:a");
  const signal = (name: string, one: string | number) =>
    callRpc(rig, "supervisor.signalProcess", name, one);
  for (const one of ["HUP", "sigusr1", "12", 15, 0]) assertEquals(await signal("a", one), true);
  assertEquals(
    rig.host.signals,
    [1, 10, 12, 15, 0].map((number) => ({ pid, signal: number, scope: "process" })),
  );
  assertEquals(await signal("a", "NOPE"), "11 BAD_SIGNAL: NOPE");
  assertEquals(await signal("a", 99), "11 BAD_SIGNAL: 99");
  assertEquals(await signal("down", "HUP"), "70 NOT_RUNNING: down");
  assertEquals(await signal("down", "NOPE"), "11 BAD_SIGNAL: NOPE");
  assertEquals(await signal("a:*", "HUP"), [
    { name: "a", group: "a", status: 80, description: "OK" },
  ]);
  assertEquals(await callRpc(rig, "supervisor.signalAllProcesses", "NOPE"), [
    { name: "a", group: "a", status: 11, description: "BAD_SIGNAL: NOPE" },
  ]);
  assertEquals(await callRpc(rig, "supervisor.signalProcessGroup", "down", "HUP"), []);
});

Deno.test("a process that leaves the pool ends the waiting for it", async () => {
  const rig = new ApiRig([{ name: "a", own: { ...SLOW, ...BY_HAND } }, { name: "b" }]);
  const waiting = callRpc(rig, "supervisor.startProcess", "a");
  rig.runner.apply(manifestOf([{ name: "b", own: { restart: AT_ONCE } }]).plan);
  rig.end("a:a");
  assertEquals(await waiting, "40 ABNORMAL_TERMINATION: a");
});
