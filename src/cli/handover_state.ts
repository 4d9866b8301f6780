// Everything that a runner leaves to the program that takes its place, in one piece of plain data.
import type { LiveState } from "../control/live_parts.ts";
import type { ServerSocket } from "../control/http/server.ts";
import type { StreamMemoryState } from "../control/logs/log_memory.ts";
import type { AlertsState } from "../engine/alerts.ts";
import type { EngineState } from "../engine/engine_state.ts";
import type { ListenersState } from "../engine/listener_pools.ts";
import type { OutputState } from "../engine/output.ts";
import type { RunCareState } from "../engine/run_look.ts";
import type { ForeignChoice } from "../manifest/foreign_choice.ts";
import type { Overrides } from "../manifest/overrides.ts";
import type { Strictness } from "../manifest/problems.ts";
import type { CgroupAccess } from "../os/cgroup.ts";
import type { ChildrenState } from "../os/children.ts";
import type { ClockState } from "../os/continued_clock.ts";
import type { InstanceName } from "../os/instance_key.ts";
import type { LogStoreState } from "../os/log_store.ts";
import type { OwnLimitState } from "./own_settings.ts";

/** What the runner was asked to run; the manifest is read again. */
export interface RequestState {
  readonly path: string;
  readonly strictness: Strictness;
  readonly overrides: Overrides;
  readonly choice?: ForeignChoice;
  readonly isQuiet: boolean;
}

export interface HandoverState {
  /** Of the program that hands over. */
  readonly version: string;
  readonly request: RequestState;
  readonly clock: ClockState;
  readonly name: InstanceName;
  readonly folder: string;
  readonly cwd: string;
  /** Wall time when the runner was started, and when programs of it have taken over. */
  readonly startedAt: number;
  readonly upgrades: number;
  readonly limits: OwnLimitState | null;
  /** Descriptor that holds the lock of the instance. */
  readonly lock: number;
  readonly engine: EngineState;
  readonly output: readonly OutputState[];
  readonly wellness: readonly RunCareState[];
  readonly alerts: AlertsState;
  readonly listeners: ListenersState;
  readonly logs: LogStoreState;
  readonly memory: ReadonlyMap<string, StreamMemoryState>;
  readonly children: ChildrenState;
  readonly servers: readonly ServerSocket[];
  readonly cgroups: CgroupAccess | null;
  readonly live: LiveState;
  /** Errands under way, with their marks. */
  readonly errands: ReadonlyMap<number, string>;
}
