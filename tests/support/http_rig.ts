// A control server on real sockets with a handler of the test's own, and a client that sends any bytes.
import type { HttpHandler } from "../../src/control/http/message.ts";
import { HttpServer } from "../../src/control/http/server.ts";
import type { ServerPlan } from "../../src/manifest/plan_sockets.ts";
import { libc } from "../../src/os/libc.ts";
import { Poller } from "../../src/os/poller.ts";
import { openSocket } from "../../src/os/socket_libc.ts";
import { stat } from "../../src/os/log_libc.ts";
import { closeFd } from "../../src/os/libc.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { systemClock } from "../../src/os/system_clock.ts";
import { until } from "./wait.ts";

// Opened for the whole process: no test leaks them.
libc();
stat("/");
closeFd(openSocket(1));

export interface HttpRigOptions {
  readonly clock?: Clock;
  /** Laid over the plan of a socket for its owner alone. */
  readonly plan?: Partial<ServerPlan>;
}

/** A server in a folder of its own. */
export class HttpRig implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "runner-http-" });
  readonly path = `${this.folder}/s`;
  readonly poller = new Poller();
  readonly log: string[] = [];
  readonly server: HttpServer;
  readonly plan: ServerPlan;
  loads = 0;
  readonly #clients: RawClient[] = [];

  constructor(handler: HttpHandler, { clock = systemClock(), plan = {} }: HttpRigOptions = {}) {
    this.server = new HttpServer({
      poller: this.poller,
      clock,
      uid: Deno.uid() ?? 0,
      log: (level, message) => this.log.push(`${level} ${message}`),
      load: () => {
        this.loads++;
        return Promise.resolve(handler);
      },
    });
    this.plan = {
      kind: "unix",
      section: "",
      address: this.path,
      mode: 0o600,
      owner: null,
      username: null,
      password: null,
      ...plan,
    };
    this.server.listen(this.plan);
  }

  /** Connects to the socket, or to the port of an inet plan. */
  async connect(): Promise<RawClient> {
    const { kind, address } = this.plan;
    const connection = kind === "unix"
      ? await Deno.connect({ transport: "unix", path: this.path })
      : await Deno.connect({ hostname: "127.0.0.1", port: Number(address.split(":").at(-1)) });
    const client = new RawClient(connection);
    this.#clients.push(client);
    return client;
  }

  /** Sends bytes on a new connection and gives all that comes back until its end. */
  async talk(text: string | Uint8Array): Promise<string> {
    const client = await this.connect();
    await client.send(text);
    const reply = await client.ended();
    client.close();
    return reply;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.server[Symbol.asyncDispose]();
    await this.poller[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

const LATIN = new TextDecoder("latin1");

/** A connection that does not know any protocol. */
export class RawClient {
  readonly #connection: Deno.Conn;
  readonly #reading: Promise<void>;
  #received = "";
  #hasEnded = false;
  #isReading = true;
  #isClosed = false;

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
    this.#reading = this.#read();
  }

  /** What has come so far, a character a byte. */
  get text(): string {
    return this.#received;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  async send(text: string | Uint8Array): Promise<void> {
    let rest = typeof text === "string" ? new TextEncoder().encode(text) : text;
    try {
      while (rest.length > 0) rest = rest.subarray(await this.#connection.write(rest));
    } catch (error) {
      // The server has hung up, as some tests want it to.
      if (!isHangUp(error)) throw error;
    }
  }

  /** Waits until what has come matches. */
  async got(pattern: RegExp): Promise<RegExpMatchArray> {
    return await until(
      `${pattern} in what came: ${this.text.slice(0, 500)}`,
      () => this.text.match(pattern),
    );
  }

  /** Waits for the end of the connection and gives all that came. */
  async ended(): Promise<string> {
    await until(`the end after ${this.text.slice(0, 500)}`, () => this.#hasEnded);
    return this.text;
  }

  /** Sends no more, but reads on. */
  async finish(): Promise<void> {
    await this.#connection.closeWrite();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isReading = false;
    this.#connection.close();
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(1 << 16);
    while (this.#isReading) {
      const count = await this.#readOnce(buffer);
      if (count === null) break;
      this.#received += LATIN.decode(buffer.subarray(0, count));
    }
    this.#hasEnded = true;
  }

  async #readOnce(buffer: Uint8Array): Promise<number | null> {
    try {
      return await this.#connection.read(buffer);
    } catch (error) {
      if (isHangUp(error)) return null;
      throw error;
    }
  }

  /** Resolves when nothing is read any more. */
  get done(): Promise<void> {
    return this.#reading;
  }
}

function isHangUp(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.NotConnected;
}

/** A port nobody listens on. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.transport === "tcp" ? listener.addr.port : 0;
}

/** A GET as a plain client sends it. */
export function get(path: string, headers = ""): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
}

/** The same, for the end of the connection afterwards. */
export function getOnce(path: string, headers = ""): string {
  return get(path, `${headers}Connection: close\r\n`);
}

/** The status of the first reply. */
export function statusOf(reply: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(reply)?.[1]);
}
