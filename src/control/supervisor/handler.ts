// The XML-RPC interface of supervisord: POST /RPC2.
import { type HttpHandler, type HttpReply, textReply } from "../http/message.ts";
import type { RunnerFace } from "../runner_face.ts";
import { decodeCall } from "../xmlrpc/decode.ts";
import { encodeFault, encodeResponse } from "../xmlrpc/encode.ts";
import { type XmlRpcCall, XmlRpcFault, XmlRpcSyntaxError } from "../xmlrpc/value.ts";
import { callByName } from "./method_table.ts";

/** Answers XML-RPC calls. A fault is an answer, too; what is no call at all is a 400, as with supervisord. */
export function rpcHandler(runner: RunnerFace): HttpHandler {
  return async (request) => {
    if (request.method !== "POST") {
      const refusal = textReply("Cannot answer: XML-RPC calls come by POST\n", 405);
      return { ...refusal, headers: { ...refusal.headers, allow: "POST" } };
    }
    const call = readCall(request.body);
    if (call instanceof XmlRpcSyntaxError) {
      return textReply(`Cannot read the XML-RPC call: ${call.message}\n`, 400);
    }
    try {
      return xmlReply(encodeResponse(await callByName(runner, call.method, call.params)));
    } catch (error) {
      if (!(error instanceof XmlRpcFault)) throw error;
      return xmlReply(encodeFault(error));
    }
  };
}

function readCall(body: Uint8Array): XmlRpcCall | XmlRpcSyntaxError {
  try {
    return decodeCall(body);
  } catch (error) {
    if (error instanceof XmlRpcSyntaxError) return error;
    throw error;
  }
}

function xmlReply(body: string): HttpReply {
  return {
    status: 200,
    headers: { "content-type": "text/xml; charset=utf-8", "cache-control": "no-store" },
    body,
  };
}
