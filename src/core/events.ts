// The alphabet of the core: what happens to it, what it orders, and what it makes known.
import type { Exit } from "../base/exit.ts";
import type { Bytes, Millis, Plan, ProcessPlan } from "../manifest/plan.ts";
import type { HookName } from "../manifest/plan_work.ts";
import type { JobFact } from "./job_fact.ts";
import type { After, StateName, StopCause, UnwellCause } from "./process_state.ts";

/** Input of one process. Answers of the host carry the run they belong to; those of an older run are dropped. */
export type ProcessEvent =
  | { readonly kind: "start" }
  | { readonly kind: "stop"; readonly cause: StopCause; readonly after: After }
  /** SIGKILL now, to everything. */
  | { readonly kind: "kill"; readonly cause: StopCause }
  /** An operator's signal, to the child alone (supervisord 4.2: never the group). */
  | { readonly kind: "signal"; readonly signal: number }
  | { readonly kind: "spawned"; readonly run: number; readonly pid: number }
  | { readonly kind: "spawn-failed"; readonly run: number; readonly reason: string }
  | {
    readonly kind: "exited";
    readonly run: number;
    readonly exit: Exit;
    /** Why the child never became the program; null: it did. */
    readonly launchFault: string | null;
  }
  /** The tree was measured over its cap. */
  | { readonly kind: "over-cap"; readonly run: number; readonly bytes: Bytes }
  /** It has said, or shown, that it serves. */
  | { readonly kind: "ready"; readonly run: number }
  /** It is up and of no use. `well`: how long it had been up when it last was of use. */
  | {
    readonly kind: "unwell";
    readonly run: number;
    readonly cause: UnwellCause;
    readonly detail: string;
    readonly well: Millis;
  }
  /** It asks for so much more time from now on, to become ready or to stop. */
  | { readonly kind: "extend"; readonly run: number; readonly wait: Millis }
  /** So many jobs have been done since it last told. */
  | { readonly kind: "jobs"; readonly run: number; readonly count: number }
  /** A hook that a stop waits for has ended. */
  | { readonly kind: "hook-done"; readonly run: number }
  /** The order to start was taken back before there was a child. */
  | { readonly kind: "unspawned"; readonly run: number }
  /** Time has passed. */
  | { readonly kind: "look" };

/** What an operator asks of the pool. Ids are those of processes. */
export type Command =
  | { readonly kind: "start"; readonly ids: readonly string[] }
  | { readonly kind: "stop"; readonly ids: readonly string[] }
  | { readonly kind: "restart"; readonly ids: readonly string[] }
  | { readonly kind: "kill"; readonly ids: readonly string[] }
  | { readonly kind: "signal"; readonly ids: readonly string[]; readonly signal: number }
  /** One process after another, or `atOnce` together; each new one RUNNING before the next old one stops. */
  | { readonly kind: "reload"; readonly ids: readonly string[]; readonly atOnce: number }
  | { readonly kind: "update"; readonly plan: Plan }
  /** Holds the schedules of their programs, or lets go of them. */
  | { readonly kind: "pause" | "resume"; readonly ids: readonly string[] }
  /** Graceful the first time, at once the second. */
  | { readonly kind: "shutdown"; readonly why: string };

export type PoolEvent =
  | { readonly kind: "boot" }
  | { readonly kind: "look" }
  | { readonly kind: "process"; readonly id: string; readonly event: ProcessEvent }
  /** Event listeners have nothing left to hear. */
  | { readonly kind: "heard-out" }
  /** Files that these processes watch have changed: one by its name, and how many more. */
  | {
    readonly kind: "changed";
    readonly ids: readonly string[];
    readonly file: string;
    readonly more: number;
  }
  | { readonly kind: "command"; readonly command: Command };

/** What the shell shall do. */
export type Effect =
  | {
    readonly kind: "spawn";
    readonly id: string;
    readonly run: number;
    readonly plan: ProcessPlan;
  }
  | {
    readonly kind: "signal";
    readonly id: string;
    readonly pid: number;
    readonly signal: number;
    readonly scope: "process" | "group" | "tree";
  }
  /** Said over the channel of Node, or this signal where nobody hears it. */
  | {
    readonly kind: "message";
    readonly id: string;
    readonly run: number;
    readonly text: string;
    readonly instead: Extract<Effect, { kind: "signal" }>;
  }
  /** Do not start what waits for a hook. */
  | { readonly kind: "unspawn"; readonly id: string; readonly run: number }
  /** Run a hook; that of pre_stop is answered by "hook-done". */
  | {
    readonly kind: "hook";
    readonly id: string;
    readonly run: number;
    readonly hook: HookName;
    readonly plan: ProcessPlan;
    readonly environment: Readonly<Record<string, string>>;
  }
  /** Kill whatever the child left behind. */
  | { readonly kind: "sweep"; readonly id: string; readonly run: number; readonly pid: number }
  /** The process is no longer in the plan. */
  | { readonly kind: "forget"; readonly id: string }
  /** The process has new values; its child, if any, lives on. */
  | { readonly kind: "adjust"; readonly id: string; readonly plan: ProcessPlan }
  | { readonly kind: "publish"; readonly fact: Fact }
  /** The pool is down: leave with this status. */
  | { readonly kind: "finish"; readonly status: number };

/** What happened, published to the log, the event stream and listeners. */
export type Fact =
  | {
    readonly kind: "state";
    readonly id: string;
    readonly from: StateName;
    readonly to: StateName;
    readonly pid: number | null;
    readonly run: number;
    /** Only meaningful for BACKOFF and STARTING: supervisord's `tries`. */
    readonly tries: number;
    /** Only meaningful for EXITED. */
    readonly expected: boolean;
  }
  | { readonly kind: "spawned"; readonly id: string; readonly pid: number; readonly run: number }
  | { readonly kind: "spawn-error"; readonly id: string; readonly reason: string }
  | { readonly kind: "running"; readonly id: string; readonly startSeconds: Millis }
  | {
    readonly kind: "exited";
    readonly id: string;
    readonly exit: Exit;
    readonly expected: boolean;
    readonly uptime: Millis;
    /** Wait before the next start; null: none is due. */
    readonly restartIn: Millis | null;
  }
  | { readonly kind: "gave-up"; readonly id: string; readonly reason: string }
  | {
    readonly kind: "stopping";
    readonly id: string;
    readonly cause: StopCause;
    readonly signal: number;
    /** Said first, in the place of the signal; missing: nothing is. */
    readonly message?: string;
  }
  | { readonly kind: "killing"; readonly id: string; readonly pid: number }
  | { readonly kind: "stopped"; readonly id: string; readonly exit: Exit; readonly killed: boolean }
  | {
    readonly kind: "over-cap";
    readonly id: string;
    readonly bytes: Bytes;
    readonly cap: Bytes;
    readonly action: string;
  }
  | { readonly kind: "max-age"; readonly id: string; readonly age: Millis }
  | {
    readonly kind: "hook";
    readonly id: string;
    /** `pre_start`. */
    readonly hook: string;
    readonly outcome: "done" | "failed" | "ignored";
    /** Why it has failed. */
    readonly detail: string;
    /** What it said last: for our own log only, it may hold what nobody else shall see. */
    readonly said: string;
  }
  /** How the message of an alert fared; restored: the first one after others had failed. */
  | {
    readonly kind: "alert";
    readonly alert: string;
    readonly outcome: "sent" | "failed" | "lost" | "restored";
    /** Events it tells of. */
    readonly count: number;
    readonly detail: string;
  }
  | { readonly kind: "max-jobs"; readonly id: string; readonly jobs: number }
  /** Processes are due for a restart because of a file that they watch, and of so many more. */
  | {
    readonly kind: "changed";
    readonly ids: readonly string[];
    readonly file: string;
    readonly more: number;
  }
  /** A spare is called to take over from `id`, has done so, or did not come up. */
  | {
    readonly kind: "spare";
    readonly id: string;
    readonly spare: string;
    readonly step: "called" | "took-over" | "failed";
    readonly cause: StopCause;
  }
  /** `after`: how long it took from the start. */
  | { readonly kind: "ready"; readonly id: string; readonly run: number; readonly after: Millis }
  | {
    readonly kind: "unwell";
    readonly id: string;
    readonly run: number;
    readonly cause: UnwellCause;
    readonly detail: string;
  }
  | {
    readonly kind: "updated";
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly restarted: readonly string[];
    readonly adjusted: readonly string[];
    /** Names of groups that are new to the pool, and of those that leave it. */
    readonly groupsAdded: readonly string[];
    readonly groupsRemoved: readonly string[];
    /** Names of alerts that are new, that are gone or that differ. */
    readonly alerts: readonly string[];
  }
  | { readonly kind: "reload"; readonly step: "begun" | "done" | "failed"; readonly detail: string }
  | { readonly kind: "shutdown"; readonly step: "graceful" | "forced"; readonly why: string }
  | JobFact
  | { readonly kind: "waiting"; readonly ids: readonly string[] }
  /** A process is not started before others are where it wants them. */
  | {
    readonly kind: "waiting-for";
    readonly id: string;
    /** `redis: ready`. */
    readonly texts: readonly string[];
    /** They do not come by themselves. */
    readonly inVain: boolean;
  }
  | {
    readonly kind: "down";
    readonly status: number;
    /** Processes that did not stop by themselves. */
    readonly killed: readonly string[];
  };
