// Applying a new plan: only what differs is touched.
import type { Plan, ProcessPlan } from "../manifest/plan.ts";
import { alertsThatDiffer } from "../manifest/alert_diff.ts";
import { diffPlans } from "../manifest/plan_diff.ts";
import type { Effect } from "./events.ts";
import { type Fate, plansInOrder, type Pool, startsAtBoot } from "./pool.ts";
import { startInOrder } from "./pool_order.ts";
import { follow, type PoolStep, type Send } from "./pool_step.ts";
import { isJob } from "./job_state.ts";
import { isDown, newProcess, type Process } from "./process_state.ts";
import { type Roles, roleSends, rolesOf, withRoles } from "./recycle_roles.ts";
import { type Moment, publish } from "./process_step.ts";
import { sendInOrder } from "./update_order.ts";

/** Takes over a new plan: adds, removes, replaces and adjusts processes. */
export function beginUpdate(pool: Pool, plan: Plan, moment: Moment): PoolStep {
  const diff = diffPlans(pool.plan, plan);
  const plans = new Map(plansInOrder(plan).map((item) => [item.id, item]));
  const fates = new Map(pool.fates);
  const roles = rolesOf(pool, plans);
  const sends: Send[] = [];
  for (const id of diff.removed) {
    fates.set(id, { kind: "leave" });
    sends.push({ id, event: { kind: "stop", cause: "update", after: "stay" } });
  }
  for (const id of diff.restart) {
    const [process, next] = [pool.processes.get(id), plans.get(id)];
    if (process === undefined || next === undefined) continue;
    const start = wantsStart(process, next, roles) || pool.waiting.has(id);
    fates.set(id, { kind: "replace", plan: next, start });
    // A run goes on to its end; the next one has the new values.
    if (isJob(process.plan) && isJob(next)) continue;
    sends.push({ id, event: { kind: "stop", cause: "update", after: "stay" } });
  }
  const adjusted = diff.adjust.filter((id) => !changeFate(fates, id, plans.get(id)));
  const merged = merge(pool, { plans, fresh: diff.added, adjusted });
  for (const id of diff.added) {
    fates.delete(id);
    if (isStarted(plans.get(id), roles)) sends.push({ id, event: { kind: "start" } });
  }
  sends.push(...roleSends(pool, { roles, plans }, (id) => fates.has(id)));
  const facts: Effect[] = adjusted.flatMap((id) => adjustEffect(id, plans.get(id)));
  facts.push(publish({
    kind: "updated",
    added: diff.added,
    removed: diff.removed,
    restarted: diff.restart,
    adjusted: diff.adjust,
    groupsAdded: groupsOnlyIn(plan, pool.plan),
    groupsRemoved: groupsOnlyIn(pool.plan, plan),
    alerts: alertsThatDiffer(pool.plan.alerts, plan.alerts),
  }));
  const jobs = { ...pool.jobs, isStale: true };
  const next: Pool = { ...pool, plan, processes: withRoles(merged, roles), fates, jobs };
  return follow({ pool: next, effects: facts }, (after) => sendInOrder(after, sends, moment));
}

function groupsOnlyIn(plan: Plan, other: Plan): readonly string[] {
  const known = new Set(other.groups.map(({ name }) => name));
  return plan.groups.map(({ name }) => name).filter((name) => !known.has(name));
}

/** A process that waits for a new plan gets the newest one. False: it does not wait. */
function changeFate(
  fates: Map<string, Fate>,
  id: string,
  plan: ProcessPlan | undefined,
): boolean {
  const fate = fates.get(id);
  if (fate?.kind !== "replace" || plan === undefined) return false;
  fates.set(id, { ...fate, plan });
  return true;
}

/** Says whether processes that wait for a new plan shall be started with it. */
export function wishFates(pool: Pool, ids: readonly string[], start: boolean): Pool {
  if (pool.fates.size === 0) return pool;
  const fates = new Map(pool.fates);
  for (const id of ids) {
    const fate = fates.get(id);
    if (fate?.kind === "replace") fates.set(id, { ...fate, start });
  }
  return { ...pool, fates };
}

interface Merge {
  readonly plans: ReadonlyMap<string, ProcessPlan>;
  readonly fresh: readonly string[];
  readonly adjusted: readonly string[];
}

/** The processes in the order of the new plan; those on their way out come last. */
function merge(pool: Pool, { plans, fresh, adjusted }: Merge): ReadonlyMap<string, Process> {
  const merged = new Map<string, Process>();
  for (const [id, plan] of plans) {
    const old = pool.processes.get(id);
    if (old === undefined) {
      merged.set(id, newProcess(plan));
      continue;
    }
    // A process that was leaving and is wanted again is replaced once it is down.
    merged.set(id, adjusted.includes(id) || fresh.includes(id) ? { ...old, plan } : old);
  }
  for (const [id, process] of pool.processes) if (!merged.has(id)) merged.set(id, process);
  return merged;
}

function adjustEffect(id: string, plan: ProcessPlan | undefined): Effect[] {
  return plan === undefined ? [] : [{ kind: "adjust", id, plan }];
}

function isStarted(plan: ProcessPlan | undefined, roles: Roles): boolean {
  if (plan === undefined || roles.get(plan.id) === true) return false;
  // A new one may serve where the one that stands by stays in its role.
  return startsAtBoot(plan) || (plan.recycle.isSpare && plan.autostart);
}

// supervisord adds a changed group anew, so that autostart starts it; one that was up is started in any case.
function wantsStart(process: Process, plan: ProcessPlan, roles: Roles): boolean {
  return roles.get(plan.id) !== true &&
    (isStarted(plan, roles) || (!isDown(process) && !isJob(plan)));
}

/** Gives processes that are down what has been waiting for them. */
export function settleFates(pool: Pool, moment: Moment): PoolStep {
  if (pool.fates.size === 0) return { pool, effects: [] };
  const fates = new Map(pool.fates);
  const processes = new Map(pool.processes);
  const effects: Effect[] = [];
  const starts: string[] = [];
  for (const [id, fate] of pool.fates) {
    const process = processes.get(id);
    if (process !== undefined && !isDown(process)) continue;
    fates.delete(id);
    if (process === undefined) continue;
    settle(process, fate, processes, effects);
    if (fate.kind === "replace" && fate.start && pool.phase.name === "UP") starts.push(id);
  }
  const settled: PoolStep = { pool: { ...pool, fates, processes }, effects };
  return follow(settled, (next) => startInOrder(next, { ids: starts, pull: "new" }, moment));
}

function settle(
  process: Process,
  fate: Fate,
  processes: Map<string, Process>,
  effects: Effect[],
): void {
  const { id } = process.plan;
  if (fate.kind === "leave") {
    processes.delete(id);
    effects.push({ kind: "forget", id });
    return;
  }
  // Counters of the old program say nothing about the new one; the run number goes on.
  const fresh = newProcess(fate.plan);
  processes.set(id, {
    ...fresh,
    run: process.run,
    lastEnd: process.lastEnd,
    lastStart: process.lastStart,
    standsBy: process.standsBy,
    pausedUntil: process.pausedUntil,
  });
  effects.push({ kind: "adjust", id, plan: fate.plan });
}
