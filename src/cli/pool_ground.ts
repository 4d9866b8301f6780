// What a pool runs on, and what it was asked to run.
import type { ReadManifest } from "../control/live_runner.ts";
import type { OwnLog } from "../engine/own_log.ts";
import type { ForeignChoice } from "../manifest/foreign_choice.ts";
import type { Overrides } from "../manifest/overrides.ts";
import type { Plan, RlimitPlan } from "../manifest/plan.ts";
import type { Strictness } from "../manifest/problems.ts";
import type { ReadyLine } from "../os/detach.ts";
import type { InstanceName } from "../os/instance_key.ts";
import type { Poller } from "../os/poller.ts";
import type { Clock } from "../ports/clock.ts";
import type { HandedLogStore } from "../os/log_store.ts";
import type { HandoverState } from "./handover_state.ts";

export interface RunRequest {
  readonly path: string;
  readonly manifest: ReadManifest;
  readonly plan: Plan;
  readonly strictness: Strictness;
  /** Settings of the runner given on the command line. */
  readonly overrides: Overrides;
  /** For files of other formats. */
  readonly choice?: ForeignChoice;
  /** No copy of the programs' output on stdout. */
  readonly isQuiet: boolean;
  /** Whoever waits in front of a runner in the background. */
  readonly ready: ReadyLine;
  /** What the program before us in this process has left running; missing: everything is started. */
  readonly adopted?: HandoverState | null;
}

/** What the pool runs on: everything that is opened before it and closed after it. */
export interface Ground {
  readonly request: RunRequest;
  /** The folder the runner was started in. */
  readonly cwd: string;
  readonly name: InstanceName;
  readonly folder: string;
  readonly clock: Clock;
  readonly poller: Poller;
  readonly store: HandedLogStore;
  readonly log: OwnLog;
  readonly childLimits: readonly RlimitPlan[];
}
