// What a manifest asks for, in full: every process with every value decided. Plain data, compared by value.
import type { Problem } from "../base/errors.ts";
import type { AlertPlan } from "./alert_plan.ts";
import type { FcgiPlan, ListenerPlan, ServerPlan } from "./plan_sockets.ts";
import type { WorkPlan } from "./plan_work.ts";
import type { Bytes, Millis } from "./quantities.ts";

export type { Bytes, FcgiPlan, ListenerPlan, Millis, ServerPlan };

/** The account a program runs as. */
export interface UserPlan {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups, the primary one included. */
  readonly groups: readonly number[];
  readonly home: string;
  readonly shell: string;
}

/** One resource limit; `"unlimited"` is RLIM_INFINITY, a missing half keeps what the runner has. */
export interface RlimitPlan {
  /** Name as in the manifest, without `rlimit_`: `nofile`, `core`, `cpu`, `as`, … */
  readonly resource: string;
  readonly soft: number | "unlimited";
  readonly hard: number | "unlimited" | null;
}

/** Which ends a rule of `on_exit` is for. */
export type ExitMatch =
  | { readonly kind: "codes"; readonly from: number; readonly to: number }
  | { readonly kind: "signal"; readonly signal: number }
  | { readonly kind: "any-signal" }
  | { readonly kind: "rest" };

/** What `on_exit` says to do with an end. */
export type ExitAction =
  | { readonly kind: "restart"; readonly delay: Millis }
  | { readonly kind: "stop" }
  | { readonly kind: "fatal" }
  | { readonly kind: "shutdown"; readonly status: number };

export interface ExitRule {
  readonly match: ExitMatch;
  readonly action: ExitAction;
}

/** Growing waits between tries. `linear` is supervisord's 1 s, 2 s, 3 s …, uncapped and without jitter. */
export type BackoffPlan =
  | { readonly kind: "linear" }
  | {
    readonly kind: "exponential";
    readonly initial: Millis;
    readonly factor: number;
    readonly max: Millis;
    /** Share of the wait that is drawn by lot, 0..1: 0.2 gives 80 % to 120 %, never over `max`. */
    readonly jitter: number;
    /** Uptime after which earlier failures are forgotten. */
    readonly resetAfter: Millis;
  };

export interface RestartPlan {
  readonly autorestart: "always" | "unexpected" | "never";
  /** Expected exit codes. */
  readonly exitCodes: readonly number[];
  /** First match wins; consulted before everything else, from the first millisecond. */
  readonly onExit: readonly ExitRule[];
  readonly backoff: BackoffPlan;
  /**
   * supervisord: a death before `startSeconds` is a failed start, whatever its code (`true`, the INI default);
   * otherwise exit codes count from the first millisecond.
   */
  readonly earlyExitFails: boolean;
  readonly startSeconds: Millis;
  /** Failed starts allowed after the first, then FATAL. */
  readonly startRetries: number;
  /** Least wait before any automatic restart. */
  readonly restartDelay: Millis;
  /** More than `starts` automatic starts within `within` is FATAL; null: no such limit. */
  readonly startLimit: { readonly starts: number; readonly within: Millis } | null;
  /** Planned restart at this age; null: never. */
  readonly maxAge: { readonly age: Millis; readonly jitter: Millis } | null;
  /** Planned restart at these times; missing: never. */
  readonly restartAt?: { readonly expression: string; readonly timeZone: string | null };
}

export interface MemoryPlan {
  /** Resident memory of the process and all its descendants at which `action` is taken; null: no cap. */
  readonly cap: Bytes | null;
  readonly action: "restart" | "stop" | "kill" | { readonly signal: number };
  /** Enforced by the kernel: cgroup v2 where writable, else RLIMIT_AS. */
  readonly hardLimit: Bytes | null;
}

/** A signal and how long to wait after it. SIGKILL follows the last step, always. */
export interface StopStep {
  readonly signal: number;
  readonly wait: Millis;
}

export interface StopPlan {
  /** At least one step. */
  readonly steps: readonly StopStep[];
  /** Sent over Node's IPC channel in the place of the first stop signal; null: the signal is. */
  readonly message: string | null;
  /** Who gets the stop signals: the child, its process group, or it and every descendant. */
  readonly scope: "process" | "group" | "tree";
  /** Who gets supervisord's SIGKILL (`killasgroup`). Descendants are swept after it in any case. */
  readonly killScope: "process" | "group" | "tree";
  /** Descendants left by a child that ended by itself are killed before it is started again. */
  readonly sweepOnExit: boolean;
}

/** Where a stream goes. `file` also covers FIFOs and devices. */
export type LogDestination =
  | { readonly kind: "file"; readonly path: string }
  /** A file of the runner's own in `childLogDir`, removed at the next start. */
  | { readonly kind: "auto" }
  | { readonly kind: "none" }
  | { readonly kind: "stdout" }
  | { readonly kind: "stderr" };

export interface LogPlan {
  readonly destination: LogDestination;
  /** A copy of each line goes to syslog, too. */
  readonly syslog: boolean;
  /** Size at which the file is rotated; 0: never. */
  readonly maxBytes: Bytes;
  /** Numbered backups kept; 0: the file is started anew when full. */
  readonly backups: number;
  /** Backups older than this are removed; null: kept. */
  readonly maxAge: Millis | null;
  /** Rotated at local midnight, too. */
  readonly daily: boolean;
  /** Backups are gzipped. */
  readonly compress: boolean;
  /** Cap on the file and its backups together; null: none. */
  readonly totalMax: Bytes | null;
  readonly format: "raw" | "text" | "json";
  readonly stripAnsi: boolean;
  /** Shown on our own stdout, too, where there is such a copy. */
  readonly shown: boolean;
  /** Capture buffer of PROCESS_COMMUNICATION; 0: off. */
  readonly captureMaxBytes: Bytes;
  readonly eventsEnabled: boolean;
}

/** One process: everything the core and the shell need to know to run it. */
export interface ProcessPlan extends WorkPlan {
  /** `group:name`, unique in the plan. */
  readonly id: string;
  readonly group: string;
  readonly name: string;
  readonly program: string;
  /** supervisord's process_num. */
  readonly instance: number;
  readonly kind: "program" | "fcgi-program" | "eventlistener";
  readonly priority: number;
  readonly autostart: boolean;
  /** This program FATAL ends the runner. */
  readonly critical: boolean;
  /** Words of the command, unquoted; empty only together with `commandFault`. */
  readonly command: readonly string[];
  /** Why the command cannot be split, told at each try to start; null: it can. */
  readonly commandFault: string | null;
  readonly directory: string | null;
  /** Variables the manifest sets, runner-wide ones and `env_file` included; not the inherited ones. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names (globs) let through from the runner's own environment; null: all. */
  readonly inheritEnv: readonly string[] | null;
  readonly user: UserPlan | null;
  readonly umask: number | null;
  readonly nice: number | null;
  readonly oomScoreAdj: number | null;
  readonly rlimits: readonly RlimitPlan[];
  /** `pipe` stays open and silent, as supervisord's. */
  readonly stdin: "null" | "pipe";
  readonly restart: RestartPlan;
  readonly memory: MemoryPlan;
  readonly stop: StopPlan;
  readonly stdout: LogPlan;
  /** `"stdout"`: redirect_stderr, one pipe for both. */
  readonly stderr: LogPlan | "stdout";
  /** SUPERVISOR_SERVER_URL, with `AUTO` resolved to the first server; null: there is none, or it is not wanted. */
  readonly serverUrl: string | null;
  readonly fcgi: FcgiPlan | null;
  readonly listener: ListenerPlan | null;
}

/** Processes handled together. */
export interface GroupPlan {
  readonly name: string;
  readonly priority: number;
  /** Sorted by priority, then name as text. */
  readonly processes: readonly ProcessPlan[];
}

export type LogLevel = "critical" | "error" | "warn" | "info" | "debug" | "trace" | "blather";

/** Settings of the runner itself: `[supervisord]`, or `[runner]` in TOML. */
export interface RunnerPlan {
  readonly logfile: LogDestination | { readonly kind: "syslog" };
  readonly logfileMaxBytes: Bytes;
  readonly logfileBackups: number;
  readonly logLevel: LogLevel;
  /** The runner's own log as lines of text or of JSON. */
  readonly logFormat: "text" | "json";
  readonly pidfile: string | null;
  /** True when the manifest says `nodaemon=false` outright; the runner stays in front unless `-d`, and says so. */
  readonly wantsDaemon: boolean;
  /** It says `nodaemon=true` outright: under the name supervisord, too, the runner stays in front. */
  readonly nodaemon?: true;
  readonly silent: boolean;
  readonly umask: number | null;
  readonly directory: string | null;
  readonly user: UserPlan | null;
  readonly minfds: number;
  readonly minprocs: number;
  readonly childLogDir: string | null;
  readonly noCleanup: boolean;
  readonly identifier: string;
  readonly shutdownWhen: "never" | "all-exited" | "any-fatal";
  /** One deadline for the whole shutdown; null: decided at start (8 s as PID 1, else the longest stop). */
  readonly shutdownTimeout: Millis | null;
  /** Output of programs also on our stdout; null: when stdout is a terminal or we are PID 1. */
  readonly logStdout: boolean | null;
  /** Changes of the manifest are applied by themselves. */
  readonly watchManifest?: true;
}

/** The whole manifest, decided. */
export interface Plan {
  readonly file: string;
  readonly dialect: "ini" | "toml";
  readonly runner: RunnerPlan;
  /** Sorted by priority, then name. */
  readonly groups: readonly GroupPlan[];
  readonly servers: readonly ServerPlan[];
  readonly alerts: readonly AlertPlan[];
  /** Warnings: what is odd, ignored or not acted on. */
  readonly notices: readonly Problem[];
}
