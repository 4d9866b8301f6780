// A runner behind its handlers without sockets and children: a real engine on fake ports, asked as the server asks.
import {
  type HttpHandler,
  type HttpReply,
  type HttpRequest,
} from "../../src/control/http/message.ts";
import type { ReplyStream } from "../../src/control/http/message.ts";
import { LiveRunner, type ReadManifest } from "../../src/control/live_runner.ts";
import type { LogAccess, RunLook } from "../../src/control/runner_face.ts";
import { newPool } from "../../src/core/pool.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { Plan, ProcessPlan } from "../../src/manifest/plan.ts";
import type { AlertStanding } from "../../src/engine/alerts.ts";
import { FakeErrands } from "./fake_errands.ts";
import { FakeClock, FakeHost } from "./fake_host.ts";
import { planOf, processPlan, SUPERVISORD } from "./plans.ts";

/** A program of a manifest: its processes are `name_0`, `name_1` … of group `name`, or `name` alone. */
export interface RigProgram {
  readonly name: string;
  /** Missing: one process with the name of the program. */
  readonly count?: number;
  readonly own?: Partial<ProcessPlan>;
}

/** What is RUNNING as soon as it is started. */
export const AT_ONCE = { ...SUPERVISORD, startSeconds: 0 };

function plansOf({ name, count, own }: RigProgram, wanted: number): readonly ProcessPlan[] {
  const base = { restart: AT_ONCE, program: name, ...own };
  if (count === undefined) return [processPlan(name, base)];
  return Array.from(
    { length: wanted },
    (_, instance) => processPlan(`${name}_${instance}`, { group: name, ...base, instance }),
  );
}

/** A manifest as it would be read from disk. */
export function manifestOf(programs: readonly RigProgram[]): ReadManifest & { plan: Plan } {
  const counts = new Map(programs.map(({ name, count }) => [name, count ?? 1]));
  const build = (scaled: ReadonlyMap<string, number>) =>
    planOf(programs.flatMap((one) => plansOf(one, scaled.get(one.name) ?? one.count ?? 1)));
  return { plan: build(new Map()), problems: [], counts, rescaled: build };
}

/** A reply read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // deno-lint-ignore no-explicit-any
  readonly json: any;
}

export class ApiRig {
  readonly clock = new FakeClock();
  readonly host = new FakeHost();
  readonly said: string[] = [];
  readonly cleared: string[] = [];
  /** How runs are, by the id of the process. */
  readonly looksOf = new Map<string, RunLook>();
  /** What is said of alerts. */
  readonly alerts: AlertStanding[] = [];
  readonly runner: LiveRunner;
  readonly engine: Engine;
  /** How often the usage of children was measured. */
  looks = 0;
  #disk: ReadManifest;

  constructor(programs: readonly RigProgram[], { boots = true, logs = {} }: {
    readonly boots?: boolean;
    readonly logs?: Partial<LogAccess>;
  } = {}) {
    const manifest = manifestOf(programs);
    this.#disk = manifest;
    this.engine = this.#engine(manifest.plan);
    this.runner = this.#live(manifest, logs);
    if (boots) this.engine.post({ kind: "boot" });
  }

  /** What the next update reads. */
  write(manifest: ReadManifest): void {
    this.#disk = manifest;
  }

  stateOf(id: string): string {
    return this.runner.pool.processes.get(id)?.state.name ?? "GONE";
  }

  pidOf(id: string): number {
    const state = this.runner.pool.processes.get(id)?.state;
    if (state === undefined || !("pid" in state) || state.pid === null) {
      throw new Error(`${id} has no child`);
    }
    return state.pid;
  }

  /** The child of a process ends. */
  end(id: string, code = 0): void {
    this.host.end(this.pidOf(id), { kind: "code", code });
    this.engine.reap();
  }

  #engine(plan: Plan): Engine {
    return new Engine(newPool(plan, 10_000), {
      clock: this.clock,
      children: this.host,
      memory: this.host,
      inherited: {},
      workingDirectory: "/srv",
      serverUrl: null,
      defaultRlimits: [],
      kindOf: (path) => path === "/bin/true" ? "executable" : "missing",
      marks: () => ({}),
      cgroupFor: () => null,
      output: {
        attach: () => {},
        drain: () => {},
        adjust: () => {},
        forget: () => {},
        writeLine: () => {},
      },
      journal: { add: () => {}, remove: () => {} },
      errands: new FakeErrands(),
      report: (fact) => this.runner.fact(fact),
      settled: () => this.runner.settled(),
      reportStranger: () => {},
    });
  }

  #live(manifest: ReadManifest, logs: Partial<LogAccess>): LiveRunner {
    return new LiveRunner({
      serverUrl: "unix:///s",
      identity: {
        pid: 1,
        version: "1.2.3",
        manifest: "/m.ini",
        startedAt: this.clock.now().wall,
        uid: 0,
      },
      clock: this.clock,
      engine: this.engine,
      manifest,
      logs: {
        path: () => null,
        counters: () => null,
        tap: () => ({ [Symbol.dispose]: () => {} }),
        clear: ({ id }) => this.cleared.push(id) > 0,
        ownPath: null,
        ownCounters: null,
        clearOwn: () => false,
        reopen: () => void this.said.push("reopen"),
        ...logs,
      },
      read: (scaled) => {
        const disk = this.#disk;
        return Promise.resolve({ ...disk, plan: disk.plan && disk.rescaled(scaled) });
      },
      log: (level, message) => void this.said.push(`${level} ${message}`),
      look: () => {
        this.looks += 1;
        return new Map(
          [...this.runner.pool.processes.values()].flatMap(({ state }) =>
            "pid" in state && state.pid !== null
              ? [[state.pid, { memory: 4096 * state.pid, cpuTime: 1_500, processes: 2 }]]
              : []
          ),
        );
      },
      alerts: () => this.alerts,
      ownUsage: () => ({ memory: 50_000_000, cpuTime: 250, descriptors: 12 }),
      announce: (type, content) => void this.said.push(`announce ${type} ${content}`),
      listener: () => null,
      wellness: (id) => this.looksOf.get(id) ?? null,
    });
  }
}

/** A request as the server gives it to a handler; a body that is no text is sent as JSON. */
export function requestOf(
  target: string,
  { method = "GET", body, headers = {}, onGone = () => {} }: {
    readonly method?: string;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    readonly onGone?: (callback: () => void) => void;
  } = {},
): HttpRequest {
  const [path = "/", query = ""] = target.split("?");
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  return {
    method,
    path,
    query: new URLSearchParams(query),
    header: (name) => headers[name] ?? null,
    body: new TextEncoder().encode(text),
    peer: { kind: "unix", uid: 0, pid: 1 },
    onGone,
  };
}

/** Asks a handler and reads its reply. */
export async function ask(handler: HttpHandler, request: HttpRequest): Promise<Answer> {
  const reply = await handler(request);
  const { body = "" } = reply;
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const isJson = reply.headers?.["content-type"]?.startsWith("application/json") ?? false;
  return {
    status: reply.status,
    headers: reply.headers ?? {},
    text,
    json: isJson ? JSON.parse(text) : null,
  };
}

/** The reading side of a reply that stays open, as slow as a test wants it. */
export class FakeReader implements ReplyStream {
  readonly #decoder = new TextDecoder();
  #drain = () => {};
  text = "";
  /** False: it takes no more; what is written after that is counted. */
  isReading = true;
  isClosed = false;
  isComplete = false;
  buffered = 0;
  /** Writes after the first that was told to wait. */
  pushed = 0;

  constructor(reply: HttpReply) {
    if (reply.stream === undefined) throw new Error(`no stream, but status ${reply.status}`);
    reply.stream(this);
  }

  write(content: Uint8Array | string): boolean {
    if (this.isClosed) return false;
    if (this.buffered > 0) this.pushed += 1;
    this.text += typeof content === "string"
      ? content
      : this.#decoder.decode(content, { stream: true });
    if (!this.isReading) this.buffered += content.length;
    return this.isReading;
  }

  end(): void {
    this.isClosed = true;
    this.isComplete = true;
  }

  abort(): void {
    this.isClosed = true;
  }

  onDrain(callback: () => void): void {
    this.#drain = callback;
  }

  /** Takes what has gathered and more. */
  read(): void {
    this.buffered = 0;
    this.isReading = true;
    this.#drain();
  }

  /** The client goes. */
  leave(): void {
    this.isClosed = true;
    this.#drain();
  }

  /** The events so far, with their fields. */
  get events(): { readonly id: string; readonly event: string; readonly data: string }[] {
    const blocks = this.text.split("\n\n").slice(0, -1);
    return blocks.filter((block) => block.includes("data: ")).map((block) => {
      const fields = new Map(
        block.split("\n").map((line) => {
          const cut = line.indexOf(": ");
          return [line.slice(0, cut), line.slice(cut + 2)];
        }),
      );
      return {
        id: fields.get("id") ?? "",
        event: fields.get("event") ?? "",
        data: fields.get("data") ?? "",
      };
    });
  }
}
