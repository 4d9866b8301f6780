// Drives the compiled binary: a folder of its own, a manifest, the process, what it said.
import { fileURLToPath } from "node:url";
import type { Said } from "./run_words.ts";
import { textOf, until } from "./wait.ts";

const ROOT = plainPath(fileURLToPath(new URL("../..", import.meta.url)));

/** The compiled binary. */
export const BINARY = `${ROOT}/dist/runner`;
/** Folder of the fixture programs. */
export const CHILDREN = `${ROOT}/tests/fixtures/children`;

/** Milliseconds that a test that failed gives its runner to end. */
const PATIENCE = 12_000;

export interface StartOptions {
  /** Name of the manifest file; its ending decides the dialect. */
  readonly file?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Words put before the binary, e.g. `unshare --pid …`. */
  readonly wrapper?: readonly string[];
}

/** A folder for one test, with a runtime folder of its own, removed at the end. */
export class Sandbox implements AsyncDisposable {
  readonly folder: string;
  readonly #started: RunnerProcess[] = [];

  constructor() {
    // Whoever runs the tests may keep all he makes to himself: here other users must read some of it.
    Deno.umask(0o022);
    this.folder = Deno.makeTempDirSync({ prefix: "runner-e2e-" });
    // Programs of other users must be able to reach their fixtures.
    Deno.chmodSync(this.folder, 0o755);
    Deno.mkdirSync(`${this.folder}/tmp`);
    Deno.chmodSync(`${this.folder}/tmp`, 0o1777);
  }

  /** Path of a file in the folder. */
  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  write(name: string, text: string, mode = 0o644): string {
    const path = this.path(name);
    Deno.writeTextFileSync(path, text);
    Deno.chmodSync(path, mode);
    return path;
  }

  read(name: string): Promise<string> {
    return textOf(this.path(name));
  }

  /** Starts `runner start` on a manifest. Its two outputs go to files, so that nothing can be lost. */
  start(manifest: string, options: StartOptions = {}): RunnerProcess {
    const file = options.file ?? "runner.toml";
    this.write(file, manifest);
    return this.run(["start", file, ...(options.args ?? [])], options);
  }

  /** Runs the binary with any arguments. */
  run(args: readonly string[], options: StartOptions = {}): RunnerProcess {
    const started = new RunnerProcess(this.folder, this.#started.length, args, options);
    this.#started.push(started);
    return started;
  }

  /** Runs the binary to its end. */
  async ask(args: readonly string[], options: StartOptions = {}): Promise<Said> {
    const command = this.run(args, options);
    const { code } = await command.status;
    return { code, out: await command.stdout(), err: await command.stderr() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const started of this.#started) await started.end();
    await Deno.remove(this.folder, { recursive: true });
  }
}

export class RunnerProcess {
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;
  readonly #number: number;

  constructor(folder: string, number: number, args: readonly string[], options: StartOptions) {
    this.#folder = folder;
    this.#number = number;
    const words = [...(options.wrapper ?? []), BINARY, ...args];
    // A shell redirects: the runner gets plain files, as under a service manager.
    const script = `exec "$@" >"${this.#path("out")}" 2>"${this.#path("err")}" </dev/null`;
    this.#child = new Deno.Command("/bin/sh", {
      args: ["-c", script, "sh", ...words],
      cwd: folder,
      env: {
        RUNNER_RUNTIME_DIR: `${folder}/run`,
        RUNNER_STATE_DIR: `${folder}/state`,
        // Logs that the manifest does not name stay after the runner: they go with the folder.
        TMPDIR: `${folder}/tmp`,
        NO_COLOR: "1",
        ...options.env,
      },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
  }

  get pid(): number {
    return this.#child.pid;
  }

  get status(): Promise<Deno.CommandStatus> {
    return this.#child.status;
  }

  /** What it has written to stdout so far. */
  stdout(): Promise<string> {
    return textOf(this.#path("out"));
  }

  /** What it has written to stderr so far: its own log, in the foreground. */
  stderr(): Promise<string> {
    return textOf(this.#path("err"));
  }

  /** Waits for text on stderr. */
  async said(pattern: RegExp | string, limit?: number): Promise<RegExpMatchArray> {
    const expression = typeof pattern === "string" ? new RegExp(escaped(pattern)) : pattern;
    const what = `stderr to match ${expression}`;
    try {
      return await until(what, async () => (await this.stderr()).match(expression), limit);
    } catch (error) {
      throw new Error(`${what}; it was:\n${await this.stderr()}`, { cause: error });
    }
  }

  /** Pids of a program's children, in the order they were spawned. */
  async pidsOf(name: string): Promise<number[]> {
    const pattern = new RegExp(`spawned: '${escaped(name)}' with pid (\\d+)`, "g");
    return [...(await this.stderr()).matchAll(pattern)].map((match) => Number(match[1]));
  }

  /** Waits until a program has been spawned `count` times and gives the latest pid. */
  spawnOf(name: string, count = 1): Promise<number> {
    return until(`spawn ${count} of ${name}`, async () => (await this.pidsOf(name))[count - 1]);
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Asks it to stop and gives its exit status. */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<number> {
    this.signal(signal);
    return (await this.status).code;
  }

  /** Makes sure that it has ended, whatever a failed test has left. */
  async end(): Promise<void> {
    this.#kill("SIGTERM");
    const limit = setTimeout(() => this.#kill("SIGKILL"), PATIENCE);
    await this.status;
    clearTimeout(limit);
  }

  #kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      // It has ended.
      if (!(error instanceof Deno.errors.NotFound) && !(error instanceof TypeError)) throw error;
    }
  }

  #path(stream: string): string {
    return `${this.#folder}/.${this.#number}.${stream}`;
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/**
 * Tests write paths of the project into command lines without quotes. In a clone whose path has a space, they
 * get a link to it instead.
 */
function plainPath(path: string): string {
  const real = path.replace(/\/$/, "");
  if (/^[\w./+-]+$/.test(real)) return real;
  const folder = Deno.makeTempDirSync({ prefix: "runner-clone-" });
  // Programs of other users must be able to reach their fixtures.
  Deno.chmodSync(folder, 0o755);
  Deno.symlinkSync(real, `${folder}/clone`);
  addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  return `${folder}/clone`;
}
