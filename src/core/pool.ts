// The pool: every process of the plan with its state, and what the whole is about.
import type { Millis, Plan, ProcessPlan } from "../manifest/plan.ts";
import { isDown, newProcess, type Process, wakeAt } from "./process_state.ts";

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

/** What becomes of a process once it is down: it gets a new plan, or leaves the pool. */
export type Fate =
  | { readonly kind: "replace"; readonly plan: ProcessPlan; readonly start: boolean }
  | { readonly kind: "leave" };

export interface Pool {
  readonly plan: Plan;
  /** In start order: group priority, process priority, name. */
  readonly processes: ReadonlyMap<string, Process>;
  readonly fates: ReadonlyMap<string, Fate>;
  readonly phase: Phase;
  readonly rolling: Rolling | null;
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
  return plan.autostart;
}

/** When the pool wants to be looked at next; Infinity: never. */
export function poolWakeAt(pool: Pool): Millis {
  let earliest = Infinity;
  for (const process of pool.processes.values()) earliest = Math.min(earliest, wakeAt(process));
  const phase = pool.phase;
  if (phase.name !== "STOPPING" || phase.forced) return earliest;
  const next = hasLowerStage(pool, phase.stage) ? phase.hurryAt : phase.deadline;
  return Math.min(earliest, next, phase.listenersAt ?? Infinity);
}

/** True when some group below `stage` still has something to stop. */
export function hasLowerStage(pool: Pool, stage: number): boolean {
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
