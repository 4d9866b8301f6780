// One request and its reply over a connection of its own: connects, writes, reads, and says plainly what went wrong.
import { EXIT, RunnerError } from "../../base/errors.ts";
import type { Millis } from "../../manifest/plan.ts";
import { errnoOf } from "../../os/deno_errors.ts";
import type { Clock } from "../../ports/clock.ts";
import { CutReply, MalformedReply, type ReplyHead, ReplyReader } from "./reply_reader.ts";
import { type Target, targetText } from "./target.ts";

export interface Outgoing {
  readonly method: "GET" | "POST";
  /** With its query. */
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | null;
}

export interface Limits {
  readonly clock: Clock;
  /** How long may pass until the head of the reply is there; null: as long as it takes. */
  readonly patience: Millis | null;
  /** How long may pass without a byte of the body; null: as long as it takes. */
  readonly silence: Millis | null;
}

/** A reply whose body is being read. */
export interface Incoming extends Disposable {
  readonly head: ReplyHead;
  /** Each piece is valid until the next is asked for; throws RunnerError when it breaks off. */
  readonly body: AsyncGenerator<Uint8Array>;
  /** Ends the reading, also while a piece is awaited: the body then just ends. */
  close(): void;
}

const BUFFER = 64 << 10;
const ENCODER = new TextEncoder();

/** Sends a request and waits for the head of its reply. */
export async function exchange(
  target: Target,
  outgoing: Outgoing,
  limits: Limits,
): Promise<Incoming> {
  const line = new Line(target, limits);
  try {
    line.allow(limits.patience);
    await line.open();
    await line.write(requestText(target, outgoing));
    const reader = new ReplyReader(() => line.read());
    const head = await reader.head();
    line.allow(null);
    line.listenTo(limits.silence);
    const body = guarded(line, () => reader.body(head));
    return { head, body, close: () => line.close(), [Symbol.dispose]: () => line.close() };
  } catch (error) {
    line.close();
    throw line.explain(error);
  }
}

function requestText(target: Target, { method, path, headers, body }: Outgoing): string {
  const base = target.kind === "unix" ? "" : target.base;
  const lines = [
    `${method} ${base}${path} HTTP/1.1`,
    `Host: ${target.kind === "unix" ? "localhost" : hostHeader(target)}`,
    "Connection: close",
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  if (body !== null) lines.push(`Content-Length: ${ENCODER.encode(body).length}`);
  return `${lines.join("\r\n")}\r\n\r\n${body ?? ""}`;
}

function hostHeader({ host, port }: Extract<Target, { kind: "inet" }>): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

async function* guarded(
  line: Line,
  open: () => AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* open();
  } catch (error) {
    if (!line.isClosed || line.isLate) throw line.explain(error);
  } finally {
    line.close();
  }
}

/** A connection with its deadline. */
class Line {
  readonly #target: Target;
  readonly #limits: Limits;
  readonly #buffer = new Uint8Array(BUFFER);
  #connection: Deno.Conn | null = null;
  #deadline: Disposable | null = null;
  #silence: Millis | null = null;
  #giveUp: (() => void) | null = null;
  isClosed = false;
  /** Closed because the time was over. */
  isLate = false;

  constructor(target: Target, limits: Limits) {
    this.#target = target;
    this.#limits = limits;
  }

  /** From now on this much time may pass; null: any. */
  allow(time: Millis | null): void {
    this.#deadline?.[Symbol.dispose]();
    this.#deadline = null;
    if (time === null || this.isClosed) return;
    const { clock } = this.#limits;
    this.#deadline = clock.wakeAt(clock.now().mono + time, () => {
      this.isLate = true;
      this.close();
    });
  }

  /** From now on each read must bring something within this time; null: sometime. */
  listenTo(silence: Millis | null): void {
    this.#silence = silence;
  }

  async open(): Promise<void> {
    const connecting = connect(this.#target);
    const isLate = new Promise<null>((done) => this.#giveUp = () => done(null));
    const connection = await Promise.race([connecting, isLate]);
    this.#giveUp = null;
    // The system may go on trying for minutes.
    if (connection === null) connecting.then((late) => late.close(), () => {});
    this.#connection = connection;
  }

  async write(text: string): Promise<void> {
    let rest = ENCODER.encode(text);
    while (rest.length > 0) rest = rest.subarray(await this.#open.write(rest));
  }

  async read(): Promise<Uint8Array | null> {
    if (this.#silence !== null) this.allow(this.#silence);
    const length = await this.#open.read(this.#buffer);
    if (this.#silence !== null) this.allow(null);
    return length === null ? null : this.#buffer.subarray(0, length);
  }

  get #open(): Deno.Conn {
    if (this.#connection === null) throw new CutReply("the connection is closed");
    return this.#connection;
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#deadline?.[Symbol.dispose]();
    this.#connection?.close();
    this.#connection = null;
    this.#giveUp?.();
  }

  /** What the user is told of an error of the connection; one of ours stays as it is. */
  explain(error: unknown): unknown {
    const place = targetText(this.#target);
    if (this.isLate) {
      return new RunnerError(`Cannot go on with ${place}: there was no answer in time`, {
        hint: "Give it longer with --timeout",
      });
    }
    if (error instanceof RunnerError) return error;
    if (error instanceof MalformedReply) {
      return new RunnerError(`Cannot talk to ${place}: ${error.message}`, { cause: error });
    }
    return unreachable(place, error);
  }
}

/** What a failed connection means to whoever typed the command; an error of another kind stays as it is. */
export function unreachable(place: string, cause: unknown): unknown {
  if (cause instanceof Deno.errors.PermissionDenied) {
    // It may well be running.
    const hint = "Its socket is for its own user and root: runner list shows yours";
    return new RunnerError(`Cannot reach a runner at ${place}: permission denied`, { hint, cause });
  }
  const why = reason(cause);
  if (why === null) return cause;
  return new RunnerError(`Cannot reach a runner at ${place}: ${why}`, {
    hint: "runner list shows those that run; runner start MANIFEST starts one",
    exitStatus: EXIT.notRunning,
    cause,
  });
}

async function connect(target: Target): Promise<Deno.Conn> {
  if (target.kind === "unix") {
    return await Deno.connect({ transport: "unix", path: target.path });
  }
  const connection = await Deno.connect({ hostname: target.host, port: target.port });
  connection.setNoDelay(true);
  return connection;
}

/** What the system said; null: it is no error of a connection. */
function reason(error: unknown): string | null {
  if (error instanceof CutReply) return error.message;
  if (error instanceof Deno.errors.NotFound) return "there is no such socket";
  if (error instanceof Deno.errors.ConnectionRefused) return "nobody listens there";
  if (error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe) {
    return "it has hung up";
  }
  const errno = errnoOf(error);
  if (errno !== null) return errno;
  // A name that cannot be looked up has no class and no code.
  return error instanceof Error && error.constructor === Error ? error.message : null;
}
