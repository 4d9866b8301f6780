// Planned replacement: one process of a program at a time, or its spare first.
import type { PoolEvent } from "./events.ts";
import type { Pool } from "./pool.ts";
import { follow, type PoolStep, type Send, send } from "./pool_step.ts";
import type { Process } from "./process_state.ts";
import { dueForChange, isAlive } from "./recycle_due.ts";
import { beginSwap, forgetFailures, membersOf, spareOf, stepSwaps } from "./recycle_swap.ts";
import { type Moment, publish } from "./process_step.ts";

/** Goes on as far as it can at this moment. */
export function stepRecycle(pool: Pool, moment: Moment): PoolStep {
  if (pool.due.length === 0 && pool.swaps.length === 0) return { pool, effects: [] };
  if (pool.phase.name !== "UP") return { pool: { ...pool, due: [], swaps: [] }, effects: [] };
  const swapped = stepSwaps(pool, moment);
  return follow(swapped, (next) => stepDue(next, moment));
}

/** Files that some processes are made of have changed. */
export function takeChange(
  pool: Pool,
  change: Extract<PoolEvent, { kind: "changed" }>,
  moment: Moment,
): PoolStep {
  const { ids, file, more } = change;
  const retried = forgetFailures(pool, ids);
  const processes = new Map(retried.processes);
  const due: string[] = [];
  for (const id of ids) {
    const process = processes.get(id);
    if (process === undefined) continue;
    const next = dueForChange(process, moment).process;
    if (next === process) continue;
    processes.set(id, next);
    due.push(id);
  }
  if (due.length === 0) return { pool, effects: [] };
  const waiting = [...new Set([...pool.due, ...due])];
  const fact = publish({ kind: "changed", ids: due, file, more });
  return { pool: { ...retried, processes, due: waiting }, effects: [fact] };
}

function stepDue(pool: Pool, moment: Moment): PoolStep {
  const due = pool.due.flatMap((id) => pool.processes.get(id) ?? [])
    .filter((process) => isWaiting(pool, process));
  const pruned: Pool = { ...pool, due: due.map(({ plan }) => plan.id) };
  const programs = Map.groupBy(due, ({ plan }) => `${plan.group}:${plan.program}`);
  let step: PoolStep = { pool: pruned, effects: [] };
  for (const waiting of programs.values()) {
    step = follow(step, (next) => stepProgram(next, waiting, moment));
  }
  return step;
}

/** True when there is something to replace: a child, or with new files one that may do better. */
function isWaiting(pool: Pool, process: Process): boolean {
  const { due, state, plan } = process;
  if (due === null || pool.fates.has(plan.id)) return false;
  if (isAlive(process)) return true;
  if (due.cause !== "watch") return false;
  return state.name === "BACKOFF" || state.name === "EXITED" || state.name === "FATAL";
}

function stepProgram(pool: Pool, waiting: readonly Process[], moment: Moment): PoolStep {
  const now = moment.now.mono;
  // Nobody misses one that does not serve yet; and one that is far over its cap is a danger to all.
  const atOnce = waiting.filter(({ due, state }) =>
    state.name !== "RUNNING" || (due !== null && now >= due.until)
  );
  const gone = send(pool, atOnce.map(replace), moment);
  const next = waiting.find((process) => !atOnce.includes(process));
  if (next === undefined) return gone;
  return follow(gone, (after) => replaceNext(after, next, moment));
}

/** One that serves is replaced when all the others of its program do. */
function replaceNext(pool: Pool, process: Process, moment: Moment): PoolStep {
  const members = membersOf(pool, process);
  const wait: PoolStep = { pool, effects: [] };
  if (isBusy(pool, members)) return wait;
  const spare = spareOf(pool, members);
  if (spare === "busy") return wait;
  if (spare !== null) {
    return beginSwap(pool, { old: process, spare, cause: process.due?.cause ?? "reload" }, moment);
  }
  const others = members.filter((item) => item !== process);
  return others.some((item) => isMissing(pool, item))
    ? wait
    : send(pool, [replace(process)], moment);
}

/** True while something is being replaced in the program already. */
function isBusy(pool: Pool, members: readonly Process[]): boolean {
  const ids = new Set(members.map(({ plan }) => plan.id));
  if (pool.swaps.some(({ old }) => ids.has(old))) return true;
  const { rolling } = pool;
  // What is reloaded anyway need not be replaced as well.
  return rolling !== null &&
    (rolling.current.some(({ id }) => ids.has(id)) || rolling.queue.some((id) => ids.has(id)));
}

/** True for one that should serve and does not: it comes back, or it has failed and the others stand in for it. */
export function isMissing(pool: Pool, process: Process): boolean {
  const { state, standsBy, plan } = process;
  if (standsBy) return false;
  if (pool.fates.get(plan.id)?.kind === "replace") return true;
  switch (state.name) {
    case "STARTING":
    case "BACKOFF":
    case "FATAL":
      return true;
    case "STOPPING":
      return state.after !== "stay";
    case "RUNNING":
    case "STOPPED":
    case "EXITED":
      return false;
  }
}

function replace(process: Process): Send {
  const { plan, due } = process;
  const cause = due?.cause ?? "reload";
  // One that is down is started without ado, and what it has failed at before is not held against it.
  if (!isAlive(process)) return { id: plan.id, event: { kind: "start" } };
  return { id: plan.id, event: { kind: "stop", cause, after: "start" } };
}
