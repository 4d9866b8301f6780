// How much longer an order takes because processes wait for each other: what their plans allow, all the way down.
import type { Pool } from "../../core/pool.ts";
import type { Process } from "../../core/process_state.ts";
import { isThere } from "../../core/dependencies.ts";
import type { Millis } from "../../manifest/plan.ts";
import { stopTime } from "./verdict.ts";

/** Time on top of what each of these may take by itself; Infinity where a oneshot has to end first. */
export function orderTime(pool: Pool, ids: readonly string[]): Millis {
  if (pool.waiting.size === 0 && pool.held.size === 0 && !ids.some((id) => isOnce(pool, id))) {
    return 0;
  }
  const known = new Map<string, Millis>();
  return Math.max(
    0,
    ...ids.map((id) => {
      const own = isOnce(pool, id) ? Infinity : 0;
      return own + heldTime(pool, id, known) + waitTime(pool, id, known);
    }),
  );
}

/** It is waited for until it has ended. */
function isOnce(pool: Pool, id: string): boolean {
  return pool.processes.get(id)?.plan.type === "oneshot";
}

/** Until those are down that have to stop first. */
function heldTime(pool: Pool, id: string, known: Map<string, Millis>): Millis {
  const key = `held ${id}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  known.set(key, 0);
  const until = pool.held.get(id)?.until ?? [];
  const times = until.flatMap((one) => pool.processes.get(one) ?? [])
    .map((process) => stopTime(process.plan) + heldTime(pool, process.plan.id, known));
  const time = Math.max(0, ...times);
  known.set(key, time);
  return time;
}

/** Until those are there that have to be started first. */
function waitTime(pool: Pool, id: string, known: Map<string, Millis>): Millis {
  if (!pool.waiting.has(id)) return 0;
  const found = known.get(id);
  if (found !== undefined) return found;
  known.set(id, 0);
  const missing = pool.processes.get(id)?.plan.dependsOn.flatMap(({ ids, until }) =>
    ids.filter((one) => !isThere(pool, one, until))
  );
  const times = (missing ?? []).flatMap((one) => pool.processes.get(one) ?? []).map((process) =>
    startTime(process) + heldTime(pool, process.plan.id, known) +
    waitTime(pool, process.plan.id, known)
  );
  const time = Math.max(0, ...times);
  known.set(id, time);
  return time;
}

function startTime({ plan, state }: Process): Millis {
  if (plan.type === "oneshot") return Infinity;
  const stop = state.name === "STARTING" ? 0 : stopTime(plan);
  return stop + plan.restart.startSeconds + (plan.ready?.timeout ?? 0);
}
