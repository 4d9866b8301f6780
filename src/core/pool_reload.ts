// Rolling reload: one process after another, each new one RUNNING before the next old one stops.
import { dependenciesFirst, dependsOnAny } from "./dependencies.ts";
import { isJob } from "./job_state.ts";
import type { Pool, Rolling, Swap } from "./pool.ts";
import { follow, type PoolStep, sendEach } from "./pool_step.ts";
import type { Process } from "./process_state.ts";
import { type Moment, publish } from "./process_step.ts";
import { beginSwap, forgetFailures, isUnderWay, membersOf, spareOf } from "./recycle_swap.ts";

/** Puts processes in the queue; those that are queued already are not queued twice. */
export function beginReload(
  pool: Pool,
  { ids, atOnce }: { readonly ids: readonly string[]; readonly atOnce: number },
): PoolStep {
  const known = pool.rolling?.queue ?? [];
  const wanted = ids.filter((id) => canServe(pool, id) && !known.includes(id));
  const queue = dependenciesFirst(pool, [...known, ...wanted]);
  const begun: Rolling = {
    current: [],
    done: 0,
    ...pool.rolling,
    queue,
    atOnce: Math.max(1, atOnce),
  };
  const fact = publish({ kind: "reload", step: "begun", detail: `${queue.length} processes` });
  return { pool: { ...forgetFailures(pool, ids), rolling: begun }, effects: [fact] };
}

/** A spare is no part of it: it takes the place of one that is. A job has its new values at its next run. */
function canServe(pool: Pool, id: string): boolean {
  const process = pool.processes.get(id);
  return process !== undefined && !process.standsBy && !isJob(process.plan);
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
  if (process.standsBy) return "replaced";
  const swap = pool.swaps.find(({ old }) => old === current.id);
  if (swap !== undefined) return swapOutcome(pool, swap);
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

function swapOutcome(pool: Pool, swap: Swap): Outcome {
  const name = pool.processes.get(swap.fresh)?.state.name;
  return swap.hasFailed || name === "BACKOFF" || name === "FATAL" ? "failed" : "waiting";
}

/** Begins with as many of the queue as there is room for. */
function next(pool: Pool, rolling: Rolling, moment: Moment): PoolStep {
  const room = rolling.atOnce - rolling.current.length;
  if (room <= 0) return { pool: { ...pool, rolling }, effects: [] };
  const up = rolling.queue.filter((id) => isUp(pool, id));
  const { chosen, called, later } = choose(pool, { ...rolling, queue: up }, room);
  if (up.length === 0 && rolling.current.length === 0) {
    const detail = `${rolling.done} processes replaced`;
    const fact = publish({ kind: "reload", step: "done", detail });
    return { pool: { ...pool, rolling: null }, effects: [fact] };
  }
  const begun = [...chosen, ...called.map(({ old }) => old.plan.id)]
    .map((id) => ({ id, oldRun: pool.processes.get(id)?.run ?? 0 }));
  const current = [...rolling.current, ...begun];
  const stop = { kind: "stop", cause: "reload", after: "start" } as const;
  let step = sendEach(pool, chosen, stop, moment);
  for (const { old, spare } of called) {
    const wish = { old, spare, cause: "reload" } as const;
    step = follow(step, (after) => beginSwap(after, wish, moment));
  }
  return follow(step, (after) => ({
    pool: { ...after, rolling: { ...rolling, queue: later, current } },
    effects: [],
  }));
}

interface Choice {
  /** Stopped and started again. */
  readonly chosen: readonly string[];
  /** A spare takes over. */
  readonly called: readonly { readonly old: Process; readonly spare: Process }[];
  readonly later: readonly string[];
}

function choose(pool: Pool, rolling: Rolling, room: number): Choice {
  const chosen: string[] = [];
  const called: { old: Process; spare: Process }[] = [];
  const later: string[] = [];
  const before = new Set(rolling.current.map(({ id }) => id));
  for (const id of rolling.queue) {
    const old = pool.processes.get(id);
    if (old === undefined) continue;
    const isFree = chosen.length + called.length < room && !dependsOnAny(old, before);
    const spare = isFree ? wayOf(pool, rolling, old) : "busy";
    before.add(id);
    const isCalled = typeof spare === "object" && called.some((one) => one.spare === spare);
    if (spare === null) chosen.push(id);
    else if (spare === "busy" || isCalled) later.push(id);
    else called.push({ old, spare });
  }
  return { chosen, called, later };
}

/** Null: it is stopped and started again; a spare that takes over; `busy`: its program replaces another one just now. */
function wayOf(pool: Pool, rolling: Rolling, old: Process): Process | "busy" | null {
  const members = membersOf(pool, old);
  if (members.length === 1) return null;
  const ids = new Set(members.map(({ plan }) => plan.id));
  const isSwapping = pool.swaps.some((swap) => ids.has(swap.old) && isUnderWay(swap));
  const others = members.filter((item) =>
    item !== old && !rolling.current.some(({ id }) => id === item.plan.id)
  );
  if (isSwapping || others.some((item) => isBeingReplaced(item))) return "busy";
  return spareOf(pool, members);
}

/** Stopped by us, and not back yet. One that fails again and again, or ends by itself, holds nobody up. */
function isBeingReplaced({ state, run, lastEnd }: Process): boolean {
  if (state.name === "STOPPING") return state.after === "start";
  if (lastEnd === null || !lastEnd.planned || lastEnd.reason === "") return false;
  return state.name === "BACKOFF"
    ? lastEnd.run === run
    : state.name === "STARTING" && lastEnd.run === run - 1;
}

function isUp(pool: Pool, id: string): boolean {
  const name = pool.processes.get(id)?.state.name;
  return name === "RUNNING" || name === "STARTING" || name === "BACKOFF";
}
