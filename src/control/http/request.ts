// A request as handlers get it.
import type { HttpRequest, Peer } from "./message.ts";
import type { RequestHead } from "./request_head.ts";

/** Remembers who wants to know that the client has gone. */
export class Departure {
  #callbacks: (() => void)[] | null = [];
  #hasGone = false;

  /** Calls back once; at once when the client has gone already, never when its reply is complete. */
  onGone(callback: () => void): void {
    if (this.#hasGone) callback();
    else this.#callbacks?.push(callback);
  }

  /** The client has gone; gives those to be told. */
  gone(): readonly (() => void)[] {
    const callbacks = this.#callbacks ?? [];
    this.#hasGone = this.#callbacks !== null;
    this.#callbacks = null;
    return callbacks;
  }

  /** The reply is complete: nobody is told any more. */
  settle(): void {
    if (!this.#hasGone) this.#callbacks = null;
  }
}

export interface RequestParts {
  readonly head: RequestHead;
  readonly body: Uint8Array;
  readonly peer: Peer;
  readonly departure: Departure;
}

/** The request that handlers get. */
export function makeRequest({ head, body, peer, departure }: RequestParts): HttpRequest {
  return {
    method: head.method === "HEAD" ? "GET" : head.method,
    path: head.path,
    query: new URLSearchParams(head.query),
    header: (name) => head.headers.get(name) ?? null,
    body,
    peer,
    onGone: (callback) => departure.onGone(callback),
  };
}
