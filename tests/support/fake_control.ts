// A control server for the page's tests: the real page, and an API that says what a test tells it to.
import { webHandler } from "../../src/control/web/handler.ts";
import type { HttpRequest } from "../../src/control/http/message.ts";
import type { RunnerFace } from "../../src/control/runner_face.ts";
import type { LogLineView, ProcessList, ProcessView } from "../../src/control/api/types.ts";

/** A process that is up; a test changes what it needs. */
export function viewOf(id: string, change: Partial<ProcessView> = {}): ProcessView {
  const [group = id, name = group] = id.split(":");
  return {
    id: `${group}:${name}`,
    group,
    name,
    shown: group === name ? name : `${group}:${name}`,
    program: group,
    instance: 0,
    kind: "program",
    state: "RUNNING",
    up: true,
    pid: 4321,
    uptime: 65,
    since: "2026-11-21T10:00:00.000Z",
    restarts: 0,
    memory: 30 << 20,
    cpu: 1.5,
    lastExit: null,
    spawnError: "",
    retryIn: null,
    autostart: true,
    spare: false,
    job: null,
    paused: false,
    waitingFor: [],
    healthFault: "",
    done: false,
    description: "pid 4321, uptime 0:01:05",
    ...change,
  };
}

/** A list of them, of a runner without any peculiarity. */
export function listOf(
  processes: readonly ProcessView[],
  change: Partial<ProcessList> = {},
): ProcessList {
  return {
    processes,
    unknown: [],
    drift: [],
    runner: {
      pid: 100,
      version: "0.1.0",
      identifier: "shop",
      manifest: "/etc/runner/shop.toml",
      dialect: "toml",
      startedAt: "2026-11-21T09:00:00.000Z",
      uptime: 3600,
      phase: "UP",
      memory: 21 << 20,
      memoryLimit: null,
      upgrades: 0,
      environment: null,
      cpuTime: 1.2,
    },
    ...change,
  };
}

interface Posted {
  readonly path: string;
  readonly body: unknown;
}

/** The server. Everything it sends goes to all who are connected. */
export class FakeControl implements AsyncDisposable {
  readonly posted: Posted[] = [];
  readonly asked: string[] = [];
  list: ProcessList = listOf([]);
  lines: readonly LogLineView[] = [];
  /** What `GET /processes/{id}` gives besides the view. */
  detail: Readonly<Record<string, unknown>> = {};
  /** Paths that are answered as by a proxy in trouble. */
  readonly broken = new Set<string>();
  readonly #page = webHandler(NO_RUNNER);
  readonly #watchers = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #followers = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(port = 0) {
    this.#server = Deno.serve(
      { port, hostname: "127.0.0.1", onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  get port(): number {
    return this.#server.addr.port;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  get followers(): number {
    return this.#followers.size;
  }

  /** Shows everybody a new state. */
  show(list: ProcessList): void {
    this.list = list;
    for (const watcher of this.#watchers) watcher.enqueue(eventOf(list));
  }

  say(lines: readonly LogLineView[]): void {
    for (const follower of this.#followers) follower.enqueue(linesOf(lines));
  }

  /** Breaks all streams off, as a runner that ends does. */
  drop(): void {
    for (const stream of [...this.#watchers, ...this.#followers]) stream.close();
    this.#watchers.clear();
    this.#followers.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.drop();
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    this.asked.push(pathname + search);
    if (this.broken.has(pathname)) return new Response("<h1>no</h1>", { status: 502 });
    if (request.method === "POST") return await this.#post(pathname, request);
    if (pathname === "/api/v1/watch") {
      return stream(this.#watchers, "text/event-stream", eventOf(this.list));
    }
    if (pathname === "/api/v1/logs") {
      return stream(this.#followers, "application/x-ndjson", linesOf(this.lines));
    }
    if (pathname.startsWith("/api/v1/processes/")) return this.#detail(pathname);
    return await this.#pageReply(request);
  }

  #detail(pathname: string): Response {
    const id = decodeURIComponent(pathname.slice("/api/v1/processes/".length));
    const view = this.list.processes.find((process) => process.id === id);
    if (view === undefined) {
      return Response.json({ error: "Cannot find it", hint: "" }, { status: 404 });
    }
    return Response.json({ ...view, ...DETAIL, ...this.detail });
  }

  async #post(path: string, request: Request): Promise<Response> {
    const body = await request.json();
    this.posted.push({ path, body });
    if (path === "/api/v1/scale") {
      return Response.json({
        program: body.program,
        from: 3,
        to: 5,
        manifest: 3,
        results: [],
        timedOut: false,
      });
    }
    if (path === "/api/v1/run") return Response.json({ id: body.name, shown: body.name });
    const results = body.names.map((id: string) => ({
      id,
      shown: id,
      ok: true,
      outcome: `${body.action} done`,
      detail: "",
      state: "STOPPED",
    }));
    return Response.json({ results, unknown: [], notes: [], timedOut: false });
  }

  async #pageReply(request: Request): Promise<Response> {
    const reply = await this.#page(requestOf(request));
    const body = typeof reply.body === "string" ? reply.body : null;
    return new Response(body, { status: reply.status, headers: { ...reply.headers } });
  }
}

const DETAIL = {
  plan: { command: ["sleep", "10"], directory: "/srv" },
  environmentNames: ["APP_ENV"],
  memoryPeak: 40 << 20,
  children: 2,
  cpuTime: 12.5,
  history: [],
  restartsBy: { exit: 2 },
  exits: { "1": 2 },
  stdout: { path: "/var/log/out.log", size: 2048, backups: 1, written: 4096, lost: 0 },
  stderr: null,
  listener: null,
  runs: [],
  wellness: null,
  recycling: { jobs: 0, due: null, takenOverBy: null },
};

/** A request as the control server would hand it on. */
export function requestOf(request: Request): HttpRequest {
  const { pathname, searchParams } = new URL(request.url);
  return {
    method: request.method,
    path: pathname,
    query: searchParams,
    header: (name) => request.headers.get(name),
    body: new Uint8Array(0),
    peer: { kind: "inet", address: "127.0.0.1" },
    onGone: () => {},
  };
}

/** The page asks nothing of the runner itself; one that did would fail here. */
export const NO_RUNNER: RunnerFace = new Proxy(Object.create(null), {
  get: (_target, name) => {
    throw new Error(`The page asked the runner for ${String(name)}`);
  },
});

type Controllers = Set<ReadableStreamDefaultController<Uint8Array>>;

function stream(all: Controllers, type: string, first: Uint8Array): Response {
  let own: ReadableStreamDefaultController<Uint8Array> | null = null;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      own = controller;
      all.add(controller);
      controller.enqueue(first);
    },
    cancel: () => {
      if (own !== null) all.delete(own);
    },
  });
  return new Response(body, { headers: { "content-type": type, "cache-control": "no-store" } });
}

function eventOf(list: ProcessList): Uint8Array {
  return new TextEncoder().encode(`event: status\ndata: ${JSON.stringify(list)}\n\n`);
}

function linesOf(lines: readonly LogLineView[]): Uint8Array {
  return new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}
