// The control server on its sockets: opens them at once, loads what answers with the first connection.
import type { LogLevel, Millis } from "../../manifest/plan.ts";
import type { ServerPlan } from "../../manifest/plan_sockets.ts";
import type { Poller } from "../../os/poller.ts";
import type { Clock } from "../../ports/clock.ts";
import { Listener, type OpenListener } from "./listener.ts";
import type { HttpHandler } from "./message.ts";
import type { HttpService } from "./service.ts";

/** Between two looks at the socket files. */
const CHECK_EVERY: Millis = 2_000;
/** Until those who wait are tried again when there was no descriptor for them. */
const REST: Millis = 1_000;

/** What the server runs on. */
export interface HttpServerParts {
  readonly poller: Poller;
  readonly clock: Clock;
  /** Gives the handler of all requests; called at the first connection and never before. */
  readonly load: () => Promise<HttpHandler>;
  readonly log: (level: LogLevel, message: string) => void;
  /** Our own user. */
  readonly uid: number;
  /** Sockets of the program before us, to go on with. */
  readonly adopted?: readonly ServerSocket[];
}

/** A listening socket as it is handed over to another program. */
export interface ServerSocket {
  /** Kind and address, as the plan has them. */
  readonly name: string;
  readonly open: OpenListener;
}

function nameOf({ kind, address }: ServerPlan): string {
  return `${kind} ${address}`;
}

/** HTTP/1.1 on unix and inet sockets, each behind the gate of its plan. */
export class HttpServer implements AsyncDisposable {
  readonly #parts: HttpServerParts;
  readonly #listeners = new Set<Listener>();
  readonly #timers = new Set<Disposable>();
  #service: HttpService | null = null;
  #loading: Promise<void> | null = null;
  #isChecking = false;
  #hasRoom = true;
  #isClosed = false;
  #isPaused = false;

  constructor(parts: HttpServerParts) {
    this.#parts = parts;
  }

  /** Opens a socket and answers on it from now on; throws RunnerError when it cannot be opened. */
  listen(plan: ServerPlan): void {
    const { poller, log } = this.#parts;
    const arrived = (listener: Listener) => this.#arrived(listener);
    const adopted = this.#parts.adopted?.find(({ name }) => name === nameOf(plan))?.open;
    this.#listeners.add(new Listener({ plan, adopted, poller, log, arrived }));
    if (plan.kind !== "unix" || this.#isChecking) return;
    this.#isChecking = true;
    this.#checkLater();
  }

  /** Looks after the socket files now, not only every few seconds. */
  check(): void {
    for (const listener of this.#listeners) listener.check();
  }

  /** Lets nobody in, and ends the connections as at the end: replies under way are sent if they are quick. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    for (const listener of this.#listeners) listener.rest();
    await this.#loading;
    await this.#service?.close();
  }

  /** Lets in those who have waited meanwhile. */
  resume(): void {
    this.#isPaused = false;
    for (const listener of this.#listeners) listener.resume();
  }

  /** The sockets, for the program that takes over; to be asked while it pauses. */
  handOver(): readonly ServerSocket[] {
    return [...this.#listeners].map((listener) => (
      { name: nameOf(listener.plan), open: listener.handOver() }
    ));
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#service?.size ?? 0;
  }

  /** Lets replies under way finish for a second, then closes everything and removes its socket files. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const timer of this.#timers) timer[Symbol.dispose]();
    for (const listener of this.#listeners) listener.close();
    await this.#loading;
    await this.#service?.close();
  }

  #arrived(listener: Listener): void {
    if (this.#service === null) {
      listener.rest();
      this.#loading ??= this.#load();
      return;
    }
    const hasRoom = this.#service.accept(listener.fd, listener.plan);
    const isNews = this.#hasRoom !== hasRoom;
    this.#hasRoom = hasRoom;
    if (hasRoom) return;
    if (isNews) {
      const { address } = listener.plan;
      this.#parts.log("error", `no descriptor is left for another connection on ${address}`);
    }
    listener.rest();
    this.#later(REST, () => this.#isPaused || listener.resume());
  }

  async #load(): Promise<void> {
    const { load, log, poller, clock, uid } = this.#parts;
    try {
      const [{ HttpService }, handler] = await Promise.all([import("./service.ts"), load()]);
      this.#service = new HttpService({ poller, clock, handler, log, uid });
    } catch (error) {
      // The programs run on without a control server.
      log("critical", `the control server cannot be loaded: ${describe(error)}`);
      return;
    }
    if (this.#isClosed || this.#isPaused) return;
    for (const listener of this.#listeners) listener.resume();
  }

  #checkLater(): void {
    this.#later(CHECK_EVERY, () => {
      this.check();
      this.#checkLater();
    });
  }

  #later(wait: Millis, act: () => void): void {
    const { clock } = this.#parts;
    const timer = clock.wakeAt(clock.now().mono + wait, () => {
      this.#timers.delete(timer);
      act();
    });
    this.#timers.add(timer);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
