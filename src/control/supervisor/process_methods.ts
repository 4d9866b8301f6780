// Starting, stopping and signalling processes by XML-RPC, with supervisord's faults and ways of waiting.
import { parseSignal } from "../../base/signals.ts";
import { dependenciesFirst, isInVain } from "../../core/dependencies.ts";
import { isJob } from "../../core/job_state.ts";
import { isDown, type Process } from "../../core/process_state.ts";
import { isStandingBy } from "../../core/recycle_swap.ts";
import type { Pool } from "../../core/pool.ts";
import type { RunnerFace } from "../runner_face.ts";
import type { XmlRpcValue } from "../xmlrpc/value.ts";
import { alertNamed } from "./alert_groups.ts";
import { commandFault } from "./command_fault.ts";
import { fault } from "./faults.ts";
import { findGroup, findTarget, isGroup } from "./names.ts";
import { doEach, waitFor } from "./wait.ts";

/** A value, now or when it has come to be. */
export type Answer = XmlRpcValue | Promise<XmlRpcValue>;

/** startProcess. Throws and rejects with faults. */
export function startProcess(runner: RunnerFace, name: string, wait: boolean): Answer {
  const target = findTarget(runner.pool, name);
  if (isGroup(target)) return startGroup(runner, target.name, wait);
  const unfit = commandFault(target.plan);
  if (unfit !== null) throw unfit;
  if (isUp(target)) throw fault("ALREADY_STARTED", name);
  const { id } = target.plan;
  runner.order({ kind: "start", ids: [id] });
  const step = (pool: Pool) => {
    const process = pool.processes.get(id);
    const waits = process !== undefined && pool.waiting.has(id) && !isInVain(pool, process);
    return waits ? null : startOutcome(process, name, target.run);
  };
  const now = step(runner.pool);
  return now !== null || !wait ? true : waitFor(runner, step);
}

/** True: it runs; null: not decided yet. */
function startOutcome(process: Process | undefined, name: string, runBefore: number): true | null {
  if (process === undefined) throw fault("ABNORMAL_TERMINATION", name);
  // A process that was still stopping is started when it is down.
  if (process.run === runBefore && process.state.name === "STOPPING") return null;
  if (process.spawnError !== "") throw fault("SPAWN_ERROR", name);
  const state = process.state.name;
  if (state === "RUNNING") return true;
  if (state !== "STARTING") throw fault("ABNORMAL_TERMINATION", name);
  return null;
}

export function startGroup(runner: RunnerFace, name: string, wait: boolean): Answer {
  return startEach(runner, findGroup(runner.pool, name).processes, wait);
}

export function startAll(runner: RunnerFace, wait: boolean): Answer {
  // Jobs are started when they are due, or by their names.
  const services = [...runner.pool.processes.values()].filter(({ plan }) => !isJob(plan));
  return startEach(runner, services, wait);
}

function startEach(runner: RunnerFace, processes: readonly Process[], wait: boolean): Answer {
  // A spare is started when it is to take over.
  const down = processes.filter((process) => !isUp(process) && !isStandingBy(process));
  return doEach(inOrder(runner.pool, down), (name) => startProcess(runner, name, wait));
}

/** stopProcess. Throws and rejects with faults. */
export function stopProcess(runner: RunnerFace, name: string, wait: boolean): Answer {
  const target = findTarget(runner.pool, name);
  if (isGroup(target)) return stopGroup(runner, target.name, wait);
  if (!isUp(target)) throw fault("NOT_RUNNING", name);
  const { id } = target.plan;
  runner.order({ kind: "stop", ids: [id] });
  const step = (pool: Pool): true | null => {
    const process = pool.processes.get(id);
    // Started again by somebody else at once: it has been stopped all the same.
    return process === undefined || isDown(process) || process.run !== target.run ? true : null;
  };
  const now = step(runner.pool);
  return now !== null || !wait ? true : waitFor(runner, step);
}

export function stopGroup(runner: RunnerFace, name: string, wait: boolean): Answer {
  if (alertNamed(runner.pool.plan, name) !== null) return [];
  return stopEach(runner, findGroup(runner.pool, name).processes, wait);
}

export function stopAll(runner: RunnerFace, wait: boolean): Answer {
  return stopEach(runner, [...runner.pool.processes.values()], wait);
}

function stopEach(runner: RunnerFace, processes: readonly Process[], wait: boolean): Answer {
  const up = processes.filter(isUp);
  const ordered = inOrder(runner.pool, up);
  // One after the other: what others depend on is to be stopped after them.
  return doEach(ordered === up ? up : ordered.toReversed(), (name) => {
    return stopProcess(runner, name, wait);
  });
}

/** What others depend on goes first; the same list where nothing does. */
function inOrder(pool: Pool, processes: readonly Process[]): readonly Process[] {
  if (processes.every(({ plan }) => plan.dependsOn.length === 0)) return processes;
  return dependenciesFirst(pool, processes.map(({ plan }) => plan.id))
    .flatMap((id) => pool.processes.get(id) ?? []);
}

/** signalProcess: to the child alone. Throws faults. */
export function signalProcess(runner: RunnerFace, name: string, signal: string): Answer {
  const target = findTarget(runner.pool, name);
  if (isGroup(target)) return signalGroup(runner, target.name, signal);
  const number = parseSignal(signal);
  if (number === null) throw fault("BAD_SIGNAL", signal);
  if (!isSignallable(target)) throw fault("NOT_RUNNING", name);
  runner.order({ kind: "signal", ids: [target.plan.id], signal: number });
  return true;
}

export function signalGroup(runner: RunnerFace, name: string, signal: string): Answer {
  return signalEach(runner, findGroup(runner.pool, name).processes, signal);
}

export function signalAll(runner: RunnerFace, signal: string): Answer {
  return signalEach(runner, [...runner.pool.processes.values()], signal);
}

function signalEach(runner: RunnerFace, processes: readonly Process[], signal: string): Answer {
  return doEach(processes.filter(isSignallable), (name) => signalProcess(runner, name, signal));
}

/** supervisord's running states: a process that waits for its next try counts. */
function isUp({ state }: Process): boolean {
  return state.name === "STARTING" || state.name === "RUNNING" || state.name === "BACKOFF";
}

function isSignallable({ state }: Process): boolean {
  return state.name === "STARTING" || state.name === "RUNNING" || state.name === "STOPPING";
}
