// The JSON API, version 1: every shape that goes over the socket, used by the server, the client and the OpenAPI file.
import type { JobView, RunView } from "./job_types.ts";
import type { RecycleView } from "./recycle_types.ts";
import type { WellnessView } from "./wellness_types.ts";

/** Where all paths of this version begin. */
export const API = "/api/v1";

/** State of a process, supervisord's names. */
export type ApiState =
  | "STOPPED"
  | "STARTING"
  | "RUNNING"
  | "BACKOFF"
  | "STOPPING"
  | "EXITED"
  | "FATAL";

/** How a child ended. */
export interface EndView {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Null when a signal ended it or its status was lost. */
  readonly code: number | null;
  /** `SIGKILL`; null when no signal ended it. */
  readonly signal: string | null;
  /** True: stopped by us, or an exit that is expected. */
  readonly planned: boolean;
  /** Seconds it had been up. */
  readonly uptime: number;
  /** In words: `exit status 1`, `terminated by SIGKILL`, `stopped for memory (exit status 0)`, … */
  readonly reason: string;
}

/** One process as `status` shows it. */
export interface ProcessView {
  /** `group:name`, unique. */
  readonly id: string;
  readonly group: string;
  readonly name: string;
  /** What `status` prints: `name` alone when the group has the same name, else `group:name`. */
  readonly shown: string;
  readonly program: string;
  /** supervisord's process_num. */
  readonly instance: number;
  readonly kind: "program" | "fcgi-program" | "eventlistener";
  readonly state: ApiState;
  /** True for STARTING, RUNNING, BACKOFF and STOPPING, as supervisorctl's exit status counts. */
  readonly up: boolean;
  readonly pid: number | null;
  /** Seconds since it was started; null without a child. */
  readonly uptime: number | null;
  /** When it entered its state, ISO 8601; null: never started. */
  readonly since: string | null;
  /** Restarts without anybody having asked for them, since the runner started. */
  readonly restarts: number;
  /** Resident bytes of the process and its descendants; null without a child. */
  readonly memory: number | null;
  /** Percent of one core; null when not known yet. */
  readonly cpu: number | null;
  readonly lastExit: EndView | null;
  /** Why the last start failed; empty after a good one. */
  readonly spawnError: string;
  /** Seconds until the next try in BACKOFF; null otherwise. */
  readonly retryIn: number | null;
  readonly autostart: boolean;
  /** What it is not started before: `redis: ready`, `migrate: done`; empty when it does not wait. */
  readonly waitingFor: readonly string[];
  /** True for a oneshot that has ended as expected: it is as it should be, though it is not up. */
  readonly done: boolean;
  /** True for a spare that stands by until it takes over from another of its program. */
  readonly spare: boolean;
  /** Null: it has no schedule. */
  readonly job: JobView | null;
  /** True while its schedule, or restart_schedule, is paused. */
  readonly paused: boolean;
  /** What its latest health probe found wrong; empty: nothing, or it has none. */
  readonly healthFault: string;
  /** supervisorctl's description: `pid 12, uptime 0:01:02`, the spawn error, when it was stopped; or what it waits for. */
  readonly description: string;
}

/** Reply of `GET /processes`. */
export interface ProcessList {
  readonly processes: readonly ProcessView[];
  /** Names that were asked for and match nothing. */
  readonly unknown: readonly UnknownName[];
  readonly drift: readonly DriftView[];
  readonly runner: RunnerView;
}

export interface UnknownName {
  readonly name: string;
  /** A near one; empty when there is none. */
  readonly meant: string;
}

/** A program that runs in another number than its manifest says. */
export interface DriftView {
  readonly program: string;
  readonly running: number;
  readonly manifest: number;
}

/** The runner itself. */
export interface RunnerView {
  readonly pid: number;
  readonly version: string;
  readonly identifier: string;
  readonly manifest: string;
  readonly dialect: "ini" | "toml";
  readonly startedAt: string;
  readonly uptime: number;
  readonly phase: "UP" | "STOPPING" | "DOWN";
  readonly memory: number;
  /** Bytes that the runner and its programs may have by the limit of their container or cgroup; null: no limit. */
  readonly memoryLimit: number | null;
  readonly cpuTime: number;
  /** How often another program has taken over in this process, its children kept. */
  readonly upgrades: number;
  /** The environment that was chosen at its start, whose overlay lies over the manifest; null: none. */
  readonly environment: string | null;
}

/** A log of a process. */
export interface LogView {
  /** Null when it can not be read as a file. */
  readonly path: string | null;
  /** Bytes in the live file. */
  readonly size: number | null;
  readonly backups: number;
  /** Bytes written since the runner started. */
  readonly written: number;
  readonly lost: number;
}

/** Reply of `GET /processes/{id}`: everything about one process. */
export interface ProcessDetail extends ProcessView {
  /** As `runner check --json` prints it, without secret values. */
  readonly plan: unknown;
  /** Names of the environment variables the manifest sets. */
  readonly environmentNames: readonly string[];
  /** Highest resident bytes seen in this run. */
  readonly memoryPeak: number | null;
  /** Processes of its tree; 0 without a child. */
  readonly children: number;
  /** Seconds of processor time of the present run. */
  readonly cpuTime: number | null;
  /** Latest ends, newest first. */
  readonly history: readonly EndView[];
  /** Runs of the job, newest first; empty for other programs. */
  readonly runs: readonly RunView[];
  readonly restartsBy: Readonly<Record<string, number>>;
  readonly exits: Readonly<Record<string, number>>;
  readonly stdout: LogView;
  /** Null when stderr goes where stdout goes. */
  readonly stderr: LogView | null;
  /** How an event listener stands; null for other programs. */
  readonly listener: ListenerView | null;
  /** How the present run is; null where nobody looks after it. */
  readonly wellness: WellnessView | null;
  readonly recycling: RecycleView;
}

/** An event listener as its pool sees it. */
export interface ListenerView {
  /** UNKNOWN: it has broken the protocol, and gets nothing until it is started again. */
  readonly state: "ACKNOWLEDGED" | "READY" | "BUSY" | "UNKNOWN";
  /** Events in the buffer that all processes of its group share. */
  readonly waiting: number;
}

/** What can be asked of processes. */
export type ActionName =
  | "start"
  | "stop"
  | "restart"
  | "reload"
  | "signal"
  | "kill"
  | "clear"
  | "delete"
  | "pause"
  | "resume";

/** Body of `POST /actions`. */
export interface ActionRequest {
  readonly action: ActionName;
  /** `web`, `web:web_0`, `web:*`, `all`, globs; at least one. */
  readonly names: readonly string[];
  /** Name or number; for `signal` only. */
  readonly signal?: string;
  /** True (the default): the reply waits for the wished state. */
  readonly wait?: boolean;
  /** Seconds to wait at most; default: as long as the programs' own limits allow. */
  readonly timeout?: number;
  /** `reload`: how many processes are replaced at a time; default 1. */
  readonly atOnce?: number;
}

/** What became of one process. */
export interface ActionResult {
  readonly id: string;
  readonly shown: string;
  /** False when the wish did not come true. */
  readonly ok: boolean;
  /** `started`, `already started`, `stopped`, `not running`, `restarted`, `signalled`, `cleared`, `removed`, … */
  readonly outcome: string;
  /** Why not; empty when there is nothing to add. */
  readonly detail: string;
  readonly state: ApiState;
}

/** Reply of `POST /actions`. Status 200 also when some failed; 404 when no name matched anything. */
export interface ActionReply {
  readonly results: readonly ActionResult[];
  readonly unknown: readonly UnknownName[];
  /**
   * How names were understood where that is not plain: `worker means the 4 processes of worker:*`. Who depends on
   * what has been stopped: `web depends on redis, and runs on`.
   */
  readonly notes: readonly string[];
  /** True when waiting was given up. */
  readonly timedOut: boolean;
}

/** A fault in a manifest. */
export interface ProblemView {
  readonly severity: "error" | "warning";
  readonly text: string;
}

/** Body of every failed reply. */
export interface ErrorReply {
  readonly error: string;
  readonly hint: string;
  /** With 404: the names that match nothing. */
  readonly unknown?: readonly UnknownName[];
}

/** One line of output. `GET /logs?format=json` and `follow` send one a line, as JSON. */
export interface LogLineView {
  readonly id: string;
  readonly shown: string;
  readonly stream: "stdout" | "stderr";
  /** ISO 8601 when the runner saw it arrive; null for lines read from a file that does not tell. */
  readonly time: string | null;
  /** Without its line end; bytes that are no UTF-8 are replaced. */
  readonly line: string;
  /** Instead of a line: so many were left out here because they were read too slowly. */
  readonly dropped?: number;
}

/** One fact of the stream `GET /events`. */
export interface EventView {
  /** Grows by one with each event of this runner. */
  readonly serial: number;
  /** ISO 8601. */
  readonly time: string;
  /** `state`, `spawned`, `exited`, `stopped`, `memory`, `gave-up`, `updated`, `reload`, `shutdown`, … */
  readonly kind: string;
  /** Null when it is about the runner itself. */
  readonly process: string | null;
  /** One line for people. */
  readonly text: string;
  /** What belongs to the kind: `from`, `to`, `pid`, `code`, `signal`, `bytes`, … */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What `GET /watch` sends, as server-sent events named `status`: all processes, again whenever something changes. */
export type WatchView = ProcessList;
