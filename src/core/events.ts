// The alphabet of the core: what happens to it, what it orders, and what it makes known.
import type { Exit } from "../base/exit.ts";
import type { Bytes, Millis, Plan, ProcessPlan } from "../manifest/plan.ts";
import type { After, StateName, StopCause } from "./process_state.ts";

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
  /** Graceful the first time, at once the second. */
  | { readonly kind: "shutdown"; readonly why: string };

export type PoolEvent =
  | { readonly kind: "boot" }
  | { readonly kind: "look" }
  | { readonly kind: "process"; readonly id: string; readonly event: ProcessEvent }
  /** Event listeners have nothing left to hear. */
  | { readonly kind: "heard-out" }
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
    readonly kind: "updated";
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly restarted: readonly string[];
    readonly adjusted: readonly string[];
    /** Names of groups that are new to the pool, and of those that leave it. */
    readonly groupsAdded: readonly string[];
    readonly groupsRemoved: readonly string[];
  }
  | { readonly kind: "reload"; readonly step: "begun" | "done" | "failed"; readonly detail: string }
  | { readonly kind: "shutdown"; readonly step: "graceful" | "forced"; readonly why: string }
  | { readonly kind: "waiting"; readonly ids: readonly string[] }
  | {
    readonly kind: "down";
    readonly status: number;
    /** Processes that did not stop by themselves. */
    readonly killed: readonly string[];
  };
