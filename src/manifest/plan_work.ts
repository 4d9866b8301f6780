// What a manifest says about the work of a process: when it is up, useful or stuck, when it is due, what it waits for.
import type { Millis } from "./quantities.ts";

/** An HTTP answer counts as good when its status is one of these; null: 200 to 399. */
export type StatusRange = { readonly from: number; readonly to: number } | null;

/** A look from outside whether a program serves. */
export type ProbePlan =
  /** A connection is accepted. */
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  /** A connection to a socket file is accepted. */
  | { readonly kind: "unix"; readonly path: string }
  /** `url` is http: or https:, answered with a good status. */
  | { readonly kind: "http"; readonly url: string; readonly status: StatusRange }
  /** Ends with status 0; run as the program's user, in its folder, with its environment. */
  | { readonly kind: "exec"; readonly command: readonly string[] };

/** What makes a started process ready. */
export type ReadyWhen =
  /** A line of its output matches. */
  | { readonly kind: "log"; readonly pattern: string }
  /** It says READY=1 on NOTIFY_SOCKET. */
  | { readonly kind: "notify" }
  /** It sends "ready" over Node's IPC channel. */
  | { readonly kind: "message" }
  /** It has been up that long. */
  | { readonly kind: "delay"; readonly wait: Millis }
  /** The probe succeeds once. */
  | { readonly kind: "probe"; readonly probe: ProbePlan; readonly interval: Millis };

export interface ReadyPlan {
  readonly when: ReadyWhen;
  /** A process that is not ready by then has failed to start. */
  readonly timeout: Millis;
}

/** A probe that is repeated while the process is RUNNING. */
export interface HealthPlan {
  readonly probe: ProbePlan;
  readonly interval: Millis;
  /** One look takes no longer. */
  readonly timeout: Millis;
  /** So many bad looks in a row: it is restarted. */
  readonly failures: number;
  /** Bad looks do not count for so long after the start. */
  readonly grace: Millis;
}

/** What a living process must do to be left alone. */
export interface LivenessPlan {
  /** Longest time between two WATCHDOG=1 on NOTIFY_SOCKET; null: none are expected. */
  readonly watchdog: Millis | null;
  readonly health: HealthPlan | null;
  /** Longest time without a byte of output; null: it may be silent. */
  readonly maxSilence: Millis | null;
}

/** One word of `depends_on`. */
export interface DependencyPlan {
  /** Program or group, as written. */
  readonly target: string;
  /** Processes of it, in start order. */
  readonly ids: readonly string[];
  /** started: a child exists; ready: RUNNING; done: EXITED as expected. */
  readonly until: "started" | "ready" | "done";
  /** The process is restarted when one of these comes up again (`restart_with`). */
  readonly restartsWith: boolean;
}

/** What to do when a run is due and the one before has not ended. */
export type Overlap = "skip" | "queue" | "kill" | "allow";

/** When a job is due. */
export interface SchedulePlan {
  /** Five or six fields (seconds first), or a nickname such as `@daily`. */
  readonly expression: string;
  /** IANA name; null: that of the machine. */
  readonly timeZone: string | null;
  readonly overlap: Overlap;
  /** A run that takes longer is stopped; null: it may take any time. */
  readonly timeout: Millis | null;
  /** Each run begins up to so much later, drawn by lot. */
  readonly jitter: Millis;
  /** Further tries after a failed run. */
  readonly retries: number;
  /** Wait before such a try. */
  readonly retryDelay: Millis;
  /** Runs missed while the runner was away: none, or one for all of them. */
  readonly catchUp: "none" | "once";
  /** Ends kept. */
  readonly history: number;
}

/** Planned replacement, besides max_age and max_memory. */
export interface RecyclePlan {
  /** Replaced after so many jobs, each told by JOBS=n on NOTIFY_SOCKET; null: never. */
  readonly maxJobs: number | null;
  /** Further processes that stand by, so that a replacement is ready before the old one stops: 0 or 1. */
  readonly spare: number;
  /** True for the process that stands by. */
  readonly isSpare: boolean;
}

/** Files whose change restarts a program. */
export interface WatchPlan {
  /** Absolute globs. */
  readonly paths: readonly string[];
  readonly ignore: readonly string[];
  /** Wait after the last change. */
  readonly debounce: Millis;
}

export type HookName = "preStart" | "postStart" | "preStop" | "postExit";

/** A command run beside a process, as its user, in its folder, with its environment. */
export interface HookPlan {
  readonly command: readonly string[];
  readonly timeout: Millis;
  /** fail: pre_start fails the start; anything else only tells. ignore: it is told at debug level. */
  readonly onFailure: "fail" | "warn" | "ignore";
}

export type HooksPlan = { readonly [name in HookName]: HookPlan | null };

/** The part of a process plan that is about its work. */
export interface WorkPlan {
  /** oneshot: it is expected to end; done when it has ended as expected. */
  readonly type: "service" | "oneshot";
  readonly ready: ReadyPlan | null;
  readonly liveness: LivenessPlan;
  readonly dependsOn: readonly DependencyPlan[];
  /** Null: it runs all the time. */
  readonly schedule: SchedulePlan | null;
  readonly recycle: RecyclePlan;
  readonly watch: WatchPlan | null;
  readonly hooks: HooksPlan;
}

/** What is said of a process whose section says nothing about its work. */
export const PLAIN_WORK: WorkPlan = {
  type: "service",
  ready: null,
  liveness: { watchdog: null, health: null, maxSilence: null },
  dependsOn: [],
  schedule: null,
  recycle: { maxJobs: null, spare: 0, isSpare: false },
  watch: null,
  hooks: { preStart: null, postStart: null, preStop: null, postExit: null },
};
