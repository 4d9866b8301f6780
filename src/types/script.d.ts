// Types of what a script finds in the global `runner`. Name this file in the script for its editor:
// /// <reference path="./runner.d.ts" />
// deno-lint-ignore-file no-var

/** What a script tells the program that supervises it, by NOTIFY_SOCKET; without one nothing happens. */
interface RunnerScript {
  /** Says once that the script is ready for work: READY=1. */
  ready(): void;
  /** Says that the script is alive: WATCHDOG=1. */
  heartbeat(): void;
  /** Says that a job has been done: X_RUNNER_JOB=1. */
  jobDone(): void;
  /** Tells a number of the script's own: X_RUNNER_METRIC=name=value. */
  metric(name: string, value: number): void;
  /**
   * Fulfilled when the script is asked to stop, by SIGTERM or SIGINT. Who asks for it takes over: from then on
   * these signals do not end the script, and it has to end by itself.
   */
  readonly stopping: Promise<"SIGTERM" | "SIGINT">;
}

declare var runner: RunnerScript;
