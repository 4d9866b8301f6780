// The states of a process, each with what is true in it and nothing else.
import type { Exit } from "../base/exit.ts";
import type { Instant } from "../base/instant.ts";
import type { Millis, ProcessPlan } from "../manifest/plan.ts";

/** Why a process is being stopped. The first cause wins. */
export type StopCause =
  | "command"
  | "reload"
  | "update"
  | "shutdown"
  | "memory"
  | "max-age"
  | "max-jobs"
  /** The time of restart_schedule has come. */
  | "schedule"
  /** A file of `watch` has changed. */
  | "watch"
  /** Something it depends on came up again. */
  | "dependency"
  /** It was not ready in time. */
  | "not-ready"
  /** No WATCHDOG=1 in time. */
  | "watchdog"
  /** Its health probe failed. */
  | "health"
  /** No output for too long. */
  | "silence"
  /** A run of a job took too long. */
  | "timeout"
  /** The next run of a job is due, and takes its place. */
  | "overlap";

/** What the operator, or the runner itself, wishes for after a stop. */
export type After =
  | "stay"
  | "start"
  /** The end counts as one that nobody asked for: the restart policy decides. */
  | "judge";

/** Why a process that is up is of no use any more. */
export type UnwellCause = "watchdog" | "health" | "silence";

export type ProcessState =
  | { readonly name: "STOPPED" }
  /** `pid` is null until the host has answered. */
  | {
    readonly name: "STARTING";
    readonly pid: number | null;
    readonly since: Instant;
    readonly stableAt: Millis;
    /** Until when it has to be ready; null: it is, or need not be. */
    readonly readyBy: Millis | null;
  }
  | {
    readonly name: "RUNNING";
    readonly pid: number;
    readonly since: Instant;
    readonly recycleAt: Millis | null;
  }
  | { readonly name: "BACKOFF"; readonly retryAt: Millis; readonly reason: string }
  | {
    readonly name: "STOPPING";
    readonly pid: number | null;
    readonly since: Instant;
    /** When the next step is due: the next stop signal, or SIGKILL. */
    readonly dueAt: Millis;
    /** Index of the stop signal sent last. */
    readonly step: number;
    readonly killed: boolean;
    readonly after: After;
    readonly cause: StopCause;
  }
  | { readonly name: "EXITED"; readonly exit: Exit; readonly expected: boolean }
  | { readonly name: "FATAL"; readonly reason: string };

export type StateName = ProcessState["name"];

/** One end of a child, kept for `describe`. */
export interface EndRecord {
  readonly at: Instant;
  readonly run: number;
  readonly exit: Exit;
  readonly uptime: Millis;
  /** Planned: stopped by us, or an exit that is expected. */
  readonly planned: boolean;
  readonly reason: string;
}

/** Counters that outlive the states. */
export interface Tally {
  /** Failed starts in a row (supervisord's `backoff`). */
  readonly failedStarts: number;
  /** Unexpected ends in a row after RUNNING. */
  readonly crashes: number;
  /** Lives shorter than a second in a row, whatever their end. */
  readonly quickEnds: number;
  /** Monotonic times of automatic starts within the window of `start_limit`. */
  readonly recentStarts: readonly Millis[];
  /** Automatic restarts since the runner started. */
  readonly restarts: number;
}

/** A planned replacement that a process waits for, at its turn. */
export interface Due {
  readonly cause: Extract<StopCause, "memory" | "max-age" | "max-jobs" | "schedule" | "watch">;
  readonly since: Millis;
  /** Then it goes, whatever the others of its program do; Infinity: it waits as long as it takes. */
  readonly until: Millis;
}

/** One process of the pool. */
export interface Process {
  readonly plan: ProcessPlan;
  readonly state: ProcessState;
  /** Number of the latest child; 0 before the first. */
  readonly run: number;
  readonly tally: Tally;
  readonly lastStart: Instant | null;
  readonly lastEnd: EndRecord | null;
  /** Why the last start failed; empty after a good one (supervisord's spawnerr). */
  readonly spawnError: string;
  /** Jobs that the present child has told of. */
  readonly jobs: number;
  /** Null: nothing is planned for the present child. */
  readonly due: Due | null;
  /** It is kept back, to take over from another of its program (`spare`). */
  readonly standsBy: boolean;
  /** Wall time before which restart_schedule asks for nothing; Infinity: an operator has paused its times. */
  readonly pausedUntil: Millis;
}

const NO_TALLY: Tally = {
  failedStarts: 0,
  crashes: 0,
  quickEnds: 0,
  recentStarts: [],
  restarts: 0,
};

/** A process that has never been started. */
export function newProcess(plan: ProcessPlan): Process {
  return {
    plan,
    state: { name: "STOPPED" },
    run: 0,
    tally: NO_TALLY,
    lastStart: null,
    lastEnd: null,
    spawnError: "",
    jobs: 0,
    due: null,
    standsBy: plan.recycle.isSpare,
    pausedUntil: 0,
  };
}

/** True when no child exists and none is due: STOPPED, EXITED, FATAL. */
export function isDown(process: Process): boolean {
  const name = process.state.name;
  return name === "STOPPED" || name === "EXITED" || name === "FATAL";
}

/** The child's pid, or null when there is none. */
export function pidOf(process: Process): number | null {
  const state = process.state;
  switch (state.name) {
    case "STARTING":
    case "RUNNING":
    case "STOPPING":
      return state.pid;
    case "STOPPED":
    case "BACKOFF":
    case "EXITED":
    case "FATAL":
      return null;
  }
}

/** When the process wants to be looked at next; Infinity: never. */
export function wakeAt(process: Process): Millis {
  const state = process.state;
  switch (state.name) {
    case "STARTING":
      return state.pid === null ? Infinity : state.readyBy ?? state.stableAt;
    case "RUNNING":
      return process.due === null ? state.recycleAt ?? renewalLook(process) : Infinity;
    case "BACKOFF":
      return state.retryAt;
    case "STOPPING":
      return state.pid === null ? Infinity : state.dueAt;
    case "STOPPED":
    case "EXITED":
    case "FATAL":
      return Infinity;
  }
}

/** At once, where nobody has looked yet when a restart is due by the clock. */
function renewalLook({ plan, pausedUntil }: Process): Millis {
  return plan.restart.restartAt === undefined || pausedUntil === Infinity ? Infinity : 0;
}
