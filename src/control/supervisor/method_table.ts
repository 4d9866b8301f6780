// All methods of the XML-RPC interface by their full names, and the system.* ones, which are about the table itself.
import type { RunnerFace } from "../runner_face.ts";
import { isArray, isStruct, struct, XmlRpcFault, type XmlRpcValue } from "../xmlrpc/value.ts";
import { fault } from "./faults.ts";
import { LOG_METHODS } from "./log_table.ts";
import { callMethod, type RpcMethod, textOf } from "./method.ts";
import { SUPERVISOR_METHODS } from "./supervisor_methods.ts";

const SYSTEM: Readonly<Record<string, RpcMethod>> = {
  listMethods: {
    signature: ["array"],
    help: "Names of all methods.",
    alsoWhileEnding: true,
    call: () => [...METHODS.keys()].sort(),
  },
  methodHelp: {
    signature: ["string", "string"],
    help: "What a method does.",
    alsoWhileEnding: true,
    call: (_runner, [name]) => described(name).help,
  },
  methodSignature: {
    signature: ["array", "string"],
    help: "Types of a method's result and of each of its parameters.",
    alsoWhileEnding: true,
    call: (_runner, [name]) => described(name).signature,
  },
  multicall: {
    signature: ["array", "array"],
    help:
      "Makes several calls, {methodName, params} each, one after the other; gives their results, " +
      "and {faultCode, faultString} for those that failed.",
    alsoWhileEnding: true,
    call: multicall,
  },
};

/** Every method there is; nothing else can be called. */
export const METHODS: ReadonlyMap<string, RpcMethod> = new Map([
  ...named("supervisor", SUPERVISOR_METHODS),
  ...named("supervisor", LOG_METHODS),
  ...named("system", SYSTEM),
]);

function named(
  space: string,
  methods: Readonly<Record<string, RpcMethod>>,
): [string, RpcMethod][] {
  return Object.entries(methods).map(([name, method]) => [`${space}.${name}`, method]);
}

/** Calls a method by its name. Throws and rejects with faults. */
export function callByName(
  runner: RunnerFace,
  name: string,
  params: readonly XmlRpcValue[],
): XmlRpcValue | Promise<XmlRpcValue> {
  const method = METHODS.get(name);
  if (method === undefined) throw fault("UNKNOWN_METHOD");
  return callMethod(method, runner, params);
}

function described(name: XmlRpcValue | undefined): RpcMethod {
  const method = METHODS.get(textOf(name));
  if (method === undefined) throw fault("SIGNATURE_UNSUPPORTED");
  return method;
}

/** The calls one after the other: each waits for the one before it, as they would by themselves. */
async function multicall(
  runner: RunnerFace,
  [calls]: readonly XmlRpcValue[],
): Promise<XmlRpcValue> {
  if (calls === undefined || !isArray(calls)) throw fault("INCORRECT_PARAMETERS");
  const results: XmlRpcValue[] = [];
  for (const call of calls) results.push(await oneOf(runner, call));
  return results;
}

async function oneOf(runner: RunnerFace, call: XmlRpcValue): Promise<XmlRpcValue> {
  try {
    const name = isStruct(call) ? call.get("methodName") : undefined;
    const params = isStruct(call) ? call.get("params") ?? [] : [];
    if (name === undefined) throw fault("INCORRECT_PARAMETERS", "No methodName");
    if (name === "system.multicall") {
      throw fault("INCORRECT_PARAMETERS", "Recursive system.multicall forbidden");
    }
    if (!isArray(params)) throw fault("INCORRECT_PARAMETERS");
    return await callByName(runner, textOf(name), params);
  } catch (error) {
    if (!(error instanceof XmlRpcFault)) throw error;
    return struct({ faultCode: error.code, faultString: error.message });
  }
}
