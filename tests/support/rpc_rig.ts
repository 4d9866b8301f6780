// Calls of XML-RPC methods on a runner behind its handler, without sockets: what they give, or which fault they are.
import { rpcHandler } from "../../src/control/supervisor/handler.ts";
import { decodeResponse } from "../../src/control/xmlrpc/decode.ts";
import { encodeCall } from "../../src/control/xmlrpc/encode.ts";
import {
  isArray,
  isStruct,
  XmlRpcFault,
  type XmlRpcValue,
} from "../../src/control/xmlrpc/value.ts";
import { type ApiRig, ask, requestOf } from "./api_rig.ts";
import "./open_libraries.ts";

/** The value, structs as objects; of a fault its number and text. */
export async function callRpc(
  rig: ApiRig,
  method: string,
  ...params: readonly XmlRpcValue[]
): Promise<unknown> {
  const body = encodeCall({ method, params });
  const request = requestOf("/RPC2", { method: "POST", body });
  const { text } = await ask(rpcHandler(rig.runner), request);
  try {
    return plain(decodeResponse(new TextEncoder().encode(text)));
  } catch (error) {
    if (!(error instanceof XmlRpcFault)) throw error;
    return `${error.code} ${error.message}`;
  }
}

function plain(value: XmlRpcValue): unknown {
  if (isArray(value)) return value.map(plain);
  if (!isStruct(value)) return value;
  return Object.fromEntries(Array.from(value, ([name, one]) => [name, plain(one)]));
}

/** True when a promise has been kept by now. */
export async function isOver(promise: Promise<unknown>): Promise<boolean> {
  let over = false;
  promise.then(() => over = true);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  return over;
}
