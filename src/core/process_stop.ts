// How a process is stopped: stop signals in sequence, SIGKILL, and what comes after.
import type { Exit } from "../base/exit.ts";
import type { Millis } from "../manifest/plan.ts";
import type { Effect } from "./events.ts";
import type { After, Process, ProcessState, StopCause } from "./process_state.ts";
import { BEFORE_SIGNALS, postExit, preStop, takeBack } from "./hook_orders.ts";
import { endedUnwell } from "./process_end.ts";
import {
  chain,
  enter,
  type Moment,
  type ProcessStep,
  publish,
  same,
  spawn,
} from "./process_step.ts";
import { spawnAgain } from "./process_step.ts";
import { plannedDelay, QUICK } from "./restart_policy.ts";

export const SIGKILL = 9;
/** Pause between two SIGKILLs to a child that does not go. */
const KILL_AGAIN: Millis = 1_000;

export interface StopWish {
  readonly cause: StopCause;
  readonly after: After;
}

/** A process with a child that is not being stopped yet. */
export type UpState = Extract<ProcessState, { name: "STARTING" | "RUNNING" }>;
type StoppingState = Extract<ProcessState, { name: "STOPPING" }>;

/** A stop is asked for. A later wish changes what comes after; the first cause stands. */
export function wishStop(process: Process, wish: StopWish, moment: Moment): ProcessStep {
  const state = process.state;
  switch (state.name) {
    case "STARTING":
    case "RUNNING":
      return beginStop(process, state, wish, moment);
    case "STOPPING":
      return same({ ...process, state: { ...state, after: wish.after } });
    case "BACKOFF": {
      const stopped = enter(process, { name: "STOPPED" });
      return wish.after === "start" ? chain(stopped, (next) => spawn(next, moment)) : stopped;
    }
    case "STOPPED":
    case "EXITED":
    case "FATAL":
      return wish.after === "start" ? spawn(process, moment) : same(process);
  }
}

/** The first stop signal goes out, at once or as soon as there is a pid. */
export function beginStop(
  process: Process,
  state: UpState,
  wish: StopWish,
  moment: Moment,
): ProcessStep {
  const first = process.plan.stop.steps[0] ?? { signal: SIGKILL, wait: KILL_AGAIN };
  const hook = state.name === "RUNNING" ? process.plan.hooks.preStop : null;
  const stopping: ProcessState = {
    name: "STOPPING",
    pid: state.pid,
    since: state.since,
    dueAt: moment.now.mono + (hook?.timeout ?? first.wait),
    step: hook === null ? 0 : BEFORE_SIGNALS,
    killed: hook === null && isKill(process, 0),
    ...wish,
  };
  const { id } = process.plan;
  const { message } = process.plan.stop;
  const said = message === null ? {} : { message };
  const fact = publish({ kind: "stopping", id, cause: wish.cause, signal: first.signal, ...said });
  return chain(
    enter(process, stopping),
    (next) =>
      same(next, [fact, ...hook === null ? firstSignal(next, state.pid) : preStop(next, stopping)]),
  );
}

/** What a child gets first once it has a pid. */
export function firstSignal(process: Process, pid: number | null): readonly Effect[] {
  const state = process.state;
  if (pid === null) return takeBack(process);
  if (state.name !== "STOPPING") return [];
  if (state.killed) return killEffects(process, pid);
  return [stopEffect(process, pid, 0)];
}

/** SIGKILL now; nothing is started afterwards unless `after` says so. */
export function killNow(process: Process, wish: StopWish, moment: Moment): ProcessStep {
  const state = process.state;
  if (state.name === "BACKOFF") return enter(process, { name: "STOPPED" });
  if (state.name !== "STARTING" && state.name !== "RUNNING" && state.name !== "STOPPING") {
    return same(process);
  }
  const killing: StoppingState = {
    name: "STOPPING",
    pid: state.pid,
    since: state.since,
    dueAt: moment.now.mono + KILL_AGAIN,
    step: process.plan.stop.steps.length,
    killed: true,
    after: wish.after,
    cause: state.name === "STOPPING" ? state.cause : wish.cause,
  };
  const step = state.name === "STOPPING"
    ? same({ ...process, state: killing })
    : enter(process, killing);
  return chain(
    step,
    (next) => same(next, state.pid === null ? takeBack(next) : killEffects(next, state.pid)),
  );
}

/** The wait after a stop signal is over: the next one of the sequence, or SIGKILL. */
export function nextStopStep(process: Process, state: StoppingState, moment: Moment): ProcessStep {
  if (state.pid === null) return same(process);
  const step = state.step + 1;
  const planned = process.plan.stop.steps[step];
  const isSignal = planned !== undefined && !isKill(process, step);
  const dueAt = moment.now.mono + (isSignal ? planned.wait : KILL_AGAIN);
  const killed = state.killed || !isSignal;
  const effects = isSignal
    ? [stopEffect(process, state.pid, step)]
    : killEffects(process, state.pid);
  return same({ ...process, state: { ...state, step, dueAt, killed } }, effects);
}

/** The child has ended as wished. */
export function stopped(
  process: Process,
  state: StoppingState,
  exit: Exit,
  moment: Moment,
): ProcessStep {
  if (state.after === "judge") return endedUnwell(process, { state, exit }, moment);
  const { id, restart } = process.plan;
  const uptime = moment.now.mono - state.since.mono;
  const reason = state.killed ? `${state.cause}, killed` : state.cause;
  const quickEnds = uptime < QUICK ? process.tally.quickEnds + 1 : 0;
  const ended: Process = {
    ...process,
    lastEnd: { at: moment.now, run: process.run, exit, uptime, planned: true, reason },
    tally: { ...process.tally, failedStarts: 0, crashes: 0, quickEnds },
  };
  const sweep: readonly Effect[] = state.pid === null
    ? []
    : [{ kind: "sweep", id, run: process.run, pid: state.pid }];
  const fact = publish({ kind: "stopped", id, exit, killed: state.killed });
  const down = chain(same(ended, sweep), (next) => enter(next, { name: "STOPPED" }));
  const after = postExit(ended, { pid: state.pid, expected: true });
  const told = chain(down, (next) => same(next, [fact, ...after]));
  if (state.after === "stay") return told;
  // Recycling is the runner's own wish: it must not turn into a hot loop. An operator's wish is done at once.
  const own = ["memory", "max-age", "max-jobs", "schedule"].includes(state.cause);
  const delay = own ? plannedDelay(restart, ended.tally) : 0;
  return chain(
    told,
    (next) => own ? spawnAgain(next, delay, moment) : spawn(next, moment),
  );
}

function killEffects(process: Process, pid: number): Effect[] {
  const id = process.plan.id;
  return [
    publish({ kind: "killing", id, pid }),
    { kind: "signal", id, pid, signal: SIGKILL, scope: process.plan.stop.killScope },
  ];
}

function isKill({ plan: { stop } }: Process, step: number): boolean {
  const isSaid = step === 0 && stop.message !== null;
  return !isSaid && (stop.steps[step]?.signal ?? SIGKILL) === SIGKILL;
}

/** A signal of the sequence; in the place of the first one a message, if there is one. */
function stopEffect({ plan, run }: Process, pid: number, step: number): Effect {
  const { id, stop: { steps, scope, message } } = plan;
  const signal = steps[step]?.signal ?? SIGKILL;
  const instead = { kind: "signal", id, pid, signal, scope } as const;
  return step > 0 || message === null
    ? instead
    : { kind: "message", id, run, text: message, instead };
}
