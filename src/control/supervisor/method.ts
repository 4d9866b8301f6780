// What a method of the XML-RPC interface is, and how its parameters are read.
import type { RunnerFace } from "../runner_face.ts";
import type { XmlRpcValue } from "../xmlrpc/value.ts";
import { fault } from "./faults.ts";

export interface RpcMethod {
  /** Types of the result and of each parameter, as methodSignature tells them. */
  readonly signature: readonly string[];
  /** What methodHelp says. */
  readonly help: string;
  /** Parameters that may be left out, from the last one on. */
  readonly optional?: number;
  /** True for what supervisord answers while it shuts down, too. */
  readonly alsoWhileEnding?: boolean;
  call(
    runner: RunnerFace,
    params: readonly XmlRpcValue[],
  ): XmlRpcValue | Promise<XmlRpcValue>;
}

/** Calls a method once the number of its parameters is right and the runner is not ending. */
export function callMethod(
  method: RpcMethod,
  runner: RunnerFace,
  params: readonly XmlRpcValue[],
): XmlRpcValue | Promise<XmlRpcValue> {
  const most = method.signature.length - 1;
  if (params.length > most || params.length < most - (method.optional ?? 0)) {
    throw fault("INCORRECT_PARAMETERS");
  }
  if (runner.isEnding && method.alsoWhileEnding !== true) throw fault("SHUTDOWN_STATE");
  return method.call(runner, params);
}

/** A parameter that must be text. */
export function textOf(value: XmlRpcValue | undefined): string {
  if (typeof value !== "string") throw fault("INCORRECT_PARAMETERS");
  return value;
}

/** A parameter that must be a whole number, or text that is one. */
export function integerOf(value: XmlRpcValue | undefined): number {
  if (typeof value === "number" && Number.isFinite(value)) return Math.trunc(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value)) return Number(value);
  throw fault("INCORRECT_PARAMETERS");
}

/** `wait`, which is true when left out. Anything can be true or false, as in Python. */
export function waitOf(value: XmlRpcValue | undefined): boolean {
  if (value === undefined) return true;
  if (Array.isArray(value)) return value.length > 0;
  return value !== false && value !== 0 && value !== "";
}
