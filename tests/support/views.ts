// Views of processes as the API gives them, for tests of what is made of them.
import type { JobView, RunView } from "../../src/control/api/job_types.ts";
import type { EndView, ProcessView } from "../../src/control/api/types.ts";

/** A process that has never been started, with what is said otherwise. */
export function processView(shown: string, values: Partial<ProcessView> = {}): ProcessView {
  const [group = shown, name = shown] = shown.split(":");
  return {
    id: `${group}:${name}`,
    group,
    name,
    shown,
    program: group,
    instance: 0,
    kind: "program",
    state: "STOPPED",
    up: false,
    pid: null,
    uptime: null,
    since: null,
    restarts: 0,
    memory: null,
    cpu: null,
    lastExit: null,
    spawnError: "",
    retryIn: null,
    autostart: true,
    spare: false,
    job: null,
    paused: false,
    waitingFor: [],
    healthFault: "",
    done: false,
    description: "",
    ...values,
  };
}

/** A process that runs. */
export function runningView(shown: string, values: Partial<ProcessView> = {}): ProcessView {
  return processView(shown, { state: "RUNNING", up: true, pid: 12, uptime: 5, ...values });
}

/** An end by exit status 1, not expected. */
export function endView(at: string, values: Partial<EndView> = {}): EndView {
  const usual = { code: 1, signal: null, planned: false, uptime: 3, reason: "exit status 1" };
  return { at, ...usual, ...values };
}

/** A job that is due some day and has not run. */
export function jobView(values: Partial<JobView> = {}): JobView {
  return {
    schedule: "5 14 * * *",
    timeZone: null,
    next: "2026-11-21T14:05:00.000Z",
    running: 0,
    waiting: null,
    last: null,
    lastSuccess: null,
    ...values,
  };
}

/** A good run of `job`, by its schedule. */
export function runView(values: Partial<RunView> = {}): RunView {
  return {
    id: "job:job",
    why: "schedule",
    attempt: 1,
    planned: "2026-11-21T11:00:00.000Z",
    began: "2026-11-21T11:00:00.000Z",
    duration: 12.3,
    result: "ok",
    code: 0,
    signal: null,
    reason: "",
    ...values,
  };
}
