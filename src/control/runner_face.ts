// What the control server sees of a running runner. Implemented by LiveRunner; everything above is written against this.
import type { Exit } from "../base/exit.ts";
import type { Instant } from "../base/instant.ts";
import type { Problem } from "../base/errors.ts";
import type { Command, Fact } from "../core/events.ts";
import type { ListenerState } from "../core/listener_talk.ts";
import type { Pool } from "../core/pool.ts";
import type { EndRecord, StateName } from "../core/process_state.ts";
import type { ManifestFiles } from "../manifest/manifest_files.ts";
import type { Bytes, Millis, Plan, ProcessPlan } from "../manifest/plan.ts";
import type { AlertStanding } from "../engine/alerts.ts";
import type { StreamCounters } from "../engine/process_output.ts";
import type { RunLook } from "../engine/run_look.ts";
import type { LogCounters, StreamName } from "../ports/logs.ts";

/** Who the runner is. */
export interface RunnerIdentity {
  readonly pid: number;
  /** Of the runner, e.g. `0.1.0`. */
  readonly version: string;
  /** Absolute path. */
  readonly manifest: string;
  /** Wall time in milliseconds. */
  readonly startedAt: Millis;
  readonly uid: number;
  /** What a cgroup above it allows, such as that of a container; null or missing: the machine's memory. */
  readonly memoryLimit?: Bytes | null;
  /** How often another program has taken over in this process, its children kept. */
  readonly upgrades?: number;
  /** Chosen by `-e` or RUNNER_ENV; null or missing: none. */
  readonly environment?: string | null;
}

/** A fact with its time. */
export interface TimedFact {
  readonly at: Instant;
  readonly fact: Fact;
}

/** Somebody who looks on. Neither call may throw or wait. */
export interface Watcher {
  fact?(fact: TimedFact): void;
  /** All events have been taken: the pool stays as it is until the next one. */
  settled?(pool: Pool): void;
}

/** A manifest read again. */
export interface Reread {
  /** Null when the manifest cannot be used; then `problems` has an error. */
  readonly plan: Plan | null;
  readonly problems: readonly Problem[];
  /** What it is made of; missing: nobody has taken note. */
  readonly files?: ManifestFiles;
}

/** Memory and processor time of a process with all its descendants. */
export interface Usage {
  /** Resident bytes. */
  readonly memory: Bytes;
  /** Highest value seen in this run. */
  readonly memoryPeak: Bytes;
  /** Share of one core in percent since the sample before; null until there are two. */
  readonly cpu: number | null;
  /** Processor time used by the present run and its descendants, as far as they were seen, in milliseconds. */
  readonly cpuTime: Millis;
  /** How many processes that are. */
  readonly processes: number;
}

/** What has been counted of a process since the runner started. */
export interface Counts {
  /** Automatic and asked-for restarts by reason: `exit`, `signal`, `memory`, `max-age`, `command`, `reload`, `update`, … */
  readonly restarts: ReadonlyMap<string, number>;
  /** Ends by exit code (`"0"`, `"1"`, …) or signal (`"SIGKILL"`). */
  readonly exits: ReadonlyMap<string, number>;
  readonly capHits: number;
  /** Time spent waiting for the next try, milliseconds. */
  readonly backoff: Millis;
}

/** One end of a child, with its reason in words. */
export interface PastEnd extends EndRecord {
  readonly id: string;
}

/** Output of processes and the runner's own log. */
export interface LogAccess {
  /** The log file of a stream; null when it goes nowhere that can be read. A merged stderr has stdout's. */
  path(plan: ProcessPlan, stream: StreamName): string | null;
  /** Null for a process that has not run. */
  counters(id: string, stream: StreamName): StreamCounters | null;
  /** Looks on at a stream, over restarts, as the bytes go to the log. Valid during the call only. */
  tap(plan: ProcessPlan, stream: StreamName, tap: (bytes: Uint8Array) => void): Disposable;
  /** Empties the live logs of a process; false when there are none. */
  clear(plan: ProcessPlan): boolean;
  /** The runner's own log file; null when it is no file. */
  readonly ownPath: string | null;
  readonly ownCounters: LogCounters | null;
  clearOwn(): boolean;
  /** Opens all files again by their names. */
  reopen(): void;
}

/** What became of a wish for another number of processes. */
export type ScaleOutcome =
  | {
    readonly kind: "scaled";
    readonly program: string;
    readonly from: number;
    readonly to: number;
    /** What the manifest says. */
    readonly manifest: number;
  }
  | { readonly kind: "refused"; readonly reason: string };

/** How the running pool differs from its manifest by an operator's wish. */
export interface Drift {
  readonly program: string;
  readonly running: number;
  readonly manifest: number;
}

/** What an event listener has last said of itself, and how many events its pool keeps. */
export interface ListenerStanding {
  readonly state: ListenerState;
  readonly waiting: number;
}

export interface RunnerFace {
  readonly identity: RunnerIdentity;
  /** As it is now. Never kept across an await. */
  readonly pool: Pool;
  now(): Instant;
  /** Calls once, at or after monotonic time `at`. */
  wakeAt(at: Millis, wake: () => void): Disposable;
  /** Gives an order; it has been taken when this returns. */
  order(command: Command): void;
  watch(watcher: Watcher): Disposable;
  /** True as soon as the pool passes the test, now included; false when the time is over or the runner ends. */
  until(test: (pool: Pool) => boolean, limit: Millis): Promise<boolean>;

  /** Reads the manifest again, with what operators have scaled, and changes nothing. */
  reread(): Promise<Reread>;
  /** The plan last read: what supervisorctl's `add` takes its groups from. */
  readonly pending: Plan;
  /** Takes over a plan; only what differs is touched. */
  apply(plan: Plan): void;
  /** Gives a program another number of processes, until it is scaled again or the manifest's number is asked for. */
  scale(program: string, count: number): Promise<ScaleOutcome>;
  readonly drift: readonly Drift[];
  /**
   * Stops everything, then starts again in this process with the manifest as it is now. Refused, with the
   * problems, when the manifest cannot be used: then everything runs on.
   */
  restart(): Promise<Reread>;
  /**
   * Goes on as the program that lies on disk now, in this process, and keeps all children: null when that has begun,
   * else why it cannot, and nothing has changed.
   */
  readonly upgrade?: (() => Promise<string | null>) | undefined;
  readonly alerts: readonly AlertStanding[];
  /** Whoever asks for the end while a restart is under way gets it. */
  cancelRestart(): void;
  /** What a child gets as SUPERVISOR_SERVER_URL where its plan says AUTO. */
  readonly serverUrl: string;
  /** True from the moment a shutdown or restart has begun. */
  readonly isEnding: boolean;

  /** Usage of every process that has a child; measured now unless the last look is younger than `age`. */
  usage(age: Millis): ReadonlyMap<string, Usage>;
  /** Usage of the runner itself. */
  ownUsage(): { readonly memory: Bytes; readonly cpuTime: Millis; readonly descriptors: number };
  /** Latest ends of a process, newest first, 20 at most. */
  ends(id: string): readonly PastEnd[];
  counts(id: string): Counts;
  /** When the process entered its present state; null: it has never been started. */
  since(id: string): Instant | null;
  readonly logs: LogAccess;
  /** Bytes for a child's stdin. */
  writeStdin(id: string, bytes: Uint8Array): "sent" | "not-running" | "closed" | "full";
  /** How an event listener stands; null for who is none. */
  listener(id: string): ListenerStanding | null;
  /** How the present run of a process is; null where nobody looks after it. */
  wellness(id: string): RunLook | null;
  /** A REMOTE_COMMUNICATION event for listeners. */
  announce(type: string, content: string): void;
}

export type { Exit, RunLook, StateName };
