// Real children for tests: starts them, collects their output and their ends, and leaves nothing behind.
import { fileURLToPath } from "node:url";
import { Children } from "../../src/os/children.ts";
import { becomeSubreaper } from "../../src/os/init_duties.ts";
import { closeFd, libc, writeOnce } from "../../src/os/libc.ts";
import { Poller } from "../../src/os/poller.ts";
import type { Reaped, SpawnRequest, SpawnResult } from "../../src/ports/host.ts";
import { until } from "./wait.ts";

libc(); // Opened for the whole process: no test leaks it.
becomeSubreaper();

/** Folder of the fixture programs of the tests of os/. */
export const FIXTURES = fileURLToPath(new URL("../fixtures/os", import.meta.url));

/** A request with nothing special. */
export const PLAIN: SpawnRequest = {
  path: "/bin/true",
  argv: ["true"],
  env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
  directory: null,
  umask: null,
  user: null,
  nice: null,
  oomScoreAdj: null,
  rlimits: [],
  cgroup: null,
  stdin: { kind: "null" },
  mergeStderr: false,
};

/** How a child ended and what it had said by then. */
export interface Ended {
  readonly reaped: Reaped;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

export class TestChild {
  readonly pid: number;
  readonly #stdin: number | null;
  readonly #chunks: { stdout: Uint8Array[]; stderr: Uint8Array[] } = { stdout: [], stderr: [] };
  readonly ended: Promise<Ended>;

  constructor(
    poller: Poller,
    spawned: Extract<SpawnResult, { kind: "spawned" }>,
    reaped: Promise<Reaped>,
  ) {
    this.pid = spawned.pid;
    this.#stdin = spawned.stdin;
    const read = (fd: number | null, chunks: Uint8Array[]) => {
      if (fd === null) return Promise.resolve();
      const write = (bytes: Uint8Array) => chunks.push(bytes.slice()) > 0;
      return new Promise<void>((done) => poller.attach(fd, { write }, done));
    };
    const stdout = read(spawned.stdout, this.#chunks.stdout);
    const stderr = read(spawned.stderr, this.#chunks.stderr);
    this.ended = Promise.all([reaped, stdout, stderr]).then(([reaped]) => ({
      reaped,
      stdout: joined(this.#chunks.stdout),
      stderr: joined(this.#chunks.stderr),
    }));
  }

  /** What it has said so far. */
  get text(): string {
    return new TextDecoder().decode(joined(this.#chunks.stdout));
  }

  /** Waits for a line that is a number: most fixtures say a pid. */
  number(): Promise<number> {
    return until("a number", () => /^(\d+)\n/.test(this.text) && Number.parseInt(this.text));
  }

  write(text: string): void {
    if (this.#stdin !== null) writeOnce(this.#stdin, new TextEncoder().encode(text));
  }

  closeStdin(): void {
    if (this.#stdin !== null) closeFd(this.#stdin);
  }
}

/** Children and a poller with what they need around them. */
export class TestHost implements AsyncDisposable {
  readonly poller = new Poller();
  readonly children = new Children(this.poller);
  readonly strangers: Reaped[] = [];
  readonly #waiting = new Map<number, (reaped: Reaped) => void>();
  readonly #reap = () => {
    for (const reaped of this.children.reap()) {
      const done = this.#waiting.get(reaped.pid);
      this.#waiting.delete(reaped.pid);
      if (done === undefined) this.strangers.push(reaped);
      else done(reaped);
    }
  };

  /** A listener alone does not keep the process alive. */
  readonly #stay = setInterval(() => {}, 1 << 30);

  constructor() {
    Deno.addSignalListener("SIGCHLD", this.#reap);
  }

  /** Starts a child; a start that fails at once throws. */
  start(request: Partial<SpawnRequest>): TestChild {
    const spawned = this.children.spawn({ ...PLAIN, ...request });
    if (spawned.kind === "failed") throw new Error(spawned.reason);
    const reaped = new Promise<Reaped>((done) => this.#waiting.set(spawned.pid, done));
    return new TestChild(this.poller, spawned, reaped);
  }

  /** Runs a command of the shell to its end. */
  shell(script: string, request: Partial<SpawnRequest> = {}): Promise<Ended> {
    return this.start({ path: "/bin/sh", argv: ["sh", "-c", script], ...request }).ended;
  }

  /** Starts a fixture that says a pid and waits for the end of its stdin. */
  fixture(name: string, request: Partial<SpawnRequest> = {}): TestChild {
    const path = `${FIXTURES}/${name}`;
    return this.start({ path, argv: [name], stdin: { kind: "pipe" }, ...request });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.children.sweepAll();
    await until("the end of all children", () => {
      this.#reap();
      return this.#waiting.size === 0;
    });
    Deno.removeSignalListener("SIGCHLD", this.#reap);
    clearInterval(this.#stay);
    await this.poller[Symbol.asyncDispose]();
    this.children[Symbol.dispose]();
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** Bytes as text. */
export function textOfBytes(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
