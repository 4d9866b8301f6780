// More of the JSON API, version 1: what goes to and from the runner as a whole.
import type { ApiState, ErrorReply, ProblemView } from "./types.ts";

/** Reply of `GET /environment/{id}`: values by name; one that looks like a secret is `(hidden)`. */
export type EnvironmentView = Readonly<Record<string, string>>;

/** Body of `POST /shutdown`. */
export interface ShutdownRequest {
  /** True: kill what does not stop at once; also when a shutdown is under way. */
  readonly force?: boolean;
}

/** Body of `POST /stdin`. */
export interface StdinRequest {
  /** A name that means one process. */
  readonly name: string;
  /** Sent as UTF-8, and nothing is added to it. */
  readonly text: string;
}

/** Reply of requests that have nothing else to say. */
export interface DoneReply {
  readonly done: true;
}

/** Reply of `GET /healthz`. */
export interface HealthView {
  readonly status: "ok";
  readonly phase: "UP" | "STOPPING" | "DOWN";
}

/** Reply of `GET /readyz`. Status 503 when something is not up. */
export interface ReadyView {
  readonly ready: boolean;
  /** Programs with `autostart` that are neither RUNNING nor done as expected. */
  readonly waiting: readonly {
    readonly id: string;
    readonly state: ApiState;
    /** What it is not started before: `redis: ready`. */
    readonly waitingFor: readonly string[];
  }[];
}

/** Reply of `POST /update` and `POST /restart` with status 422. */
export interface UpdateRefusal extends ErrorReply {
  readonly applied: false;
  readonly problems: readonly ProblemView[];
}
