// A pool on its way to another version of the runner: what that one knows more of gets the values it gives by itself.
import type { Plan, ProcessPlan } from "../manifest/plan.ts";
import { newPool, plansInOrder, type Pool } from "./pool.ts";
import { NO_COUNTS } from "./job_plan.ts";
import { newProcess, type Process } from "./process_state.ts";

/** The pool as this version would have made it. `fresh`: the manifest as this version reads it; null: it cannot. */
export function completePool(pool: Pool, fresh: Plan | null): Pool {
  const plans = new Map((fresh === null ? [] : plansInOrder(fresh)).map((plan) => [plan.id, plan]));
  const usual = plans.values().next().value;
  const done = new Map<ProcessPlan, ProcessPlan>();
  const complete = (plan: ProcessPlan): ProcessPlan => {
    const known = done.get(plan) ?? completed(plan, plans.get(plan.id) ?? usual);
    done.set(plan, known);
    return known;
  };
  const plan = completePlan(pool.plan, fresh, complete);
  const processes = [...pool.processes].map(([id, process]): [string, Process] => {
    const own = complete(process.plan);
    return [id, completed({ ...process, plan: own }, newProcess(own))];
  });
  const fates = [...pool.fates].map(([id, fate]) =>
    [id, fate.kind === "replace" ? { ...fate, plan: complete(fate.plan) } : fate] as const
  );
  const whole = { ...pool, plan, processes: new Map(processes), fates: new Map(fates) };
  const known = completed(whole, newPool(plan, pool.shutdownTimeout));
  const items = known.jobs.items.map((job) => completed(job, { ...job, counts: NO_COUNTS }));
  return { ...known, jobs: { ...known.jobs, items } };
}

function completePlan(
  plan: Plan,
  fresh: Plan | null,
  complete: (plan: ProcessPlan) => ProcessPlan,
): Plan {
  const groups = plan.groups.map((group) => ({
    ...completed(group, fresh?.groups.find(({ name }) => name === group.name) ?? fresh?.groups[0]),
    processes: group.processes.map(complete),
  }));
  return { ...completed(plan, fresh ?? undefined), groups };
}

/** Tables of names: what is missing in one is missing on purpose. */
const TABLES: readonly string[] = ["environment"];

/** What `value` lacks, it gets from `other`, and so do the objects in it. Nothing it has is changed. */
export function completed<T>(value: T, other: T | undefined): T {
  if (!isRecord(value) || !isRecord(other)) return value;
  const own = new Map<string, unknown>(Object.entries(value));
  const added: [string, unknown][] = [];
  for (const [key, theirs] of Object.entries(other)) {
    const ours = own.get(key);
    const isSettled = own.has(key) && (TABLES.includes(key) || isOtherKind(ours, theirs));
    const whole = own.has(key) && !isSettled ? completed<unknown>(ours, theirs) : theirs;
    if (!isSettled && (!own.has(key) || whole !== ours)) added.push([key, whole]);
  }
  return added.length === 0 ? value : { ...value, ...Object.fromEntries(added) };
}

/** Of a union only the same member has the same values. */
function isOtherKind(one: unknown, other: unknown): boolean {
  if (!isRecord(one) || !isRecord(other)) return false;
  const [ours, theirs] = [one, other].map((object) => {
    const { kind, name }: Partial<Record<string, unknown>> = { ...object };
    return [kind, name];
  });
  return ours?.[0] !== theirs?.[0] || ours?.[1] !== theirs?.[1];
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Map) && !(value instanceof Set) && !(value instanceof Uint8Array);
}
