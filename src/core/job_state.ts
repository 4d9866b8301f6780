// The state of jobs: when each is due, what runs, what waits, and what has been. Plain data that survives a handover.
import type { Exit } from "../base/exit.ts";
import type { Instant } from "../base/instant.ts";
import type { Millis, ProcessPlan } from "../manifest/plan.ts";
import type { SchedulePlan } from "../manifest/plan_work.ts";

/** Why a run began. */
export type RunCause = "schedule" | "manual" | "retry" | "catch-up";

/**
 * How it ended. timeout counts as failed; replaced: the next run took its place (`overlap = kill`); lost: the runner
 * ended without having seen it.
 */
export type RunResult = "ok" | "failed" | "timeout" | "stopped" | "replaced" | "lost";

export const RUN_RESULTS: readonly RunResult[] = [
  "ok",
  "failed",
  "timeout",
  "stopped",
  "replaced",
  "lost",
];

/** A wish for a run. */
export interface RunWish {
  readonly why: RunCause;
  /** Wall time it was planned for; null: nobody planned it. */
  readonly planned: Millis | null;
  /** 1, and more for a retry. */
  readonly attempt: number;
}

/** A run under way. */
export interface JobRun extends RunWish {
  /** The process, and its run number. */
  readonly id: string;
  readonly run: number;
  readonly began: Instant;
}

/** A run that has ended. */
export interface PastRun extends JobRun {
  /** Of one that is lost: when that was found out. */
  readonly ended: Instant;
  readonly result: RunResult;
  /** Null: there never was a child. */
  readonly exit: Exit | null;
  /** Why, where the exit does not tell; else empty. */
  readonly reason: string;
}

/** A run that is to begin. `queue`: as soon as nothing runs; else not before `at`, monotonic. */
export type WaitingRun = RunWish & {
  readonly for: "queue" | "retry" | "catch-up";
  readonly at: Millis;
};

/** What has been counted since the runner started. */
export type JobCounts = Readonly<Record<RunResult | "skipped" | "missed", number>>;

export interface Job {
  /** `group:program`. */
  readonly key: string;
  readonly schedule: SchedulePlan;
  /** Its processes, in start order. */
  readonly ids: readonly string[];
  /** Wall times: what is planned, and when it begins, later by the jitter; null: it never comes again. */
  readonly next: { readonly planned: Millis; readonly at: Millis } | null;
  /** Wall time up to which everything planned is dealt with. */
  readonly done: Millis;
  readonly runs: readonly JobRun[];
  readonly waiting: WaitingRun | null;
  /** Newest first, `schedule.history` at most. */
  readonly past: readonly PastRun[];
  /** Latest end, kept whatever `history` is. */
  readonly last: PastRun | null;
  /** Wall time of the latest good end. */
  readonly lastSuccess: Millis | null;
  readonly counts: JobCounts;
}

/** What is remembered of a job while no runner runs. */
export interface JobMemory {
  readonly key: string;
  /** Another schedule has missed nothing. */
  readonly timing: string;
  readonly done: Millis;
}

/** What is noted of a job for the next runner. */
export interface JobRecord {
  readonly key: string;
  /** Under way when this was noted. */
  readonly runs: readonly JobRun[];
  readonly past: readonly PastRun[];
  readonly last: PastRun | null;
  readonly lastSuccess: Millis | null;
}

/** What is noted for the next runner. */
export interface JobRecords {
  readonly paused: readonly string[];
  readonly jobs: readonly JobRecord[];
}

export const NO_RECORDS: JobRecords = { paused: [], jobs: [] };

export interface Jobs {
  readonly items: readonly Job[];
  /** The plan has changed since `items` were made. */
  readonly isStale: boolean;
  readonly remembered: readonly JobMemory[];
  /** What was noted before this runner; taken once. */
  readonly records: readonly JobRecord[];
  /** Programs (`group:program`) whose schedule, or restart_schedule, is held. */
  readonly paused: readonly string[];
  /** Wall time minus monotonic time when it was last looked. */
  readonly offset: Millis;
  /** Look again at this monotonic time whatever the schedules say: the clock may have been set. */
  readonly lookAt: Millis;
  /** When something is due next, `lookAt` included. */
  readonly wakeAt: Millis;
}

/** True for what runs when it is due. */
export function isJob({ schedule }: Pick<ProcessPlan, "schedule">): boolean {
  return schedule !== null;
}

/** True for what is begun, or begun anew, by the clock. */
export function isTimed({ schedule, restart }: Pick<ProcessPlan, "schedule" | "restart">): boolean {
  return schedule !== null || restart.restartAt !== undefined;
}

/** No job is known yet. */
export function newJobs(
  remembered: readonly JobMemory[] = [],
  { jobs: records, paused }: JobRecords = NO_RECORDS,
): Jobs {
  const times = { offset: 0, lookAt: Infinity, wakeAt: Infinity };
  return { items: [], isStale: true, remembered, records, paused, ...times };
}

/** A schedule and its time zone as one text. */
export function timingText({ expression, timeZone }: SchedulePlan): string {
  return timeZone === null ? expression : `${expression} ${timeZone}`;
}
