// A spare takes over: it is started first, and when it is RUNNING the old one is stopped and stands by in its place.
import type { Pool, Swap } from "./pool.ts";
import { follow, type PoolStep, send } from "./pool_step.ts";
import { isDown, type Process, type StopCause } from "./process_state.ts";
import { type Moment, publish } from "./process_step.ts";

/** All processes of the program that this one belongs to, itself included. */
export function membersOf(pool: Pool, { plan }: Process): readonly Process[] {
  return [...pool.processes.values()].filter((item) =>
    item.plan.program === plan.program && item.plan.group === plan.group
  );
}

/** False for a swap whose spare did not come up. */
export function isUnderWay({ hasFailed }: Swap): boolean {
  return !hasFailed;
}

/** True for a spare that is kept back, and has not come to grief. */
export function isStandingBy(process: Process): boolean {
  return process.standsBy && isDown(process) && process.state.name !== "FATAL";
}

/** True for a spare that is down, or soon will be, and is not to take over: nobody starts it by hand. */
export function isKeptBack(pool: Pool, process: Process): boolean {
  return process.standsBy && (isDown(process) || process.state.name === "STOPPING") &&
    !pool.swaps.some(({ fresh }) => fresh === process.plan.id);
}

/** The spare that can take over; `busy`: there is one, and it cannot just now; null: the program has none. */
export function spareOf(pool: Pool, members: readonly Process[]): Process | "busy" | null {
  const spares = members.filter((item) => item.standsBy);
  if (spares.length === 0) return null;
  const taken = new Set(pool.swaps.filter(isUnderWay).map(({ fresh }) => fresh));
  const free = spares.find((item) =>
    isDown(item) && !pool.fates.has(item.plan.id) && !taken.has(item.plan.id)
  );
  return free ?? "busy";
}

/** Calls the spare. */
export function beginSwap(
  pool: Pool,
  wish: { readonly old: Process; readonly spare: Process; readonly cause: StopCause },
  moment: Moment,
): PoolStep {
  const { old, spare, cause } = wish;
  const swap: Swap = {
    old: old.plan.id,
    oldRun: old.run,
    fresh: spare.plan.id,
    freshRun: spare.run,
    cause,
    hasFailed: false,
  };
  const fact = publish({ kind: "spare", id: swap.old, spare: swap.fresh, step: "called", cause });
  // One that has failed gives way.
  const begun: PoolStep = {
    pool: { ...pool, swaps: [...without(pool, swap).swaps, swap] },
    effects: [fact],
  };
  return follow(
    begun,
    (next) => send(next, [{ id: swap.fresh, event: { kind: "start" } }], moment),
  );
}

/** Goes on with the swaps under way as far as it can at this moment. */
export function stepSwaps(pool: Pool, moment: Moment): PoolStep {
  let step: PoolStep = { pool, effects: [] };
  for (const swap of pool.swaps) step = follow(step, (next) => stepSwap(next, swap, moment));
  return step;
}

function stepSwap(pool: Pool, swap: Swap, moment: Moment): PoolStep {
  const verdict = judge(pool, swap);
  switch (verdict) {
    case "wait":
      return { pool, effects: [] };
    case "take-over":
      return takeOver(pool, swap, moment);
    case "failed":
      return fail(pool, swap);
    case "drop":
      return { pool: without(pool, swap), effects: [] };
    case "cancel": {
      const dropped = without(pool, swap);
      const isLeft = dropped.processes.has(swap.fresh) && !dropped.fates.has(swap.fresh);
      const stop = { kind: "stop", cause: swap.cause, after: "stay" } as const;
      return send(dropped, isLeft ? [{ id: swap.fresh, event: stop }] : [], moment);
    }
  }
}

type Verdict = "wait" | "take-over" | "failed" | "cancel" | "drop";

function judge(pool: Pool, swap: Swap): Verdict {
  const [old, fresh] = [pool.processes.get(swap.old), pool.processes.get(swap.fresh)];
  if (old === undefined || fresh === undefined) return "cancel";
  // An update has given it a place of its own.
  if (!fresh.standsBy) return "drop";
  if (pool.fates.has(swap.old) || pool.fates.has(swap.fresh)) return "cancel";
  // Somebody has stopped the old one: there is nothing to take over.
  if (old.state.name === "STOPPED") return "cancel";
  if (old.state.name === "STOPPING" && old.state.after === "stay") return "cancel";
  switch (fresh.state.name) {
    case "RUNNING":
      return "take-over";
    case "FATAL":
    case "EXITED":
      return "failed";
    case "STOPPED":
      // Not begun yet, or stopped by somebody.
      return fresh.run > swap.freshRun ? "cancel" : "wait";
    case "STARTING":
    case "STOPPING":
    case "BACKOFF":
      return "wait";
  }
}

function takeOver(pool: Pool, swap: Swap, moment: Moment): PoolStep {
  const processes = new Map(pool.processes);
  setRole(processes, swap.fresh, false);
  setRole(processes, swap.old, true);
  const { old, fresh, cause } = swap;
  const fact = publish({ kind: "spare", id: old, spare: fresh, step: "took-over", cause });
  const turned: PoolStep = { pool: without({ ...pool, processes }, swap), effects: [fact] };
  const stop = { kind: "stop", cause, after: "stay" } as const;
  return follow(turned, (next) => send(next, [{ id: old, event: stop }], moment));
}

/** The old one serves on. The spare is left as it is, so that it can be seen and started again. */
function fail(pool: Pool, swap: Swap): PoolStep {
  const isMoot = pool.processes.get(swap.old)?.run !== swap.oldRun;
  if (isMoot) return { pool: without(pool, swap), effects: [] };
  if (swap.hasFailed) return { pool, effects: [] };
  const { old, fresh, cause } = swap;
  const fact = publish({ kind: "spare", id: old, spare: fresh, step: "failed", cause });
  const swaps = pool.swaps.map((item) =>
    item.fresh === fresh ? { ...item, hasFailed: true } : item
  );
  return { pool: { ...pool, swaps }, effects: [fact] };
}

/** Forgets failed swaps of these processes: there is reason to try again. */
export function forgetFailures(pool: Pool, ids: readonly string[]): Pool {
  const swaps = pool.swaps.filter(({ old, hasFailed }) => !hasFailed || !ids.includes(old));
  return swaps.length === pool.swaps.length ? pool : { ...pool, swaps };
}

function without(pool: Pool, swap: Swap): Pool {
  return { ...pool, swaps: pool.swaps.filter(({ fresh }) => fresh !== swap.fresh) };
}

function setRole(processes: Map<string, Process>, id: string, standsBy: boolean): void {
  const process = processes.get(id);
  if (process !== undefined) processes.set(id, { ...process, standsBy });
}
