// The client of the JSON API: typed calls and streams over a unix socket or TCP. No `fetch`: it costs start-up time.
import { EXIT, RunnerError } from "../../base/errors.ts";
import type { Millis } from "../../manifest/plan.ts";
import type { Clock } from "../../ports/clock.ts";
import { API } from "../api/types.ts";
import { exchange, type Incoming, type Outgoing } from "./exchange.ts";
import { failure } from "./failure.ts";
import { type Credentials, type Target, targetText } from "./target.ts";

/** Values of a query; a list becomes several of one name. */
export type Query = Readonly<Record<string, string | number | readonly string[]>>;

export interface ClientOptions {
  readonly target: Target;
  readonly clock: Clock;
  readonly credentials?: Credentials | null;
  /** Asked once when a password is wanted and none was given. */
  readonly findCredentials?: () => Promise<Credentials | null>;
  /** How long an answer may take; null: as long as it takes. Default 10 s. */
  readonly patience?: Millis | null;
}

/** Bytes of a reply as they come. */
export interface IncomingStream extends AsyncIterable<Uint8Array>, Disposable {
  /** Ends it, also while the next bytes are awaited: the iteration then just ends. */
  close(): void;
}

/** A runner to talk to. Nothing is open between two calls. All paths are those of `PATHS`. */
export interface Client {
  /** Its address for people, without a password. */
  readonly name: string;
  readonly target: Target;
  get<T>(path: string, query?: Query): Promise<T>;
  /** `patience` instead of the client's own: an action may wait long. */
  post<T>(path: string, body: object, patience?: Millis | null): Promise<T>;
  /** A reply as a stream; `silence` is how long it may say nothing. */
  stream(path: string, query?: Query, silence?: Millis | null): Promise<IncomingStream>;
  /** The same for what is asked with a body. */
  postStream(path: string, body: object, silence?: Millis | null): Promise<IncomingStream>;
}

const PATIENCE: Millis = 10_000;

/** A client for the runner at a target. */
export function clientOf(options: ClientOptions): Client {
  const caller = new Caller(options);
  return {
    name: targetText(options.target),
    target: options.target,
    get: async <T>(path: string, query: Query = {}) => {
      return await caller.json<T>(outgoing("GET", path + queryText(query), null));
    },
    post: async <T>(path: string, body: object, patience?: Millis | null) => {
      return await caller.json<T>(outgoing("POST", path, JSON.stringify(body)), patience);
    },
    stream: async (path, query = {}, silence = null) => {
      return await caller.stream(outgoing("GET", path + queryText(query), null), silence);
    },
    postStream: async (path, body, silence = null) => {
      return await caller.stream(outgoing("POST", path, JSON.stringify(body)), silence);
    },
  };
}

/** True for an error that says: nobody is there, or no longer. */
export function isGone(error: unknown): boolean {
  return error instanceof RunnerError && error.exitStatus === EXIT.notRunning;
}

/** `?a=1&b=2`, or nothing. */
export function queryText(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (typeof value === "object" ? value : [String(value)]).map((one) =>
      `${encodeURIComponent(name)}=${encodeURIComponent(one)}`
    )
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function outgoing(method: "GET" | "POST", path: string, body: string | null): Outgoing {
  const headers: (readonly [string, string])[] = body === null
    ? []
    : [["Content-Type", "application/json"]];
  return { method, path: API + path, headers, body };
}

class Caller {
  readonly #options: ClientOptions;
  #credentials: Credentials | null;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#credentials = options.credentials ?? null;
  }

  async json<T>(request: Outgoing, patience = this.#patience): Promise<T> {
    // A reply that stops half-way would otherwise be waited for without end.
    using incoming = await this.#answer(request, { patience, silence: PATIENCE });
    const text = await textOf(incoming);
    if (!/\bjson\b/.test(incoming.head.headers.get("content-type") ?? "")) {
      throw failure(this.#options.target, incoming.head, "");
    }
    return parsed<T>(text);
  }

  async stream(request: Outgoing, silence: Millis | null): Promise<IncomingStream> {
    const incoming = await this.#answer(request, { patience: this.#patience, silence });
    return {
      [Symbol.asyncIterator]: () => incoming.body,
      [Symbol.dispose]: incoming.close,
      close: incoming.close,
    };
  }

  get #patience(): Millis | null {
    return this.#options.patience === undefined ? PATIENCE : this.#options.patience;
  }

  /** A reply that is no failure; asks for a password at most once. */
  async #answer(
    request: Outgoing,
    times: { readonly patience: Millis | null; readonly silence: Millis | null },
  ): Promise<Incoming> {
    const { target, clock, findCredentials } = this.#options;
    const incoming = await exchange(target, this.#signed(request), { clock, ...times });
    const { status } = incoming.head;
    if (status >= 200 && status < 300) return incoming;
    const text = await textOf(incoming);
    if (status === 401 && this.#credentials === null && findCredentials !== undefined) {
      this.#credentials = await findCredentials();
      if (this.#credentials !== null) return await this.#answer(request, times);
    }
    throw failure(target, incoming.head, text);
  }

  #signed(request: Outgoing): Outgoing {
    if (this.#credentials === null) return request;
    const { user, password } = this.#credentials;
    const bytes = new TextEncoder().encode(`${user}:${password}`);
    const basic = btoa(String.fromCharCode(...bytes));
    return { ...request, headers: [...request.headers, ["Authorization", `Basic ${basic}`]] };
  }
}

async function textOf(incoming: Incoming): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of incoming.body) text += decoder.decode(bytes, { stream: true });
  return text + decoder.decode();
}

function parsed<T>(text: string): T {
  try {
    const value: T = JSON.parse(text);
    return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RunnerError("Cannot read the runner's answer: it is no JSON", { cause: error });
  }
}
