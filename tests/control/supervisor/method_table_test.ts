// The table of XML-RPC methods: who is in it, how parameters are checked, and what system.* says of it.
import { METHODS } from "../../../src/control/supervisor/method_table.ts";
import { rpcHandler } from "../../../src/control/supervisor/handler.ts";
import { struct } from "../../../src/control/xmlrpc/value.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { ApiRig, ask, requestOf } from "../../support/api_rig.ts";
import { SUPERVISORD } from "../../support/plans.ts";
import { callRpc, isOver } from "../../support/rpc_rig.ts";

Deno.test("listMethods names supervisord's 41 methods, and each has its help and signature", async () => {
  const rig = new ApiRig([]);
  const names = await callRpc(rig, "system.listMethods");
  assertTrue(Array.isArray(names) && names.length === 41, String(names));
  assertEquals(names, [...METHODS.keys()].sort());
  for (const name of names) {
    assertTrue(String(await callRpc(rig, "system.methodHelp", name)).length > 10, name);
    assertTrue(Array.isArray(await callRpc(rig, "system.methodSignature", name)), name);
  }
  assertEquals(await callRpc(rig, "system.methodSignature", "supervisor.readProcessLog"), [
    "string",
    "string",
    "int",
    "int",
  ]);
  assertEquals(await callRpc(rig, "system.methodHelp", "x"), "4 SIGNATURE_UNSUPPORTED");
  assertEquals(await callRpc(rig, "system.methodSignature", "x"), "4 SIGNATURE_UNSUPPORTED");
});

Deno.test("a call of anything that is not in the table is UNKNOWN_METHOD", async () => {
  const rig = new ApiRig([]);
  const names = ["getState", "supervisor", "supervisor.", "supervisor.nope", "a.b.c", "system._x"];
  for (const name of [...names, "supervisor.constructor", "__proto__", "supervisor.__proto__"]) {
    assertEquals(await callRpc(rig, name), "1 UNKNOWN_METHOD", name);
  }
});

Deno.test("too many, too few or wrong parameters are INCORRECT_PARAMETERS", async () => {
  const rig = new ApiRig([{ name: "a" }]);
  const calls = [
    ["supervisor.getPID", 1],
    ["supervisor.startProcess"],
    ["supervisor.startProcess", "a", true, 1],
    ["supervisor.startProcess", 5],
    ["supervisor.signalProcess", "a"],
    ["supervisor.readLog", 0],
    ["supervisor.readLog", "x", 0],
    ["supervisor.readProcessLog", "a", 0, []],
    ["supervisor.sendProcessStdin", "a", true],
    ["system.multicall", 5],
    ["system.methodHelp", 1],
  ] as const;
  for (const [name, ...params] of calls) {
    assertEquals(await callRpc(rig, name, ...params), "2 INCORRECT_PARAMETERS", name);
  }
  assertEquals(
    await callRpc(rig, "supervisor.sendProcessStdin", "zz", 5),
    "2 INCORRECT_PARAMETERS: 5",
  );
});

Deno.test("every supervisor method but one is SHUTDOWN_STATE once the end has begun", async () => {
  const rig = new ApiRig([{ name: "a" }]);
  assertEquals(await callRpc(rig, "supervisor.shutdown"), true);
  for (const [name, { signature }] of METHODS) {
    const params = signature.slice(1).map(() => "0");
    const answer = await callRpc(rig, name, ...params);
    const isAnswered = name.startsWith("system.") || name === "supervisor.sendRemoteCommEvent";
    assertEquals(answer === "6 SHUTDOWN_STATE", !isAnswered, name);
  }
});

Deno.test("the runner says who it is", async () => {
  const rig = new ApiRig([]);
  const call = (name: string) => callRpc(rig, `supervisor.${name}`);
  assertEquals(await call("getAPIVersion"), "3.0");
  assertEquals(await call("getVersion"), "3.0");
  assertEquals(await call("getSupervisorVersion"), "4.2.5");
  assertEquals(await call("getIdentification"), "supervisor");
  assertEquals(await call("getPID"), 1);
  assertEquals(await call("getState"), { statecode: 1, statename: "RUNNING" });
});

Deno.test("multicall makes its calls in turn, waits for each, and puts faults in their places", async () => {
  const rig = new ApiRig([{ name: "a", own: { restart: SUPERVISORD, autostart: false } }]);
  const one = (methodName: string, params: readonly string[] = []) =>
    struct({ methodName, params });
  const waiting = callRpc(rig, "system.multicall", [
    one("supervisor.getPID"),
    one("supervisor.startProcess", ["a"]),
    one("supervisor.startProcess", ["a"]),
    one("system.multicall"),
    one("x.y"),
    struct({ methodName: "supervisor.getAPIVersion" }),
    struct({}),
    5,
    struct({ methodName: "supervisor.getPID", params: 1 }),
  ]);
  assertEquals(await isOver(waiting), false);
  rig.clock.pass(1_000);
  const fault = (faultCode: number, faultString: string) => ({ faultCode, faultString });
  assertEquals(await waiting, [
    1,
    true,
    fault(60, "ALREADY_STARTED: a"),
    fault(2, "INCORRECT_PARAMETERS: Recursive system.multicall forbidden"),
    fault(1, "UNKNOWN_METHOD"),
    "3.0",
    fault(2, "INCORRECT_PARAMETERS: No methodName"),
    fault(2, "INCORRECT_PARAMETERS: No methodName"),
    fault(2, "INCORRECT_PARAMETERS"),
  ]);
});

Deno.test("restart is refused when the manifest cannot be used, and everything runs on", async () => {
  const rig = new ApiRig([{ name: "a" }]);
  const problem = {
    severity: "error",
    file: "/m.ini",
    line: 3,
    section: "program:a",
    key: "numprocs",
    what: 'Cannot read "x" as a number',
    allowed: "",
  } as const;
  rig.write({ plan: null, problems: [problem], counts: new Map(), rescaled: () => null });
  const fault = '92 CANT_REREAD: /m.ini:3: [program:a] numprocs: Cannot read "x" as a number';
  assertEquals(await callRpc(rig, "supervisor.restart"), fault);
  assertEquals(await callRpc(rig, "supervisor.reloadConfig"), fault);
  assertEquals(await callRpc(rig, "supervisor.getState"), { statecode: 1, statename: "RUNNING" });
});

Deno.test("sendRemoteCommEvent announces any kind of value as text", async () => {
  const rig = new ApiRig([]);
  const send = (...params: readonly (string | number | Uint8Array)[]) =>
    callRpc(rig, "supervisor.sendRemoteCommEvent", ...params);
  assertEquals(await send("deploy", "v2 ü"), true);
  assertEquals(await send(1, new Uint8Array([0xc3, 0xa4])), true);
  assertEquals(rig.said, ["announce deploy v2 ü", "announce 1 ä"]);
});

Deno.test("rpcHandler() answers 400 to what is no call and 405 to what is no POST", async () => {
  const handler = rpcHandler(new ApiRig([]).runner);
  const bad = await ask(handler, requestOf("/RPC2", { method: "POST", body: "<x/>" }));
  assertEquals([bad.status, bad.text], [
    400,
    "Cannot read the XML-RPC call: expected methodCall, found <x>\n",
  ]);
  const get = await ask(handler, requestOf("/RPC2"));
  assertEquals([get.status, get.headers["allow"]], [405, "POST"]);
});
