// How much a client may send and keep open, and how long it may take.
import type { Millis } from "../../manifest/plan.ts";

/** How long a client may take, in milliseconds. */
export const PATIENCE = {
  head: 10_000,
  body: 30_000,
  idle: 60_000,
  /** For the next bytes of a reply to be taken; a stream has all the time. */
  sending: 60_000,
  /** To read the answer to something that was not read to its end. */
  lingering: 2_000,
} as const;

/** Bytes of further requests that are read while one is answered. */
export const AHEAD = 32 << 10;
/** Bytes thrown away after a refusal, so that the client sees why. */
export const THROWN_AWAY = 2 << 20;

/** Connections of one listener: those of a port can never take the place of those of the socket. */
export const CONNECTION_LIMIT = 512;
/** Further ones are told that there is no room; beyond these, nothing. */
export const TURNED_AWAY = 32;
/** Replies under way get this long when the server ends. */
export const LAST_WORDS: Millis = 1_000;
