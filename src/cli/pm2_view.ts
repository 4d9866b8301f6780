// A process in PM2's words. Pure.
import type { ApiState, ProcessView } from "../control/api/types.ts";

/** What PM2 calls a state. */
const STATUSES: Readonly<Record<ApiState, string>> = {
  STOPPED: "stopped",
  STARTING: "launching",
  RUNNING: "online",
  BACKOFF: "waiting restart",
  STOPPING: "stopping",
  EXITED: "stopped",
  FATAL: "errored",
};

/** The main fields of PM2's list; what has no counterpart is left out. */
export function pm2View(process: ProcessView, index: number) {
  const { shown, group, program, state, pid, restarts, memory, cpu, since, lastExit } = process;
  return {
    name: shown,
    // PM2 has 0 for nobody.
    pid: pid ?? 0,
    pm_id: index,
    pm2_env: {
      name: shown,
      namespace: group,
      program,
      status: STATUSES[state],
      restart_time: restarts,
      /** Milliseconds since the epoch. */
      pm_uptime: since === null ? 0 : Date.parse(since),
      exit_code: lastExit?.code ?? null,
      NODE_APP_INSTANCE: process.instance,
    },
    monit: { memory: memory ?? 0, cpu: cpu ?? 0 },
  };
}
