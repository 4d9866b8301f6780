// What is made known of jobs.
import type { Exit } from "../base/exit.ts";
import type { Millis } from "../manifest/plan.ts";
import type { RunCause, RunResult } from "./job_state.ts";

/** `id`: the process it is about, or the first of the job; `job`: `group:program`. `planned` is wall time. */
export type JobFact =
  & { readonly kind: "job"; readonly id: string; readonly job: string }
  & JobNews;

export type JobNews =
  /** It is due, and begins when the run before has ended. */
  | { readonly step: "due"; readonly planned: Millis | null }
  | {
    readonly step: "begun";
    readonly why: RunCause;
    readonly planned: Millis | null;
    readonly attempt: number;
  }
  | {
    /** failed: and timeout. */
    readonly step: "ended" | "failed";
    readonly result: RunResult;
    readonly why: RunCause;
    readonly attempt: number;
    /** Null: there never was a child. */
    readonly exit: Exit | null;
    readonly duration: Millis;
    /** Wait before the next try; null: there is none. */
    readonly retryIn: Millis | null;
    readonly reason: string;
  }
  | { readonly step: "skipped"; readonly planned: Millis | null; readonly reason: string }
  /** Its schedule, or restart_schedule, is held by an operator, or no longer. */
  | { readonly step: "paused" | "resumed" }
  /** Due times have passed unseen, while the clock was set or nobody was there; `planned` is the first of them. */
  | { readonly step: "missed"; readonly planned: Millis; readonly count: number };
