// Rolling reload: one process after another, each new one RUNNING before the next old one stops.
import type { Pool, Rolling } from "./pool.ts";
import { follow, type PoolStep, sendEach } from "./pool_step.ts";
import { type Moment, publish } from "./process_step.ts";

/** Puts processes in the queue; those that are queued already are not queued twice. */
export function beginReload(pool: Pool, ids: readonly string[]): PoolStep {
  const known = pool.rolling?.queue ?? [];
  const queue = [...known, ...ids.filter((id) => pool.processes.has(id) && !known.includes(id))];
  const rolling: Rolling = { current: null, done: 0, ...pool.rolling, queue };
  const fact = publish({ kind: "reload", step: "begun", detail: `${queue.length} processes` });
  return { pool: { ...pool, rolling }, effects: [fact] };
}

/** Goes on with a reload as far as it can at this moment. */
export function stepReload(pool: Pool, moment: Moment): PoolStep {
  const rolling = pool.rolling;
  if (rolling === null) return { pool, effects: [] };
  if (pool.phase.name !== "UP") return { pool: { ...pool, rolling: null }, effects: [] };
  if (rolling.current === null) return next(pool, rolling, moment);
  switch (outcome(pool, rolling.current)) {
    case "waiting":
      return { pool, effects: [] };
    case "replaced":
      return next(pool, { ...rolling, current: null, done: rolling.done + 1 }, moment);
    case "dropped":
      return next(pool, { ...rolling, current: null }, moment);
    case "failed": {
      // The old ones that are left serve better than new ones that do not start.
      const left = rolling.queue.length;
      const detail =
        `${rolling.current.id} did not come up again: ${left} processes left as they are`;
      const fact = publish({ kind: "reload", step: "failed", detail });
      return { pool: { ...pool, rolling: null }, effects: [fact] };
    }
  }
}

type Outcome = "waiting" | "replaced" | "dropped" | "failed";

function outcome(pool: Pool, current: NonNullable<Rolling["current"]>): Outcome {
  const process = pool.processes.get(current.id);
  if (process === undefined) return "dropped";
  const isNew = process.run > current.oldRun;
  const state = process.state;
  switch (state.name) {
    case "RUNNING":
      return isNew ? "replaced" : "waiting";
    case "STARTING":
      return "waiting";
    case "STOPPING":
      return "waiting";
    case "BACKOFF":
    case "FATAL":
      return isNew ? "failed" : "waiting";
    case "EXITED":
      return state.expected ? "replaced" : "failed";
    case "STOPPED":
      // An operator stopped it meanwhile.
      return "dropped";
  }
}

function next(pool: Pool, rolling: Rolling, moment: Moment): PoolStep {
  const at = rolling.queue.findIndex((id) => isUp(pool, id));
  const id = rolling.queue[at];
  if (id === undefined) {
    const detail = `${rolling.done} processes replaced`;
    const fact = publish({ kind: "reload", step: "done", detail });
    return { pool: { ...pool, rolling: null }, effects: [fact] };
  }
  const oldRun = pool.processes.get(id)?.run ?? 0;
  const queue = rolling.queue.slice(at + 1);
  const stepped = sendEach(pool, [id], { kind: "stop", cause: "reload", after: "start" }, moment);
  return follow(stepped, (after) => ({
    pool: { ...after, rolling: { ...rolling, queue, current: { id, oldRun } } },
    effects: [],
  }));
}

function isUp(pool: Pool, id: string): boolean {
  const name = pool.processes.get(id)?.state.name;
  return name === "RUNNING" || name === "STARTING" || name === "BACKOFF";
}
