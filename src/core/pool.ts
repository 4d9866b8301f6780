// The pool: every process of the plan with its state, and what the whole is about.
import type { Millis, Plan, ProcessPlan } from "../manifest/plan.ts";
import { type Jobs, newJobs } from "./job_state.ts";
import { isDown, newProcess, type Process, type StopCause, wakeAt } from "./process_state.ts";

/** What the pool as a whole is doing. */
export type Phase =
  | { readonly name: "UP" }
  | {
    readonly name: "STOPPING";
    /** Status to end with. */
    readonly status: number;
    /** When everything that is left is killed. */
    readonly deadline: Millis;
    /** When groups of lower priority are stopped too, whether or not the higher ones are down. */
    readonly hurryAt: Millis;
    /** Groups of this priority or higher have been told to stop. */
    readonly stage: number;
    /** Until when event listeners, which are next, may hear how the others ended; null: nobody waits for that. */
    readonly listenersAt: Millis | null;
    /** Who depends on a process, by its id: it is told to stop when they are down. */
    readonly holds: ReadonlyMap<string, readonly string[]>;
    readonly forced: boolean;
  }
  | { readonly name: "DOWN"; readonly status: number };

/** A rolling restart under way. */
export interface Rolling {
  readonly queue: readonly string[];
  /** The processes being replaced, and the runs they had before. */
  readonly current: readonly { readonly id: string; readonly oldRun: number }[];
  /** How many are replaced at a time. */
  readonly atOnce: number;
  readonly done: number;
}

/** A spare that takes over from another process of its program. */
export interface Swap {
  readonly old: string;
  /** Run it had when the spare was called. */
  readonly oldRun: number;
  /** The spare. */
  readonly fresh: string;
  readonly freshRun: number;
  readonly cause: StopCause;
  /** The spare did not come up: the old one stays. */
  readonly hasFailed: boolean;
}

/** What becomes of a process once it is down: it gets a new plan, or leaves the pool. */
export type Fate =
  | { readonly kind: "replace"; readonly plan: ProcessPlan; readonly start: boolean }
  | { readonly kind: "leave" };

/** A process that is to be stopped once others are down. */
export interface Held {
  readonly cause: StopCause;
  readonly after: "stay" | "start";
  /** Those that depend on it. */
  readonly until: readonly string[];
}

/** What has been seen of the targets of `restart_with` when a process was started. */
export interface Base {
  /** Of the process itself. */
  readonly run: number;
  /** Of the targets. */
  readonly runs: ReadonlyMap<string, number>;
}

export interface Pool {
  readonly plan: Plan;
  /** In start order: group priority, process priority, name. */
  readonly processes: ReadonlyMap<string, Process>;
  readonly fates: ReadonlyMap<string, Fate>;
  readonly phase: Phase;
  readonly rolling: Rolling | null;
  /**
   * Processes that are started once those they depend on are where they want them, and what has been said of
   * waiting in vain; null: nothing has been said yet.
   */
  readonly waiting: ReadonlyMap<string, string | null>;
  readonly held: ReadonlyMap<string, Held>;
  /** By the process that is restarted with others. */
  readonly bases: ReadonlyMap<string, Base>;
  /** When somebody who has come up again has been up for long enough; Infinity: nobody waits for that. */
  readonly dependsAt: Millis;
  /** Processes that wait for a planned replacement, in the order in which they came to it. */
  readonly due: readonly string[];
  /** Spares that are taking over. */
  readonly swaps: readonly Swap[];
  /** Programs that have a schedule. */
  readonly jobs: Jobs;
  /** An end that a rule of `on_exit` asks for, not begun yet. */
  readonly endWish: { readonly status: number; readonly why: string } | null;
  /** Processes that had to be killed during the shutdown. */
  readonly killed: readonly string[];
  /** Default of `shutdown_timeout`, decided by the shell (a container's is shorter). */
  readonly shutdownTimeout: Millis;
}

/** A pool in which nothing has been started. */
export function newPool(plan: Plan, shutdownTimeout: Millis): Pool {
  return {
    plan,
    processes: new Map(plansInOrder(plan).map((item) => [item.id, newProcess(item)])),
    fates: new Map(),
    phase: { name: "UP" },
    rolling: null,
    waiting: new Map(),
    held: new Map(),
    bases: new Map(),
    dependsAt: Infinity,
    due: [],
    swaps: [],
    jobs: newJobs(),
    endWish: null,
    killed: [],
    shutdownTimeout,
  };
}

/** All processes of a plan in start order. */
export function plansInOrder(plan: Plan): readonly ProcessPlan[] {
  return plan.groups.flatMap((group) => group.processes);
}

/** True for what is started at boot. */
export function startsAtBoot(plan: ProcessPlan): boolean {
  return plan.autostart && !plan.recycle.isSpare;
}

/** True for one that is to be up since the boot: roles of a program with a spare rotate. */
export function servesFromBoot({ plan, standsBy }: Process): boolean {
  return !standsBy && (startsAtBoot(plan) || (plan.recycle.isSpare && plan.autostart));
}

/** When the pool wants to be looked at next; Infinity: never. */
export function poolWakeAt(pool: Pool): Millis {
  let earliest = pool.jobs.wakeAt;
  for (const process of pool.processes.values()) earliest = Math.min(earliest, wakeAt(process));
  const phase = pool.phase;
  if (phase.name === "UP") return Math.min(earliest, dueAt(pool), pool.dependsAt);
  if (phase.name !== "STOPPING" || phase.forced) return earliest;
  const hasMore = hasLowerStage(pool, phase.stage) || (phase.holds.size > 0 && hasUntold(pool));
  const next = hasMore ? phase.hurryAt : phase.deadline;
  return Math.min(earliest, next, phase.listenersAt ?? Infinity);
}

/** When the first process that waits for a replacement waits no longer. */
function dueAt(pool: Pool): Millis {
  let earliest = Infinity;
  for (const id of pool.due) {
    const process = pool.processes.get(id);
    const isUp = process?.state.name === "RUNNING" || process?.state.name === "STARTING";
    if (isUp) earliest = Math.min(earliest, process.due?.until ?? Infinity);
  }
  return earliest;
}

function hasUntold(pool: Pool): boolean {
  for (const process of pool.processes.values()) if (isUntold(process)) return true;
  return false;
}

/** True for a process that is up and not on its way down for good. */
export function isUntold(process: Process): boolean {
  const { state } = process;
  return !isDown(process) && !(state.name === "STOPPING" && state.after === "stay");
}

/** True when some group below `stage` still has something to stop. */
function hasLowerStage(pool: Pool, stage: number): boolean {
  return nextStage(pool, stage) !== null;
}

/** Highest group priority below `stage` that still has something up; null: none. */
export function nextStage(pool: Pool, stage: number): number | null {
  let next: number | null = null;
  for (const process of pool.processes.values()) {
    if (isDown(process)) continue;
    const priority = groupPriority(pool, process);
    if (priority < stage && (next === null || priority > next)) next = priority;
  }
  return next;
}

/** Priority of the group a process belongs to. */
export function groupPriority(pool: Pool, process: Process): number {
  const group = pool.plan.groups.find((item) => item.name === process.plan.group);
  // A process on its way out of the plan has no group any more: its own priority serves.
  return group?.priority ?? process.plan.priority;
}
