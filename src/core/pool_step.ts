// What a step of the pool machine is made of: events to processes, and chaining.
import type { Effect, ProcessEvent } from "./events.ts";
import type { Pool } from "./pool.ts";
import { stepProcess } from "./process_machine.ts";
import type { Moment } from "./process_step.ts";

export interface PoolStep {
  readonly pool: Pool;
  readonly effects: readonly Effect[];
}

/** An event for one process. */
export interface Send {
  readonly id: string;
  readonly event: ProcessEvent;
}

/** Gives each event to its process, in turn. An unknown id is an answer that came too late. */
export function send(pool: Pool, sends: readonly Send[], moment: Moment): PoolStep {
  const effects: Effect[] = [];
  // Copied at most once: a thousand processes are started in one step.
  let copy: Map<string, ReturnType<typeof stepProcess>["process"]> | null = null;
  let endWish = pool.endWish;
  const killed: string[] = [];
  const due: string[] = [];
  for (const { id, event } of sends) {
    const process = (copy ?? pool.processes).get(id);
    if (process === undefined) continue;
    const step = stepProcess(process, event, moment);
    effects.push(...step.effects);
    if (step.effects.some(isKilling)) killed.push(id);
    if (step.process.due !== process.due && step.process.due !== null) due.push(id);
    if (step.process !== process) copy = (copy ?? new Map(pool.processes)).set(id, step.process);
    if (step.shutdown !== undefined && endWish === null) {
      endWish = { status: step.shutdown, why: `${id} ended, and on_exit says shutdown` };
    }
  }
  if (copy === null && endWish === pool.endWish) return { pool, effects };
  const waiting = due.length === 0 ? pool.due : [...new Set([...pool.due, ...due])];
  const next: Pool = { ...pool, processes: copy ?? pool.processes, due: waiting, endWish };
  if (pool.phase.name !== "STOPPING" || killed.length === 0) return { pool: next, effects };
  return { pool: { ...next, killed: [...new Set([...pool.killed, ...killed])] }, effects };
}

function isKilling(effect: Effect): boolean {
  return effect.kind === "publish" && effect.fact.kind === "killing";
}

/** The same event for each of `ids`. */
export function sendEach(
  pool: Pool,
  ids: Iterable<string>,
  event: ProcessEvent,
  moment: Moment,
): PoolStep {
  return send(pool, Array.from(ids, (id) => ({ id, event })), moment);
}

/** One step and the next as one. */
export function follow(step: PoolStep, next: (pool: Pool) => PoolStep): PoolStep {
  const after = next(step.pool);
  if (after.effects.length === 0) return { pool: after.pool, effects: step.effects };
  return { pool: after.pool, effects: [...step.effects, ...after.effects] };
}
