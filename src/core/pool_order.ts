// Starting and stopping several processes in the order of their dependencies: what has to wait is noted in the pool.
import { dependentsIn, isFree, isThere } from "./dependencies.ts";
import type { Held, Pool } from "./pool.ts";
import { follow, type PoolStep, type Send, send, sendEach } from "./pool_step.ts";
import { isDown, type Process, type StopCause } from "./process_state.ts";
import type { Moment } from "./process_step.ts";

/** Which of the dependencies are started, too: all that are down, or those that have never been started. */
export type Pull = "all" | "new";

/** Starts processes as soon as what they depend on is where they want it. */
export function startInOrder(
  pool: Pool,
  { ids, pull }: { readonly ids: readonly string[]; readonly pull: Pull },
  moment: Moment,
): PoolStep {
  const all = [...needsOf(pool, ids, pull), ...ids];
  const later = all.filter((id) => hasDependencies(pool, id));
  if (later.length === 0) return sendEach(pool, all, { kind: "start" }, moment);
  const now = all.filter((id) => !hasDependencies(pool, id));
  return sendEach(withWaiting(pool, later), now, { kind: "start" }, moment);
}

/** Stops processes, each once those that depend on it and are to be stopped are down. */
export function stopInOrder(
  pool: Pool,
  { ids, cause }: { readonly ids: readonly string[]; readonly cause: StopCause },
  moment: Moment,
): PoolStep {
  const orders = ids.map((id) => ({ id, cause, after: "stay" } as const));
  return giveStops(withoutWaiting(pool, ids), orders, moment);
}

/** Stops processes in reverse order, and starts them again in order. */
export function restartInOrder(
  pool: Pool,
  { ids, cause, pull }: {
    readonly ids: readonly string[];
    readonly cause: StopCause;
    readonly pull: Pull;
  },
  moment: Moment,
): PoolStep {
  const batch = new Set(ids);
  const waits = ids.filter((id) => {
    const process = pool.processes.get(id);
    if (process === undefined || process.plan.dependsOn.length === 0) return false;
    const isTogether = process.plan.dependsOn.some((one) => one.ids.some((dep) => batch.has(dep)));
    return isTogether || !isFree(pool, process);
  });
  const later = new Set(waits);
  const orders = ids.map((id) => ({ id, cause, after: later.has(id) ? "stay" : "start" }) as const);
  const needs = needsOf(pool, ids, pull);
  const stopping = giveStops(withWaiting(withoutWaiting(pool, ids), waits), orders, moment);
  return follow(stopping, (next) => startInOrder(next, { ids: needs, pull }, moment));
}

/** What processes wait for is not wished for any more, and they themselves are not to be stopped either. */
export function letBe(pool: Pool, ids: readonly string[]): Pool {
  return withoutHeld(withoutWaiting(pool, ids), ids);
}

/** Those that were to be stopped in their turn go on. */
export function withoutHeld(pool: Pool, ids: readonly string[]): Pool {
  if (!ids.some((id) => pool.held.has(id))) return pool;
  const held = new Map(pool.held);
  for (const id of ids) held.delete(id);
  return { ...pool, held };
}

function hasDependencies(pool: Pool, id: string): boolean {
  return (pool.processes.get(id)?.plan.dependsOn.length ?? 0) > 0;
}

/** What has to be started first, all the way down; those that nothing has to be done for are left out. */
function needsOf(pool: Pool, ids: readonly string[], pull: Pull): readonly string[] {
  const seen = new Set(ids);
  const needs: string[] = [];
  const visit = (id: string): void => {
    for (const dependency of pool.processes.get(id)?.plan.dependsOn ?? []) {
      for (const target of dependency.ids) {
        if (seen.has(target)) continue;
        seen.add(target);
        const process = pool.processes.get(target);
        if (process === undefined || isThere(pool, target, dependency.until)) continue;
        if (!isPulled(pool, process, pull)) continue;
        visit(target);
        needs.push(target);
      }
    }
  };
  for (const id of ids) visit(id);
  return needs;
}

function isPulled(pool: Pool, process: Process, pull: Pull): boolean {
  const { id } = process.plan;
  if (pool.fates.has(id) || pool.waiting.has(id)) return false;
  if (pull === "new") return process.run === 0 && isDown(process);
  const { state } = process;
  return isDown(process) || (state.name === "STOPPING" && state.after === "stay");
}

function withWaiting(pool: Pool, ids: readonly string[]): Pool {
  if (ids.length === 0) return pool;
  const waiting = new Map(pool.waiting);
  for (const id of ids) if (!waiting.has(id)) waiting.set(id, null);
  return { ...pool, waiting };
}

function withoutWaiting(pool: Pool, ids: readonly string[]): Pool {
  if (!ids.some((id) => pool.waiting.has(id))) return pool;
  const waiting = new Map(pool.waiting);
  for (const id of ids) waiting.delete(id);
  return { ...pool, waiting };
}

type StopOrder = Omit<Held, "until"> & { readonly id: string };

function giveStops(pool: Pool, orders: readonly StopOrder[], moment: Moment): PoolStep {
  const dependents = dependentsIn(pool.processes.values());
  const batch = new Set(orders.map(({ id }) => id));
  const held = new Map(pool.held);
  const sends: Send[] = [];
  for (const { id, ...wish } of orders) {
    const process = pool.processes.get(id);
    const until = (dependents.get(id) ?? []).filter((one) => {
      const other = pool.processes.get(one);
      return other !== undefined && !isDown(other) && (batch.has(one) || isLeaving(pool, other));
    });
    if (process !== undefined && !isDown(process) && until.length > 0) {
      held.set(id, { ...wish, until });
      continue;
    }
    held.delete(id);
    sends.push({ id, event: { kind: "stop", ...wish } });
  }
  const isSame = held.size === 0 && pool.held.size === 0;
  return send(isSame ? pool : { ...pool, held }, sends, moment);
}

/** True for what goes down for good: one that comes back holds nobody up. */
function isLeaving(pool: Pool, { plan, state }: Process): boolean {
  return (state.name === "STOPPING" && state.after === "stay") || pool.held.has(plan.id);
}

/** True for what is being stopped, or will be in its turn. */
export function isGoing(pool: Pool, process: Process): boolean {
  return process.state.name === "STOPPING" || pool.held.has(process.plan.id);
}
