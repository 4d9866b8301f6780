// What a step of the process machine is made of: entering a state, chaining, and the one way to order a child.
import type { Instant } from "../base/instant.ts";
import type { Calendar } from "../manifest/cron.ts";
import type { Millis, ProcessPlan } from "../manifest/plan.ts";
import type { Effect, Fact } from "./events.ts";
import { postStart } from "./hook_orders.ts";
import type { Process, ProcessState, Tally } from "./process_state.ts";
import { pidOf } from "./process_state.ts";

/** The moment of a step: both clocks, and a number in [0, 1) for whatever is drawn by lot. */
export interface Moment {
  readonly now: Instant;
  readonly lot: number;
  /** When schedules are due; missing: never. */
  readonly calendar?: Calendar;
}

/** Result of a step. `shutdown` is a status that `on_exit` asks the whole pool to end with. */
export interface ProcessStep {
  readonly process: Process;
  readonly effects: readonly Effect[];
  readonly shutdown?: number;
}

/** Nothing but the process as it is, or with new values that are no change of state. */
export function same(process: Process, effects: readonly Effect[] = []): ProcessStep {
  return { process, effects };
}

/** An effect that makes a fact known. */
export function publish(fact: Fact): Effect {
  return { kind: "publish", fact };
}

/** The one way into a state: the change is always made known. */
export function enter(process: Process, state: ProcessState): ProcessStep {
  const next: Process = { ...process, state };
  const change = publish({
    kind: "state",
    id: process.plan.id,
    from: process.state.name,
    to: state.name,
    pid: pidOf(next) ?? pidOf(process),
    run: next.run,
    tries: next.tally.failedStarts,
    expected: state.name === "EXITED" && state.expected,
  });
  return { process: next, effects: [change] };
}

/** One step and the next as one. */
export function chain(step: ProcessStep, next: (process: Process) => ProcessStep): ProcessStep {
  const after = next(step.process);
  return { ...step, ...after, effects: [...step.effects, ...after.effects] };
}

/** Orders a new child: STARTING, with the next run number. */
export function spawn(process: Process, moment: Moment): ProcessStep {
  const run = process.run + 1;
  const { startLimit } = process.plan.restart;
  const tally = startLimit === null ? process.tally : {
    ...process.tally,
    recentStarts: [...within(process.tally, moment.now.mono, startLimit.within), moment.now.mono],
  };
  const fresh = { jobs: 0, due: null, spawnError: "" };
  const next: Process = { ...process, ...fresh, run, tally, lastStart: moment.now };
  const step = enter(next, {
    name: "STARTING",
    pid: null,
    since: moment.now,
    stableAt: moment.now.mono + process.plan.restart.startSeconds,
    readyBy: readyBy(process.plan, moment),
  });
  const order: Effect = { kind: "spawn", id: process.plan.id, run, plan: process.plan };
  return { ...step, effects: [...step.effects, order] };
}

/**
 * Orders a new child without anybody having asked for it: counted, delayed if need be, and refused
 * (FATAL) when `start_limit` is used up.
 */
export function spawnAgain(process: Process, delay: Millis, moment: Moment): ProcessStep {
  const limit = process.plan.restart.startLimit;
  const startsAt = moment.now.mono + delay;
  if (limit !== null && within(process.tally, startsAt, limit.within).length >= limit.starts) {
    return giveUp(process, `${limit.starts} starts within ${limit.within / 1000} s (start_limit)`);
  }
  const tally = { ...process.tally, restarts: process.tally.restarts + 1 };
  const counted: Process = { ...process, tally };
  if (delay <= 0) return spawn(counted, moment);
  const reason = process.spawnError === "" ? "waiting to start again" : process.spawnError;
  return enter(counted, { name: "BACKOFF", retryAt: startsAt, reason });
}

/** FATAL, with a reason. */
export function giveUp(process: Process, reason: string): ProcessStep {
  const spawnError = process.spawnError === "" ? reason : process.spawnError;
  const tally: Tally = {
    ...process.tally,
    failedStarts: 0,
    crashes: 0,
    quickEnds: 0,
    recentStarts: [],
  };
  const step = enter({ ...process, spawnError, tally }, { name: "FATAL", reason });
  const fact = publish({ kind: "gave-up", id: process.plan.id, reason });
  return { ...step, effects: [...step.effects, fact] };
}

/** RUNNING, from STARTING. */
export function becomeRunning(process: Process, pid: number, moment: Moment): ProcessStep {
  const { id, restart } = process.plan;
  const since = process.state.name === "STARTING" ? process.state.since : moment.now;
  const maxAge = restart.maxAge;
  const recycleAt = maxAge === null
    ? null
    : since.mono + Math.max(0, maxAge.age + maxAge.jitter * (2 * moment.lot - 1));
  const next: Process = { ...process, tally: { ...process.tally, failedStarts: 0 } };
  const step = enter(next, { name: "RUNNING", pid, since, recycleAt });
  const fact = publish({ kind: "running", id, startSeconds: restart.startSeconds });
  return { ...step, effects: [...step.effects, fact, ...postStart(next, pid)] };
}

/** Until when a child that is started at this moment has to be ready; null: it need not be. */
export function readyBy({ ready }: ProcessPlan, moment: Moment): Millis | null {
  return ready === null ? null : moment.now.mono + ready.timeout;
}

function within(tally: Tally, at: Millis, window: Millis): readonly Millis[] {
  return tally.recentStarts.filter((start) => at - start < window);
}
