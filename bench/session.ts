// One supervisor at one job, from its start until nothing of it is left.
import { Enclosure } from "./enclosure.ts";
import type { FixtureName, Fixtures } from "./fixtures.ts";
import { monotonicMs, waitFor } from "./measure/clock.ts";
import { type Mark, Marks } from "./measure/marks.ts";
import { isRunning, withoutTrees } from "./measure/proc.ts";
import type { Job, Launch, Peer } from "./peers/peer.ts";

/** Everything the sessions have in common. */
export interface Bench {
  readonly folder: string;
  readonly fixtures: Fixtures;
  /** Shows what the supervisors say. */
  readonly isVerbose: boolean;
}

/** What is to be run. */
export interface Work {
  readonly fixture: FixtureName;
  /** Arguments after the marks file, made for the folder of the session. */
  readonly args?: (folder: string) => readonly string[];
  readonly count: number;
  readonly memoryCapMiB?: number;
  readonly isFailing?: boolean;
}

const START_PATIENCE_MS = 30_000;
const STOP_PATIENCE_MS = 60_000;

export class Session implements AsyncDisposable {
  readonly folder: string;
  readonly logs: string;
  readonly marks: Marks;
  readonly startedAtMs: number;
  readonly #enclosure: Enclosure;
  readonly #launch: Launch;
  readonly #root: Deno.ChildProcess;
  readonly #isVerbose: boolean;
  #rootExitCode: number | undefined;

  constructor(bench: Bench, peer: Peer, work: Work) {
    this.folder = Deno.makeTempDirSync({ dir: bench.folder });
    this.logs = `${this.folder}/logs`;
    Deno.mkdirSync(this.logs);
    this.marks = new Marks(`${this.folder}/marks`, bench.fixtures);
    this.#isVerbose = bench.isVerbose;
    this.#enclosure = new Enclosure(this.folder);
    this.#launch = peer.prepare(this.#jobOf(bench, work));
    this.startedAtMs = monotonicMs();
    this.#root = this.#spawn(this.#launch.command);
    this.#root.status.then(({ code }) => this.#rootExitCode = code);
  }

  /** What the supervisor was started with. */
  get launch(): Launch {
    return this.#launch;
  }

  /** Runs a command in the surroundings of the supervisor and gives its run time in milliseconds. */
  async time([file = "", ...args]: readonly string[]): Promise<number> {
    const begunAtMs = monotonicMs();
    const { code, stderr } = await new Deno.Command(file, {
      args,
      env: this.#enclosure.environment,
      clearEnv: true,
      cwd: this.folder,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const took = monotonicMs() - begunAtMs;
    if (code !== 0) throw new Error(`${file} failed: ${new TextDecoder().decode(stderr).trim()}`);
    return took;
  }

  /** Waits until the programs have left so many marks, and gives them. */
  async waitForMarks(count: number): Promise<Mark[]> {
    const what = `${count} marks`;
    await waitFor(() => this.marks.count >= count || this.#hasFailed(), {
      what,
      withinMs: START_PATIENCE_MS,
      everyMs: 5,
    });
    if (this.#hasFailed()) throw new Error(`It ended at once with status ${this.#rootExitCode}`);
    return this.marks.read();
  }

  /** Lists the processes of the supervisor: all that were started but the programs. */
  supervisorPids(): number[] {
    return withoutTrees(this.#enclosure.pids(), this.marks.pids());
  }

  /** Asks for a graceful stop and gives the time until the last process is gone. */
  async stop(): Promise<number> {
    const pids = this.#enclosure.pids();
    const begunAtMs = monotonicMs();
    const { stop } = this.#launch;
    if (stop.kind === "signal") this.#root.kill(stop.signal);
    else await this.#spawn(stop.command).status;
    await waitFor(() => !pids.some(isRunning), {
      what: "the end of everything",
      withinMs: STOP_PATIENCE_MS,
      everyMs: 5,
    });
    return monotonicMs() - begunAtMs;
  }

  /** Kills what is left and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#enclosure[Symbol.asyncDispose]();
    await this.#root.status;
    Deno.removeSync(this.folder, { recursive: true });
  }

  /** Whoever is stopped by a signal has to stay in the foreground. */
  #hasFailed(): boolean {
    return this.#rootExitCode !== undefined && this.#launch.stop.kind === "signal";
  }

  #jobOf(bench: Bench, work: Work): Job {
    const { fixture, args, ...rest } = work;
    const words = args?.(this.folder) ?? [];
    const command = [bench.fixtures.path(fixture), this.marks.path, ...words];
    return { ...rest, folder: this.folder, logs: this.logs, command };
  }

  #spawn([file = "", ...args]: readonly string[]): Deno.ChildProcess {
    const output = this.#isVerbose ? "inherit" : "null";
    return new Deno.Command(file, {
      args,
      env: this.#enclosure.environment,
      clearEnv: true,
      cwd: this.folder,
      stdin: "null",
      stdout: output,
      stderr: output,
    }).spawn();
  }
}
