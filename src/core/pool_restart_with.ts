// restart_with: what depends on a process is started anew when that process has come up again.
import type { Millis, Plan } from "../manifest/plan.ts";
import { isThere } from "./dependencies.ts";
import { type Base, plansInOrder, type Pool } from "./pool.ts";
import { restartInOrder } from "./pool_order.ts";
import type { PoolStep } from "./pool_step.ts";
import type { Process } from "./process_state.ts";
import type { Moment } from "./process_step.ts";

/** A target whose life before was shorter has to be up for so long first: its crash loop must not become that of others. */
const CALM: Millis = 10_000;

/** Restarts those whose targets have come up again since they were started. */
export function stepRestartWith(pool: Pool, moment: Moment): PoolStep {
  const ids = followersOf(pool.plan);
  if (ids.length === 0 && pool.bases.size === 0) return { pool, effects: [] };
  const bases = new Map<string, Base>();
  const again: string[] = [];
  let dueAt = Infinity;
  for (const id of ids) {
    const process = pool.processes.get(id);
    if (process === undefined) continue;
    const targets = targetsOf(pool, process);
    const base = baseOf(pool, process, targets);
    bases.set(id, base);
    const changed = targets.filter(({ plan, run }) => run > (base.runs.get(plan.id) ?? run));
    if (changed.length === 0 || !isRestarted(pool, process, targets)) continue;
    const at = Math.max(...changed.map(calmAt));
    if (moment.now.mono < at) {
      dueAt = Math.min(dueAt, at);
      continue;
    }
    bases.set(id, { run: process.run, runs: runsOf(targets) });
    again.push(id);
  }
  const next: Pool = { ...pool, bases, dependsAt: dueAt };
  if (again.length === 0) return { pool: next, effects: [] };
  return restartInOrder(next, { ids: again, cause: "dependency", pull: "new" }, moment);
}

const FOLLOWERS = new WeakMap<Plan, readonly string[]>();

/** Those that are restarted with others: most plans have none, and then nothing is looked at. */
function followersOf(plan: Plan): readonly string[] {
  const known = FOLLOWERS.get(plan);
  if (known !== undefined) return known;
  const ids = plansInOrder(plan)
    .filter(({ dependsOn }) => dependsOn.some((one) => one.restartsWith))
    .map(({ id }) => id);
  FOLLOWERS.set(plan, ids);
  return ids;
}

function targetsOf(pool: Pool, { plan }: Process): readonly Process[] {
  const followed = plan.dependsOn.filter((one) => one.restartsWith).flatMap(({ ids }) => ids);
  return [...new Set(followed)].flatMap((id) => pool.processes.get(id) ?? []);
}

/** The runs of the targets when the present run of the process began. Those that are new to it count from now on. */
function baseOf(pool: Pool, process: Process, targets: readonly Process[]): Base {
  const known = pool.bases.get(process.plan.id);
  const now = runsOf(targets);
  if (known === undefined || known.run !== process.run) return { run: process.run, runs: now };
  const isSame = targets.every(({ plan }) => known.runs.has(plan.id));
  return isSame ? known : { ...known, runs: new Map([...now, ...known.runs]) };
}

function runsOf(targets: readonly Process[]): ReadonlyMap<string, number> {
  return new Map(targets.map(({ plan, run }) => [plan.id, run]));
}

/** Who is up is restarted, once all of the targets serve again and no reload is replacing them. */
function isRestarted(pool: Pool, process: Process, targets: readonly Process[]): boolean {
  const { name } = process.state;
  if (name !== "STARTING" && name !== "RUNNING") return false;
  if (pool.held.has(process.plan.id) || pool.fates.has(process.plan.id)) return false;
  const rolling = new Set([
    ...(pool.rolling?.queue ?? []),
    ...(pool.rolling?.current ?? []).map(({ id }) => id),
  ]);
  return [process, ...targets].every(({ plan }) => !rolling.has(plan.id)) &&
    targets.every(({ plan }) => isThere(pool, plan.id, "ready"));
}

function calmAt({ state, lastEnd }: Process): Millis {
  const isHasty = lastEnd !== null && !lastEnd.planned && lastEnd.uptime < CALM;
  return isHasty && state.name === "RUNNING" ? state.since.mono + CALM : -Infinity;
}
