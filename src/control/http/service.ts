// All connections of a server: takes them, bounds them, ends those whose time is over. Loaded with the first one.
import type { LogLevel, Millis } from "../../manifest/plan.ts";
import type { ServerPlan } from "../../manifest/plan_sockets.ts";
import type { Poller } from "../../os/poller.ts";
import { acceptSocket, closeSocket, type StreamSocket } from "../../os/socket.ts";
import type { Clock } from "../../ports/clock.ts";
import { Connection } from "./connection.ts";
import type { ConnectionGround } from "./connection_ground.ts";
import { Gate } from "./gate.ts";
import { CONNECTION_LIMIT, LAST_WORDS, TURNED_AWAY } from "./limits.ts";
import type { HttpHandler } from "./message.ts";
import { Turns } from "./turns.ts";

/** Accepted before others have their turn. */
const ACCEPTS = 64;
/** Two looks at the deadlines are at least this far apart. */
const LOOK_EVERY: Millis = 1_000;
/** Larger reads were not faster: requests are short. */
const READ_BYTES = 64 << 10;

export interface HttpServiceParts {
  readonly poller: Poller;
  readonly clock: Clock;
  readonly handler: HttpHandler;
  readonly log: (level: LogLevel, message: string) => void;
  readonly uid: number;
}

interface Room {
  readonly gate: Gate;
  readonly connections: Set<Connection>;
}

export class HttpService {
  readonly #parts: HttpServiceParts;
  readonly #ground: ConnectionGround;
  readonly #turns: Turns;
  readonly #rooms = new Map<ServerPlan, Room>();
  #look: { readonly at: Millis; readonly timer: Disposable } | null = null;
  #allClosed: (() => void) | null = null;

  constructor(parts: HttpServiceParts) {
    this.#parts = parts;
    const { clock, poller, handler, log } = parts;
    this.#turns = new Turns({ now: () => clock.now().mono, breathe: () => poller.breathe() });
    this.#ground = {
      poller,
      clock,
      turns: this.#turns,
      handler,
      log,
      buffer: new Uint8Array(READ_BYTES),
      timed: (deadline) => this.#lookAt(deadline),
    };
  }

  /** Takes those who wait at a listener; false: there is no descriptor for them now. */
  accept(listener: number, plan: ServerPlan): boolean {
    const room = this.#roomOf(plan);
    for (let count = 0; count < ACCEPTS; count++) {
      const accepted = acceptSocket(listener, plan.kind);
      if (accepted.kind === "none") return true;
      if (accepted.kind === "full") {
        this.#makeRoom(room);
        return false;
      }
      this.#take(accepted.socket, room);
    }
    return true;
  }

  #take(socket: StreamSocket, room: Room): void {
    const { connections, gate } = room;
    if (connections.size >= CONNECTION_LIMIT) this.#makeRoom(room);
    if (connections.size >= CONNECTION_LIMIT + TURNED_AWAY) return closeSocket(socket.fd);
    const isFull = connections.size >= CONNECTION_LIMIT;
    const connection: Connection = new Connection({
      ground: this.#ground,
      socket,
      gate,
      closed: () => this.#forget(room, connection),
    });
    connections.add(connection);
    if (isFull) connection.turnAway();
  }

  /** Number of connections that are open. */
  get size(): number {
    let size = 0;
    for (const { connections } of this.#rooms.values()) size += connections.size;
    return size;
  }

  /** Ends every connection; replies under way are sent if they are quick. */
  async close(): Promise<void> {
    for (const connection of this.#all()) connection.windUp();
    await this.#untilClosed();
    for (const connection of this.#all()) connection.close();
    this.#look?.timer[Symbol.dispose]();
    this.#look = null;
    await this.#turns.idle();
  }

  async #untilClosed(): Promise<void> {
    if (this.size === 0) return;
    const { clock } = this.#parts;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#allClosed = resolve;
    using _limit = clock.wakeAt(clock.now().mono + LAST_WORDS, resolve);
    await promise;
  }

  #roomOf(plan: ServerPlan): Room {
    const known = this.#rooms.get(plan);
    if (known !== undefined) return known;
    const { clock, log, uid } = this.#parts;
    const gate = new Gate({ plan, uid, hostName: Deno.hostname(), clock, log });
    const room: Room = { gate, connections: new Set() };
    this.#rooms.set(plan, room);
    return room;
  }

  /** Closes the connection that has been idle longest, if there is any. */
  #makeRoom({ connections }: Room): void {
    let oldest: Connection | null = null;
    for (const connection of connections) {
      const isOlder = (connection.deadline ?? 0) < (oldest?.deadline ?? Infinity);
      if (connection.isIdle && isOlder) oldest = connection;
    }
    oldest?.close();
  }

  #forget({ connections }: Room, connection: Connection): void {
    connections.delete(connection);
    if (this.#allClosed !== null && this.size === 0) this.#allClosed();
  }

  #all(): readonly Connection[] {
    return [...this.#rooms.values()].flatMap(({ connections }) => [...connections]);
  }

  #lookAt(deadline: Millis): void {
    if (this.#look !== null && this.#look.at <= deadline) return;
    this.#look?.timer[Symbol.dispose]();
    this.#look = {
      at: deadline,
      timer: this.#parts.clock.wakeAt(deadline, () => this.#expire()),
    };
  }

  #expire(): void {
    this.#look = null;
    const now = this.#parts.clock.now().mono;
    let next = Infinity;
    for (const connection of this.#all()) {
      if (connection.deadline !== null && connection.deadline <= now) connection.expire();
      next = Math.min(next, connection.deadline ?? Infinity);
    }
    if (next < Infinity) this.#lookAt(Math.max(next, now + LOOK_EVERY));
  }
}
