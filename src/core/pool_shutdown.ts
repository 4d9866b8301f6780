// The end of the pool: by a command, or by itself when its work is done or hopeless.
import { shellStatus } from "../base/exit.ts";
import type { Millis } from "../manifest/plan.ts";
import { dependentsIn, isInVain } from "./dependencies.ts";
import type { Effect } from "./events.ts";
import { groupPriority, isUntold, nextStage, type Phase, type Pool } from "./pool.ts";
import { follow, type PoolStep, sendEach } from "./pool_step.ts";
import { isDown, type Process } from "./process_state.ts";
import { type Moment, publish } from "./process_step.ts";
import { isHeldUp, sparedUntilNow } from "./shutdown_holds.ts";

/** How long event listeners may take to hear of the last ends: about as long as supervisord gives them. */
const LAST_EVENTS: Millis = 1_000;

type Stopping = Extract<Phase, { name: "STOPPING" }>;

const STOP = { kind: "stop", cause: "shutdown", after: "stay" } as const;

/** Stops everything in reverse order, gracefully; asked a second time, at once. */
export function beginShutdown(
  pool: Pool,
  wish: { readonly why: string; readonly status?: number },
  moment: Moment,
): PoolStep {
  const { why } = wish;
  if (pool.phase.name === "DOWN") return { pool, effects: [] };
  if (pool.phase.name === "STOPPING") return force(pool, pool.phase, why, moment);
  const now = moment.now.mono;
  const phase: Stopping = {
    name: "STOPPING",
    status: wish.status ?? 0,
    deadline: now + pool.shutdownTimeout,
    // Half of the time is kept for the groups that stop last.
    hurryAt: now + pool.shutdownTimeout / 2,
    stage: Infinity,
    listenersAt: null,
    holds: dependentsIn(pool.processes.values()),
    forced: false,
  };
  const fact = publish({ kind: "shutdown", step: "graceful", why });
  const next: Pool = { ...pool, phase, rolling: null, endWish: null };
  return { pool: { ...next, waiting: new Map(), held: new Map() }, effects: [fact] };
}

/** Goes on with a shutdown as far as it can at this moment. */
export function stepShutdown(pool: Pool, moment: Moment): PoolStep {
  if (pool.endWish !== null && pool.phase.name === "UP") {
    const begun = beginShutdown(pool, pool.endWish, moment);
    return follow(begun, (next) => stepShutdown(next, moment));
  }
  const phase = pool.phase;
  if (phase.name !== "STOPPING") return { pool, effects: [] };
  if (isAllDown(pool)) return goDown(pool, phase.status);
  if (phase.forced) return { pool, effects: [] };
  const now = moment.now.mono;
  if (now >= phase.deadline) return force(pool, phase, "the shutdown took too long", moment);
  const isHurried = now >= phase.hurryAt;
  const spared = sparedUntilNow(pool, phase, isHurried);
  if (spared.length > 0) {
    const told = sendEach(pool, spared, STOP, moment);
    return follow(told, (next) => stepShutdown(next, moment));
  }
  const stage = nextStage(pool, phase.stage);
  if (stage === null) return { pool, effects: [] };
  if (isHurried) return stopDownTo(pool, phase, -Infinity, moment);
  if (!isStageDown(pool, phase)) return { pool, effects: [] };
  if (isForListeners(pool, stage)) {
    const listenersAt = phase.listenersAt ?? now + LAST_EVENTS;
    if (now < listenersAt) {
      return { pool: { ...pool, phase: { ...phase, listenersAt } }, effects: [] };
    }
  }
  return stopDownTo(pool, phase, stage, moment);
}

/** Event listeners need no more time. */
export function hearOut(pool: Pool, moment: Moment): Pool {
  const { phase } = pool;
  if (phase.name !== "STOPPING" || phase.listenersAt === null) return pool;
  return { ...pool, phase: { ...phase, listenersAt: moment.now.mono } };
}

/** True when only event listeners are up in the groups of this priority. */
function isForListeners(pool: Pool, stage: number): boolean {
  return [...pool.processes.values()].every((process) =>
    isDown(process) || process.plan.kind === "eventlistener" ||
    groupPriority(pool, process) !== stage
  );
}

/** The end that comes by itself: `critical`, and `shutdown_when`. */
export function finishByItself(pool: Pool, moment: Moment): PoolStep {
  if (pool.phase.name !== "UP" || pool.endWish !== null) return { pool, effects: [] };
  const wish = ownEnd(pool);
  return wish === null ? { pool, effects: [] } : beginShutdown(pool, wish, moment);
}

/** Who is still up. */
export function waitingFor(pool: Pool): readonly string[] {
  return [...pool.processes.values()].filter((item) => !isDown(item)).map((item) => item.plan.id);
}

function ownEnd(pool: Pool): { readonly why: string; readonly status: number } | null {
  const when = pool.plan.runner.shutdownWhen;
  const processes = [...pool.processes.values()];
  const fatal = processes.find((item) =>
    hasFailed(item) && !item.standsBy &&
    (item.plan.critical || when === "any-fatal")
  );
  if (fatal !== undefined) {
    const rule = fatal.plan.critical ? "it is critical" : "shutdown_when is any-fatal";
    const how = fatal.state.name === "FATAL" ? "is FATAL" : "has failed";
    return { why: `${fatal.plan.id} ${how}, and ${rule}`, status: failureStatus(fatal) };
  }
  const work = workOf(processes);
  if (when !== "all-exited" || !work.every(isDown)) return null;
  // What has a schedule has more to do.
  if (work.some(({ plan }) => plan.schedule !== null)) return null;
  // Before the first start, and while an update replaces everything, nothing has ended yet.
  if (work.every((item) => item.run === 0) || pool.fates.size > 0) return null;
  const status = work.map(endStatus).find((item) => item !== 0) ?? 0;
  const waiting = work.filter(({ plan }) => pool.waiting.has(plan.id));
  if (waiting.length === 0) return { why: "every process has ended", status };
  if (waiting.some((item) => !isInVain(pool, item))) return null;
  const names = waiting.map(({ plan }) => plan.id).join(", ");
  // Nobody is left whose doing could end the wait.
  return { why: `every process has ended, and ${names} waited in vain`, status: status || 1 };
}

/** Given up, or a oneshot that has not done its work. */
function hasFailed({ state, plan }: Process): boolean {
  return state.name === "FATAL" ||
    (plan.type === "oneshot" && plan.schedule === null && state.name === "EXITED" &&
      !state.expected);
}

/** Event listeners wait for the work of others; only where there is nothing else they are the work. */
function workOf(processes: readonly Process[]): readonly Process[] {
  const work = processes.filter((item) => item.plan.kind !== "eventlistener");
  return work.length > 0 ? work : processes;
}

function endStatus(process: Process): number {
  if (process.state.name === "FATAL") return failureStatus(process);
  const { lastEnd } = process;
  return lastEnd === null || lastEnd.planned ? 0 : shellStatus(lastEnd.exit);
}

// A program that is given up is a failure, whatever it said itself.
function failureStatus(process: Process): number {
  const { lastEnd } = process;
  return lastEnd === null ? 1 : shellStatus(lastEnd.exit) || 1;
}

function force(pool: Pool, phase: Stopping, why: string, moment: Moment): PoolStep {
  if (phase.forced) return { pool, effects: [] };
  const up = [...pool.processes.values()].filter((item) => !isDown(item));
  const ids = up.map((item) => item.plan.id);
  const forced: Pool = { ...pool, phase: { ...phase, forced: true } };
  const fact: Effect = publish({ kind: "shutdown", step: "forced", why });
  const told: PoolStep = { pool: forced, effects: [fact] };
  return follow(told, (next) => sendEach(next, ids, { kind: "kill", cause: "shutdown" }, moment));
}

function stopDownTo(pool: Pool, phase: Stopping, stage: number, moment: Moment): PoolStep {
  const ids = [...pool.processes.values()]
    .filter((item) => {
      const priority = groupPriority(pool, item);
      return priority < phase.stage && priority >= stage && !isDown(item) &&
        !isHeldUp(pool, phase, item);
    })
    .map((item) => item.plan.id)
    .reverse();
  const staged: Pool = { ...pool, phase: { ...phase, stage, listenersAt: null } };
  const stepped = sendEach(staged, ids, STOP, moment);
  // A process that only waited for its next try is down at once.
  return follow(stepped, (next) => stepShutdown(next, moment));
}

function isStageDown(pool: Pool, phase: Stopping): boolean {
  for (const process of pool.processes.values()) {
    if (isDown(process) || groupPriority(pool, process) < phase.stage) continue;
    // What others of a lower stage depend on waits for them, not they for it.
    if (!isUntold(process) || !isHeldUp(pool, phase, process)) return false;
  }
  return true;
}

function isAllDown(pool: Pool): boolean {
  for (const process of pool.processes.values()) if (!isDown(process)) return false;
  return true;
}

function goDown(pool: Pool, status: number): PoolStep {
  const fact = publish({ kind: "down", status, killed: pool.killed });
  return {
    pool: { ...pool, phase: { name: "DOWN", status } },
    effects: [fact, { kind: "finish", status }],
  };
}
