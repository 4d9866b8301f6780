// Plans for tests: one line a program, with only what the test is about.
import type { AlertPlan } from "../../src/manifest/alert_plan.ts";
import type {
  GroupPlan,
  LogPlan,
  Plan,
  ProcessPlan,
  RestartPlan,
  RunnerPlan,
  StopPlan,
} from "../../src/manifest/plan.ts";
import { PLAIN_WORK } from "../../src/manifest/plan_work.ts";

export const LOG: LogPlan = {
  destination: { kind: "none" },
  syslog: false,
  maxBytes: 50 * 1024 * 1024,
  backups: 10,
  maxAge: null,
  daily: false,
  compress: false,
  totalMax: null,
  format: "raw",
  stripAnsi: false,
  shown: true,
  captureMaxBytes: 0,
  eventsEnabled: false,
};

/** supervisord's defaults. */
export const SUPERVISORD: RestartPlan = {
  autorestart: "unexpected",
  exitCodes: [0],
  onExit: [],
  backoff: { kind: "linear" },
  earlyExitFails: true,
  startSeconds: 1_000,
  startRetries: 3,
  restartDelay: 0,
  startLimit: null,
  maxAge: null,
};

/** Our own defaults, with round numbers and no jitter. */
export const OURS: RestartPlan = {
  ...SUPERVISORD,
  backoff: {
    kind: "exponential",
    initial: 500,
    factor: 2,
    max: 30_000,
    jitter: 0,
    resetAfter: 10_000,
  },
  earlyExitFails: false,
  startRetries: 10,
};

export const STOP: StopPlan = {
  steps: [{ signal: 15, wait: 10_000 }],
  message: null,
  scope: "process",
  killScope: "process",
  sweepOnExit: false,
};

const RUNNER: RunnerPlan = {
  logfile: { kind: "none" },
  logfileMaxBytes: 0,
  logfileBackups: 0,
  logLevel: "info",
  logFormat: "text",
  pidfile: null,
  wantsDaemon: false,
  silent: false,
  umask: null,
  directory: null,
  user: null,
  minfds: 1024,
  minprocs: 200,
  childLogDir: null,
  noCleanup: false,
  identifier: "supervisor",
  shutdownWhen: "never",
  shutdownTimeout: null,
  logStdout: null,
};

/** A process `name` of the group `name`. */
export function processPlan(name: string, own: Partial<ProcessPlan> = {}): ProcessPlan {
  const group = own.group ?? name;
  return {
    id: `${group}:${name}`,
    group,
    name,
    program: name,
    instance: 0,
    kind: "program",
    priority: 999,
    autostart: true,
    critical: false,
    command: ["/bin/true"],
    commandFault: null,
    directory: null,
    environment: {},
    inheritEnv: null,
    user: null,
    umask: null,
    nice: null,
    oomScoreAdj: null,
    rlimits: [],
    stdin: "null",
    restart: SUPERVISORD,
    memory: { cap: null, action: "restart", hardLimit: null },
    stop: STOP,
    stdout: LOG,
    stderr: LOG,
    serverUrl: "AUTO",
    fcgi: null,
    listener: null,
    ...PLAIN_WORK,
    ...own,
  };
}

/** A plan of these processes, a group for each group name, in the order given. */
export function planOf(
  processes: readonly ProcessPlan[],
  runner: Partial<RunnerPlan> = {},
): Plan {
  const groups = new Map<string, GroupPlan>();
  for (const process of processes) {
    const known = groups.get(process.group)?.processes ?? [];
    groups.set(process.group, {
      name: process.group,
      priority: process.priority,
      processes: [...known, process],
    });
  }
  return {
    file: "test.ini",
    dialect: "ini",
    runner: { ...RUNNER, ...runner },
    groups: [...groups.values()].sort((a, b) => a.priority - b.priority),
    servers: [],
    alerts: [],
    notices: [],
  };
}

/** An alert about processes that are given up, to a command. */
export function alertPlan(name: string): AlertPlan {
  return {
    name,
    on: ["fatal"],
    programs: [],
    target: { kind: "exec", command: ["/bin/true"] },
    template: "json",
    message: "%(text)s",
    secret: null,
    every: 0,
    groupWait: 0,
    timeout: 1_000,
    retries: 0,
    flapping: { ends: 5, within: 60_000 },
  };
}
