// What connections stand on: the parts that all of a server have in common, and those of one.
import type { LogLevel, Millis } from "../../manifest/plan.ts";
import type { Poller } from "../../os/poller.ts";
import type { StreamSocket } from "../../os/socket.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Gate } from "./gate.ts";
import type { HttpHandler } from "./message.ts";
import type { Turns } from "./turns.ts";

/** What all connections of a server have in common. */
export interface ConnectionGround {
  readonly poller: Poller;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly handler: HttpHandler;
  readonly log: (level: LogLevel, message: string) => void;
  /** One for all: what is read is taken over before the next read. */
  readonly buffer: Uint8Array<ArrayBuffer>;
  /** Somebody has to be done with something by then. */
  readonly timed: (deadline: Millis) => void;
}

/** One connection. */
export interface ConnectionParts {
  readonly ground: ConnectionGround;
  readonly socket: StreamSocket;
  readonly gate: Gate;
  /** It has closed. */
  readonly closed: () => void;
}
