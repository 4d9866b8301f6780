// The process machine: (process, event, moment) to (process, effects). supervisord 4.2's states, and more policies.
import type { Exit } from "../base/exit.ts";
import type { Bytes } from "../manifest/plan.ts";
import type { ProcessEvent } from "./events.ts";
import { fromBirth } from "./hook_orders.ts";
import { hookDone, unspawned } from "./process_hooks.ts";
import { endedByItself, failedToSpawn } from "./process_end.ts";
import { pidOf, type Process, wakeAt } from "./process_state.ts";
import { becomeRunning, chain, type Moment, type ProcessStep, publish } from "./process_step.ts";
import { readyBy, same, spawn } from "./process_step.ts";
import { beginStop, firstSignal, killNow, nextStopStep, stopped } from "./process_stop.ts";
import { type UpState, wishStop } from "./process_stop.ts";
import { countJobs, dueForMemory, dueForTime } from "./recycle_due.ts";
import { becomeReady, becomeUnwell, extend, notReady } from "./process_wellness.ts";

/** Takes one event. An event that means nothing in the present state changes nothing. */
export function stepProcess(process: Process, event: ProcessEvent, moment: Moment): ProcessStep {
  switch (event.kind) {
    case "start":
      return wishStart(process, moment);
    case "stop":
      return wishStop(process, event, moment);
    case "kill":
      return killNow(process, { cause: event.cause, after: "stay" }, moment);
    case "signal":
      return sendSignal(process, event.signal);
    case "spawned":
      return spawned(process, event, moment);
    case "spawn-failed":
      return awaitsAnswer(process, event.run)
        ? failedToSpawn(process, event.reason, moment)
        : same(process);
    case "exited":
      return exited(process, event, moment);
    case "over-cap":
      return overCap(process, event, moment);
    case "ready":
      return becomeReady(process, event.run, moment);
    case "unwell":
      return becomeUnwell(process, event, moment);
    case "extend":
      return extend(process, event, moment);
    case "hook-done":
      return hookDone(process, event.run, moment);
    case "unspawned":
      return unspawned(process, event.run, moment);
    case "jobs":
      return countJobs(process, event, moment);
    case "look":
      return look(process, moment);
  }
}

function wishStart(process: Process, moment: Moment): ProcessStep {
  const state = process.state;
  switch (state.name) {
    case "STARTING":
    case "RUNNING":
      return same(process);
    case "STOPPING":
      return same({ ...process, state: { ...state, after: "start" } });
    case "STOPPED":
    case "BACKOFF":
    case "EXITED":
    case "FATAL":
      // What an operator asks for is not held against `start_limit`.
      return spawn({ ...process, tally: { ...process.tally, recentStarts: [] } }, moment);
  }
}

function sendSignal(process: Process, signal: number): ProcessStep {
  const pid = pidOf(process);
  if (pid === null) return same(process);
  return same(process, [{ kind: "signal", id: process.plan.id, pid, signal, scope: "process" }]);
}

function spawned(
  process: Process,
  answer: { readonly run: number; readonly pid: number },
  moment: Moment,
): ProcessStep {
  const state = process.state;
  if (!awaitsAnswer(process, answer.run)) return same(process);
  const { pid, run } = answer;
  const fact = publish({ kind: "spawned", id: process.plan.id, pid, run });
  if (state.name === "STOPPING") {
    // A stop was wished for before the child had a pid.
    const known: Process = { ...process, state: { ...state, pid } };
    return same(known, [fact, ...firstSignal(known, pid)]);
  }
  if (state.name !== "STARTING") return same(process);
  const waits = readyBy(process.plan, moment);
  const { lastStart, state: begun } = fromBirth(process, state, moment.now);
  const known: Process = { ...process, lastStart, state: { ...begun, pid, readyBy: waits } };
  const told = same(known, [fact]);
  if (waits !== null || moment.now.mono < begun.stableAt) return told;
  return chain(told, (next) => becomeRunning(next, pid, moment));
}

interface ExitAnswer {
  readonly run: number;
  readonly exit: Exit;
  readonly launchFault: string | null;
}

function exited(process: Process, answer: ExitAnswer, moment: Moment): ProcessStep {
  const state = process.state;
  const pid = pidOf(process);
  if (answer.run !== process.run || pid === null) return same(process);
  if (state.name === "STOPPING") return stopped(process, state, answer.exit, moment);
  if (state.name === "RUNNING") {
    return endedByItself(process, { ...answer, pid, early: null }, moment);
  }
  if (state.name !== "STARTING") return same(process);
  if (moment.now.mono < state.stableAt || answer.launchFault !== null) {
    return endedByItself(process, { ...answer, pid, early: "quick" }, moment);
  }
  if (state.readyBy !== null) {
    return endedByItself(process, { ...answer, pid, early: "unready" }, moment);
  }
  // It had been up long enough; only the timer was late.
  return chain(
    becomeRunning(process, pid, moment),
    (next) => endedByItself(next, { ...answer, pid, early: null }, moment),
  );
}

function overCap(
  process: Process,
  sample: { readonly run: number; readonly bytes: Bytes },
  moment: Moment,
): ProcessStep {
  const { id, memory } = process.plan;
  const state = process.state;
  if (sample.run !== process.run || memory.cap === null) return same(process);
  if (state.name !== "STARTING" && state.name !== "RUNNING") return same(process);
  if (memory.action === "restart") return dueForMemory(process, sample.bytes, moment);
  const action = typeof memory.action === "string" ? memory.action : "signal";
  const fact = publish({ kind: "over-cap", id, bytes: sample.bytes, cap: memory.cap, action });
  return chain(same(process, [fact]), (next) => actOnMemory(next, state, moment));
}

function actOnMemory(process: Process, state: UpState, moment: Moment): ProcessStep {
  const action = process.plan.memory.action;
  if (typeof action !== "string") return sendSignal(process, action.signal);
  switch (action) {
    case "restart":
      // Told apart before: it is a planned replacement.
      return same(process);
    case "stop":
      return beginStop(process, state, { cause: "memory", after: "stay" }, moment);
    case "kill":
      return killNow(process, { cause: "memory", after: "start" }, moment);
  }
}

function look(process: Process, moment: Moment): ProcessStep {
  // A timer that fires early does no harm.
  if (moment.now.mono < wakeAt(process)) return same(process);
  const state = process.state;
  switch (state.name) {
    case "STARTING":
      if (state.pid === null) return same(process);
      return state.readyBy === null
        ? becomeRunning(process, state.pid, moment)
        : notReady(process, state, moment);
    case "RUNNING":
      return dueForTime(process, state, moment);
    case "BACKOFF":
      return spawn(process, moment);
    case "STOPPING":
      return nextStopStep(process, state, moment);
    case "STOPPED":
    case "EXITED":
    case "FATAL":
      return same(process);
  }
}

/** True while the host has not said yet whether run `run` has a child. */
function awaitsAnswer(process: Process, run: number): boolean {
  const { name } = process.state;
  return run === process.run && pidOf(process) === null &&
    (name === "STARTING" || name === "STOPPING");
}
