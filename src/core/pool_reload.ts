// Rolling reload: one process after another, each new one RUNNING before the next old one stops.
import type { Pool, Rolling } from "./pool.ts";
import { follow, type PoolStep, sendEach } from "./pool_step.ts";
import { type Moment, publish } from "./process_step.ts";

/** Puts processes in the queue; those that are queued already are not queued twice. */
export function beginReload(
  pool: Pool,
  { ids, atOnce }: { readonly ids: readonly string[]; readonly atOnce: number },
): PoolStep {
  const known = pool.rolling?.queue ?? [];
  const queue = [...known, ...ids.filter((id) => pool.processes.has(id) && !known.includes(id))];
  const begun: Rolling = {
    current: [],
    done: 0,
    ...pool.rolling,
    queue,
    atOnce: Math.max(1, atOnce),
  };
  const fact = publish({ kind: "reload", step: "begun", detail: `${queue.length} processes` });
  return { pool: { ...pool, rolling: begun }, effects: [fact] };
}

/** Goes on with a reload as far as it can at this moment. */
export function stepReload(pool: Pool, moment: Moment): PoolStep {
  const rolling = pool.rolling;
  if (rolling === null) return { pool, effects: [] };
  if (pool.phase.name !== "UP") return { pool: { ...pool, rolling: null }, effects: [] };
  const judged = rolling.current.map((item) => ({ item, outcome: outcome(pool, item) }));
  const failed = judged.find((one) => one.outcome === "failed");
  if (failed !== undefined) return fail(pool, rolling, failed.item.id);
  const waiting = judged.filter((one) => one.outcome === "waiting").map(({ item }) => item);
  const replaced = judged.filter((one) => one.outcome === "replaced").length;
  return next(pool, { ...rolling, current: waiting, done: rolling.done + replaced }, moment);
}

/** The old ones that are left serve better than new ones that do not start. */
function fail(pool: Pool, rolling: Rolling, id: string): PoolStep {
  const left = rolling.queue.length;
  const detail = `${id} did not come up again: ${left} processes left as they are`;
  const fact = publish({ kind: "reload", step: "failed", detail });
  return { pool: { ...pool, rolling: null }, effects: [fact] };
}

type Outcome = "waiting" | "replaced" | "dropped" | "failed";

function outcome(pool: Pool, current: Rolling["current"][number]): Outcome {
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

/** Begins with as many of the queue as there is room for. */
function next(pool: Pool, rolling: Rolling, moment: Moment): PoolStep {
  const room = rolling.atOnce - rolling.current.length;
  if (room <= 0) return { pool: { ...pool, rolling }, effects: [] };
  const up = rolling.queue.filter((id) => isUp(pool, id));
  const chosen = up.slice(0, room);
  if (chosen.length === 0 && rolling.current.length === 0) {
    const detail = `${rolling.done} processes replaced`;
    const fact = publish({ kind: "reload", step: "done", detail });
    return { pool: { ...pool, rolling: null }, effects: [fact] };
  }
  const begun = chosen.map((id) => ({ id, oldRun: pool.processes.get(id)?.run ?? 0 }));
  const current = [...rolling.current, ...begun];
  const stepped = sendEach(pool, chosen, { kind: "stop", cause: "reload", after: "start" }, moment);
  return follow(stepped, (after) => ({
    pool: { ...after, rolling: { ...rolling, queue: up.slice(room), current } },
    effects: [],
  }));
}

function isUp(pool: Pool, id: string): boolean {
  const name = pool.processes.get(id)?.state.name;
  return name === "RUNNING" || name === "STARTING" || name === "BACKOFF";
}
