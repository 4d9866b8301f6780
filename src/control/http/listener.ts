// One listening socket of the server: opened, watched, looked after, closed.
import { RunnerError } from "../../base/errors.ts";
import type { LogLevel } from "../../manifest/plan.ts";
import type { ServerPlan } from "../../manifest/plan_sockets.ts";
import { stat } from "../../os/log_libc.ts";
import { type Poller, SOCKET_EVENT } from "../../os/poller.ts";
import { closeSocket } from "../../os/socket.ts";
import { closeUnix, listenInet, listenUnix, type UnixListener } from "../../os/socket_listener.ts";

/** A socket that listens already. */
export interface OpenListener {
  readonly fd: number;
  /** Null: it has no file. */
  readonly unix: UnixListener | null;
}

export interface ListenerParts {
  readonly plan: ServerPlan;
  /** The socket of the program before us, to go on with; missing: one is opened. */
  readonly adopted?: OpenListener | undefined;
  readonly poller: Poller;
  readonly log: (level: LogLevel, message: string) => void;
  /** Somebody has connected; told again until they have been accepted, or until `rest`. */
  readonly arrived: (listener: Listener) => void;
}

export class Listener {
  readonly #parts: ListenerParts;
  #open: OpenListener;
  #lastFault = "";
  #isResting = false;

  /** Throws RunnerError when it cannot listen. */
  constructor(parts: ListenerParts) {
    this.#parts = parts;
    this.#open = parts.adopted ?? open(parts.plan);
    this.#watch();
  }

  get fd(): number {
    return this.#open.fd;
  }

  /** For the program that takes over. */
  handOver(): OpenListener {
    return this.#open;
  }

  get plan(): ServerPlan {
    return this.#parts.plan;
  }

  /** Lets nobody in until `resume`: the kernel keeps them waiting. */
  rest(): void {
    if (this.#isResting) return;
    this.#isResting = true;
    this.#parts.poller.unwatch(this.fd);
  }

  resume(): void {
    if (!this.#isResting) return;
    this.#isResting = false;
    this.#watch();
  }

  /** Looks whether the file of the socket is still there, and makes it anew when it is not. */
  check(): void {
    const { unix } = this.#open;
    if (unix === null || stat(unix.path)?.identity === unix.identity) {
      this.#lastFault = "";
      return;
    }
    const { plan, poller, log } = this.#parts;
    try {
      const opened = open(plan);
      poller.unwatch(this.fd);
      closeSocket(this.fd);
      this.#open = opened;
      if (!this.#isResting) this.#watch();
      log("warn", `the socket ${unix.path} was gone: it has been made anew`);
      this.#lastFault = "";
    } catch (error) {
      if (!(error instanceof RunnerError)) throw error;
      // Told once, not every few seconds.
      if (error.message !== this.#lastFault) log("error", `the socket is gone: ${error.message}`);
      this.#lastFault = error.message;
    }
  }

  /** Closes the socket and removes its file. */
  close(): void {
    const { fd, unix } = this.#open;
    this.#parts.poller.unwatch(fd);
    if (unix === null) closeSocket(fd);
    else closeUnix(unix);
  }

  #watch(): void {
    const { poller, arrived } = this.#parts;
    poller.watchSocket(this.fd, SOCKET_EVENT.readable, () => arrived(this));
  }
}

/** Only for whoever started us, unless the manifest says otherwise. */
const PRIVATE = 0o600;

function open({ kind, address, mode, owner }: ServerPlan): OpenListener {
  if (kind === "inet") return { fd: listenInet(address).fd, unix: null };
  const unix = listenUnix({ path: address, mode: mode ?? PRIVATE, owner });
  return { fd: unix.fd, unix };
}
