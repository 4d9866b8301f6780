// Views of processes as the API gives them, for tests of what is made of them.
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
