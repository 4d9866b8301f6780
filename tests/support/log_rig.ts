// Logs on a real disk behind a runner whose programs are written by hand: what they say, and who follows it.
import { logMemoryOf } from "../../src/control/logs/log_memory.ts";
import { logsHandler } from "../../src/control/logs/handler.ts";
import { logtailHandler } from "../../src/control/logs/logtail.ts";
import type { HttpReply, HttpRequest, ReplyStream } from "../../src/control/http/message.ts";
import { LiveRunner } from "../../src/control/live_runner.ts";
import { newPool, type Pool } from "../../src/core/pool.ts";
import { Output } from "../../src/engine/output.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { openLogStore } from "../../src/os/log_store.ts";
import type { ByteSink, PipeHandle, PipeReader } from "../../src/ports/host.ts";
import type { StreamName } from "../../src/ports/logs.ts";
import { FakeClock } from "./fake_host.ts";
import { planOf } from "./plans.ts";
import { until } from "./wait.ts";

/** Pipes that are written by hand. */
class HandPipes implements PipeReader {
  readonly #sinks = new Map<number, ByteSink>();

  attach(fd: number, sink: ByteSink): PipeHandle {
    this.#sinks.set(fd, sink);
    return { resume: () => {}, drain: () => {}, close: () => {} };
  }

  say(fd: number, bytes: Uint8Array): void {
    const sink = this.#sinks.get(fd);
    if (sink === undefined) throw new Error(`nobody reads ${fd}`);
    sink.write(bytes);
  }
}

/** A reply that is written to memory. */
export class FakeReply implements ReplyStream {
  readonly #pieces: Uint8Array[] = [];
  readonly #gone: (() => void)[] = [];
  #drain: (() => void) | null = null;
  status = 0;
  headers: Readonly<Record<string, string>> = {};
  /** False: the client reads nothing. */
  isRead = true;
  buffered = 0;
  isClosed = false;
  hasEnded = false;
  wasAborted = false;

  write(content: Uint8Array | string): boolean {
    if (this.isClosed) return false;
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content.slice();
    this.#pieces.push(bytes);
    if (!this.isRead) this.buffered += bytes.length;
    return this.buffered < 1 << 16;
  }

  end(): void {
    this.hasEnded = this.isClosed = true;
  }

  abort(): void {
    this.wasAborted = this.isClosed = true;
  }

  onDrain(callback: () => void): void {
    this.#drain = callback;
  }

  onGone(callback: () => void): void {
    this.#gone.push(callback);
  }

  /** The client reads again. */
  drain(): void {
    this.isRead = true;
    this.buffered = 0;
    this.#drain?.();
  }

  /** The client hangs up. */
  leave(): void {
    this.isClosed = true;
    for (const callback of this.#gone) callback();
  }

  get bytes(): Uint8Array {
    const all = new Uint8Array(this.#pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  get pieces(): readonly Uint8Array[] {
    return this.#pieces;
  }

  get text(): string {
    return new TextDecoder().decode(this.bytes);
  }

  /** Replies of JSON lines, read. */
  get lines(): {
    shown: string;
    stream: string;
    time: string | null;
    line: string;
    dropped?: number;
  }[] {
    return this.text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  }

  get words(): string[] {
    return this.lines.map(({ line }) => line);
  }
}

export class LogRig implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "runner-logs-" });
  readonly clock = new FakeClock();
  readonly runner: LiveRunner;
  readonly #pipes = new HandPipes();
  readonly #output: Output;
  readonly #store: ReturnType<typeof openLogStore>;
  readonly #replies: FakeReply[] = [];
  #pool: Pool;
  #next = 100;
  readonly #fds = new Map<string, number>();
  /** The runner's own log. */
  readonly ownPath = `${this.folder}/own.log`;

  constructor(plans: (folder: string) => readonly ProcessPlan[]) {
    const { clock } = this;
    this.#store = openLogStore({
      clock,
      watch: { watchWritable: () => ({ [Symbol.dispose]: () => {} }) },
      childLogDir: this.folder,
      identifier: "test",
      noCleanup: true,
    });
    this.#output = new Output({ pipes: this.#pipes, store: this.#store, clock, foreground: null });
    const plan = planOf(plans(this.folder));
    this.#pool = newPool(plan, 0);
    const pool = () => this.#pool;
    const output = this.#output;
    this.runner = new LiveRunner({
      serverUrl: "unix:///s",
      identity: { pid: 1, version: "0", manifest: "/m.ini", startedAt: 0, uid: 0 },
      clock,
      engine: {
        get pool() {
          return pool();
        },
        post: () => {},
        writeStdin: () => "closed",
      },
      logs: {
        path: (process, stream) => output.path(process, stream),
        counters: (id, stream) => output.counters(id, stream),
        tap: (process, stream, tap) => output.tap(process, stream, tap),
        clear: (process) => output.clear(process),
        ownPath: this.ownPath,
        ownCounters: null,
        clearOwn: () => false,
        reopen: () => {},
      },
      manifest: { plan, problems: [], counts: new Map(), rescaled: () => null },
      read: () => Promise.reject(new Error("nobody reads manifests here")),
      log: () => {},
      look: () => new Map(),
      ownUsage: () => ({ memory: 0, cpuTime: 0, descriptors: 0 }),
      announce: () => {},
      listener: () => null,
    });
    logMemoryOf(this.runner);
  }

  /** Begins a run of a process. */
  start(id: string, run = 1): void {
    const plan = this.#plan(id);
    const [stdout, stderr] = [this.#next++, plan.stderr === "stdout" ? null : this.#next++];
    this.#fds.set(`${id} stdout`, stdout);
    if (stderr !== null) this.#fds.set(`${id} stderr`, stderr);
    this.#output.attach(plan, run, { stdout, stderr });
    this.runner.fact({ kind: "spawned", id, pid: 1, run });
  }

  /** A process writes. */
  say(id: string, content: string | Uint8Array, stream: StreamName = "stdout"): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.#pipes.say(this.#fds.get(`${id} ${stream}`) ?? -1, bytes);
  }

  /** Empties the logs of a process. */
  clear(id: string): void {
    this.runner.logs.clear(this.#plan(id));
  }

  /** Other processes, as after an update. */
  change(plans: readonly ProcessPlan[]): void {
    this.#pool = newPool(planOf(plans), 0);
    this.runner.fact({
      kind: "updated",
      added: [],
      removed: [],
      restarted: [],
      adjusted: [],
      groupsAdded: [],
      groupsRemoved: [],
      alerts: [],
    });
  }

  /** Requests a path of the JSON API, or one that is supervisord's. */
  async get(path: string, prepare: (reply: FakeReply) => void = () => {}): Promise<FakeReply> {
    const isTail = /^\/(logtail|mainlogtail)/.test(path);
    const url = new URL(isTail ? path : `/api/v1${path}`, "http://x");
    const reply = new FakeReply();
    prepare(reply);
    this.#replies.push(reply);
    const request: HttpRequest = {
      method: "GET",
      path: url.pathname,
      query: url.searchParams,
      header: () => null,
      body: new Uint8Array(0),
      peer: { kind: "unix", uid: 0, pid: 1 },
      onGone: (callback) => reply.onGone(callback),
    };
    const handler = isTail ? logtailHandler(this.runner) : this.#handler;
    const answer: HttpReply = await handler(request);
    reply.status = answer.status;
    reply.headers = answer.headers ?? {};
    if (answer.body !== undefined) reply.write(answer.body);
    if (answer.stream === undefined) reply.end();
    else answer.stream(reply);
    return reply;
  }

  /** As `get`, when the reply has its end. */
  async whole(path: string): Promise<FakeReply> {
    const reply = await this.get(path);
    await until(`the end of ${path}`, () => reply.isClosed);
    return reply;
  }

  /** Text of a file of the folder. */
  file(name: string): string {
    return Deno.readTextFileSync(`${this.folder}/${name}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const reply of this.#replies) if (!reply.isClosed) reply.leave();
    logMemoryOf(this.runner)[Symbol.dispose]();
    this.#output.close();
    await this.#store.close(0);
    await Deno.remove(this.folder, { recursive: true });
  }

  get #handler() {
    this.#made ??= logsHandler(this.runner);
    return this.#made;
  }
  #made: ReturnType<typeof logsHandler> | null = null;

  #plan(id: string): ProcessPlan {
    const process = this.#pool.processes.get(id);
    if (process === undefined) throw new Error(`there is no ${id}`);
    return process.plan;
  }
}
