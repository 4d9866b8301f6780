// Talks XML-RPC to a server over a unix socket or TCP: a supervisord, or a runner.
import { RunnerError } from "../../base/errors.ts";
import { exchange, type Incoming, type Outgoing } from "../../control/client/exchange.ts";
import { parseAddress } from "../../control/client/target.ts";
import { decodeResponse } from "../../control/xmlrpc/decode.ts";
import { encodeCall } from "../../control/xmlrpc/encode.ts";
import { XmlRpcSyntaxError, type XmlRpcValue } from "../../control/xmlrpc/value.ts";
import type { Clock } from "../../ports/clock.ts";
import { type Credentials, HttpStatus, NoConnection, type RpcServer } from "./session.ts";

export interface RpcServerOptions {
  readonly url: string;
  readonly credentials: Credentials | null;
  readonly clock: Clock;
}

/** A server at a URL; nothing is open between two calls. Throws RunnerError when it is none. */
export function rpcServer({ url, credentials, clock }: RpcServerOptions): RpcServer {
  const address = parseAddress(url);
  const known = credentials ?? address.credentials;
  const sign: readonly (readonly [string, string])[] = known === null
    ? []
    : [["Authorization", `Basic ${basic(known)}`]];
  // A start or a stop is waited for as long as it takes.
  const limits = { clock, patience: null, silence: null };
  const ask = async (outgoing: Outgoing): Promise<Incoming> => {
    let incoming: Incoming;
    try {
      incoming = await exchange(address.target, outgoing, limits);
    } catch (error) {
      throw noConnection(error);
    }
    if (incoming.head.status === 200) return incoming;
    incoming.close();
    throw new HttpStatus(incoming.head.status);
  };
  return {
    url,
    call: async (method, ...params) => {
      const body = encodeCall({ method, params });
      const headers = [...sign, ["Content-Type", "text/xml"] as const];
      using incoming = await ask({ method: "POST", path: "/RPC2", headers, body });
      return readReply(await bytesOf(incoming));
    },
    follow: async (path) => {
      const incoming = await ask({ method: "GET", path, headers: sign, body: null });
      return { bytes: incoming.body, close: incoming.close };
    },
  };
}

function basic({ user, password }: Credentials): string {
  return new TextEncoder().encode(`${user}:${password}`).toBase64();
}

function noConnection(error: unknown): unknown {
  if (!(error instanceof RunnerError)) return error;
  const { cause } = error;
  if (cause instanceof Deno.errors.ConnectionRefused) {
    return new NoConnection("refused", error.message, { cause });
  }
  if (cause instanceof Deno.errors.NotFound) {
    return new NoConnection("missing", error.message, { cause });
  }
  return new NoConnection("other", error.message, { cause });
}

function readReply(bytes: Uint8Array): XmlRpcValue {
  try {
    return decodeResponse(bytes);
  } catch (error) {
    if (!(error instanceof XmlRpcSyntaxError)) throw error;
    throw new NoConnection("other", `Cannot read the server's reply: ${error.message}`, {
      cause: error,
    });
  }
}

async function bytesOf(incoming: Incoming): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  // Each piece is valid until the next is asked for.
  for await (const bytes of incoming.body) parts.push(bytes.slice());
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
