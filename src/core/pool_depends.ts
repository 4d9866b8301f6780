// Goes on with what has waited for others: stops, restarts and starts, each once it is its turn.
import { type Hopes, isFree, isInVain, unmetOf, unmetText } from "./dependencies.ts";
import type { Effect } from "./events.ts";
import type { Pool } from "./pool.ts";
import { isGoing } from "./pool_order.ts";
import { stepRestartWith } from "./pool_restart_with.ts";
import { follow, type PoolStep, type Send, send, sendEach } from "./pool_step.ts";
import { isDown, type Process } from "./process_state.ts";
import { type Moment, publish } from "./process_step.ts";

/** Goes on as far as it can at this moment. */
export function stepDepends(pool: Pool, moment: Moment): PoolStep {
  if (pool.phase.name !== "UP") return { pool, effects: [] };
  const released = releaseHeld(pool, moment);
  const again = follow(released, (next) => stepRestartWith(next, moment));
  return follow(again, (next) => startWaiting(next, moment));
}

/** Stops what has been waiting for its dependents to be down. */
function releaseHeld(pool: Pool, moment: Moment): PoolStep {
  if (pool.held.size === 0) return { pool, effects: [] };
  const held = new Map(pool.held);
  const sends: Send[] = [];
  for (const [id, { until, ...wish }] of pool.held) {
    const isBlocked = until.some((one) => {
      const other = pool.processes.get(one);
      return other !== undefined && !isDown(other) && isGoing(pool, other);
    });
    if (isBlocked) continue;
    held.delete(id);
    sends.push({ id, event: { kind: "stop", ...wish } });
  }
  if (sends.length === 0) return { pool, effects: [] };
  const sent = send({ ...pool, held }, sends, moment);
  // One that only waited for its next try is down at once, and makes room for the next.
  return follow(sent, (next) => releaseHeld(next, moment));
}

/** Starts what has waited for others, and tells of those that have to wait on. */
function startWaiting(pool: Pool, moment: Moment): PoolStep {
  if (pool.waiting.size === 0) return { pool, effects: [] };
  const hopes: Hopes = new Map();
  const waiting = new Map(pool.waiting);
  const effects: Effect[] = [];
  const starts: string[] = [];
  for (const [id, told] of pool.waiting) {
    const process = pool.processes.get(id);
    if (process === undefined || isServed(pool, process)) {
      waiting.delete(id);
    } else if (isFree(pool, process)) {
      if (pool.held.has(id)) continue;
      waiting.delete(id);
      starts.push(id);
    } else {
      const inVain = isInVain(pool, process, hopes);
      // Most have said what they wait for, and wait on: a thousand of them are looked at with each event.
      if (!inVain && told === "") continue;
      const unmet = unmetOf(pool, process, hopes).filter((one) => one.isHopeless === inVain);
      const texts = unmet.map((one) => unmetText(pool, one));
      const said = inVain ? texts.join(", ") : "";
      if (said === told) continue;
      waiting.set(id, said);
      effects.push(publish({ kind: "waiting-for", id, texts, inVain }));
    }
  }
  const next = waiting.size === pool.waiting.size && effects.length === 0
    ? pool
    : { ...pool, waiting };
  return follow(
    { pool: next, effects },
    (after) => sendEach(after, starts, { kind: "start" }, moment),
  );
}

/** True when nobody needs to start it any more: it has a child, or another one is on its way with a new plan. */
function isServed(pool: Pool, { plan, state }: Process): boolean {
  if (pool.fates.has(plan.id)) return true;
  return (state.name === "STARTING" || state.name === "RUNNING") && !pool.held.has(plan.id);
}
