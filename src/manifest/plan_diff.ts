// What changes from one plan to the next, process by process.
import { needsChannel, needsNotify } from "./notify_need.ts";
import type { GroupPlan, Plan, ProcessPlan } from "./plan.ts";

/** A process that stays, and the names of its values that change. */
export interface ProcessChange {
  readonly id: string;
  readonly changed: readonly string[];
}

/** Every process of both plans is in exactly one of the first five lists. */
export interface PlanDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** A value that shapes the child changes: it must be started anew. */
  readonly restart: readonly string[];
  /** Only policy changes: the living child stays. */
  readonly adjust: readonly string[];
  readonly unchanged: readonly string[];
  /** What changes in those of `restart` and `adjust`. */
  readonly changes: readonly ProcessChange[];
  /** Values of the runner itself that change. */
  readonly runner: readonly string[];
}

// A child has these from its first instruction; everything else is looked at while it runs.
const SHAPING: readonly (keyof ProcessPlan)[] = [
  "program",
  "instance",
  "kind",
  "command",
  "commandFault",
  "directory",
  "environment",
  "inheritEnv",
  "user",
  "umask",
  "nice",
  "oomScoreAdj",
  "rlimits",
  "stdin",
  "serverUrl",
  "fcgi",
  "listener",
];

/** Compares two plans by the ids of their processes, in the order of the new plan. */
export function diffPlans(before: Plan, after: Plan): PlanDiff {
  const old = new Map(before.groups.flatMap(placed));
  const fresh = new Map(after.groups.flatMap(placed));
  const changes = [...fresh].flatMap(([id, process]) => {
    const earlier = old.get(id);
    return earlier === undefined ? [] : [{ id, ...compare(earlier, process) }];
  });
  return {
    added: [...fresh.keys()].filter((id) => !old.has(id)),
    removed: [...old.keys()].filter((id) => !fresh.has(id)),
    restart: changes.filter((change) => change.shaping).map(({ id }) => id),
    adjust: changes.filter(({ shaping, changed }) => !shaping && changed.length > 0)
      .map(({ id }) => id),
    unchanged: changes.filter((change) => change.changed.length === 0).map(({ id }) => id),
    changes: changes.filter((change) => change.changed.length > 0)
      .map(({ id, changed }) => ({ id, changed })),
    runner: changedKeys(before.runner, after.runner),
  };
}

interface Placed {
  readonly process: ProcessPlan;
  readonly groupPriority: number;
}

function placed(group: GroupPlan): [string, Placed][] {
  return group.processes.map((process) => [process.id, { process, groupPriority: group.priority }]);
}

interface Comparison {
  readonly changed: readonly string[];
  readonly shaping: boolean;
}

function compare(before: Placed, after: Placed): Comparison {
  const keys = changedKeys(before.process, after.process);
  const group = before.groupPriority === after.groupPriority ? [] : ["groupPriority"];
  return {
    changed: [...keys, ...group],
    shaping: keys.some((key) => isShaping(key, before, after)),
  };
}

function isShaping(key: string, before: Placed, after: Placed): boolean {
  if (SHAPING.some((shaping) => shaping === key)) return true;
  // One pipe for both streams, or two: that is laid at the start.
  if (key === "stderr") {
    return (before.process.stderr === "stdout") !== (after.process.stderr === "stdout");
  }
  // A program becomes a job, or a job a program.
  if (key === "schedule") {
    return (before.process.schedule === null) !== (after.process.schedule === null);
  }
  // A channel is there from the start or never; one that nobody needs any more does no harm.
  if (key === "ready" || key === "stop") {
    return needsChannel(after.process) && !needsChannel(before.process);
  }
  if (key === "liveness" || key === "recycle") return speaksElse(before.process, after.process);
  return key === "memory" && before.process.memory.hardLimit !== after.process.memory.hardLimit;
}

/** Where it may say how it is, and how often it has to, stands in its environment. */
function speaksElse(before: ProcessPlan, after: ProcessPlan): boolean {
  return needsNotify(before) !== needsNotify(after) ||
    before.liveness.watchdog !== after.liveness.watchdog;
}

/** The names of the values that differ. */
export function changedKeys(before: object, after: object): readonly string[] {
  const old = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after).filter(([key, value]) => !isEqual(old.get(key), value)).map((
    [key],
  ) => key);
}

/** Deep equality of plain data; the order of an object's keys does not matter. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return false;
  }
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const entries = Object.entries(one);
  const others = new Map<string, unknown>(Object.entries(other));
  return entries.length === others.size &&
    entries.every(([key, value]) => others.has(key) && isEqual(value, others.get(key)));
}
