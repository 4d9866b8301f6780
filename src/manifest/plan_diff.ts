// What differs between two plans, process by process, and whether a living child must go for it.
import type { Plan, ProcessPlan } from "./plan.ts";

export interface PlanDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Something that shapes the child has changed: it must be replaced. */
  readonly restart: readonly string[];
  /** Only policy has changed: it is applied to the living process. */
  readonly adjust: readonly string[];
  readonly unchanged: readonly string[];
}

/** Compares two plans by process id. The diff of a plan with itself is empty but for `unchanged`. */
export function diffPlans(before: Plan, after: Plan): PlanDiff {
  const old = byId(before);
  const fresh = byId(after);
  const kept = [...fresh.values()].filter((plan) => old.has(plan.id));
  const verdict = (plan: ProcessPlan): Verdict => compare(old.get(plan.id), plan);
  const idsOf = (wanted: Verdict) => kept.filter((plan) => verdict(plan) === wanted).map(idOf);
  return {
    added: [...fresh.keys()].filter((id) => !old.has(id)),
    removed: [...old.keys()].filter((id) => !fresh.has(id)),
    restart: idsOf("restart"),
    adjust: idsOf("adjust"),
    unchanged: idsOf("unchanged"),
  };
}

type Verdict = "restart" | "adjust" | "unchanged";

function compare(before: ProcessPlan | undefined, after: ProcessPlan): Verdict {
  if (before === undefined || !isSame(before, after)) {
    return before !== undefined && isSame(shapeOf(before), shapeOf(after)) ? "adjust" : "restart";
  }
  return "unchanged";
}

/** What a child is made of: everything but the policies and limits that apply to it from outside. */
function shapeOf(plan: ProcessPlan): unknown {
  const { restart: _, stop: __, priority: ___, autostart: ____, critical: _____, ...rest } = plan;
  return {
    ...rest,
    memory: plan.memory.hardLimit,
    stdout: plan.stdout.destination,
    stderr: plan.stderr === "stdout" ? plan.stderr : plan.stderr.destination,
  };
}

// Plans are plain data built by one function, so their keys always come in the same order.
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function byId(plan: Plan): ReadonlyMap<string, ProcessPlan> {
  return new Map(plan.groups.flatMap((group) => group.processes).map((item) => [item.id, item]));
}

function idOf(plan: ProcessPlan): string {
  return plan.id;
}
