// More of the JSON API, version 1: programs that run when they are due, and their runs.

/** Why a run began: by its schedule, by hand, after a failed one, or for those that were missed. */
export type RunCauseView = "schedule" | "manual" | "retry" | "catch-up";

/**
 * How a run ended. `timeout` counts as failed; `replaced`: the next one took its place; `lost`: the runner ended
 * without having seen it.
 */
export type RunResultView = "ok" | "failed" | "timeout" | "stopped" | "replaced" | "lost";

/** A run that has ended. */
export interface RunView {
  /** The process. */
  readonly id: string;
  readonly why: RunCauseView;
  /** 1, and more for a further try. */
  readonly attempt: number;
  /** When it was planned for, ISO 8601; null: nobody planned it. */
  readonly planned: string | null;
  /** ISO 8601. */
  readonly began: string;
  /** Seconds it took; null: nobody knows, it is lost. */
  readonly duration: number | null;
  readonly result: RunResultView;
  /** Exit code; null when a signal ended it, or it never began. */
  readonly code: number | null;
  /** `SIGKILL`; null when no signal ended it. */
  readonly signal: string | null;
  /** What the exit does not tell; else empty. */
  readonly reason: string;
}

/** A program that has a schedule. */
export interface JobView {
  /** As in the manifest. */
  readonly schedule: string;
  /** IANA name; null: that of the machine. */
  readonly timeZone: string | null;
  /** When the next run is planned, ISO 8601; null: it never comes again, or the schedule is paused. */
  readonly next: string | null;
  /** Runs under way, in all of its processes. */
  readonly running: number;
  /** What begins besides the schedule; null: nothing. */
  readonly waiting: "queue" | "retry" | "catch-up" | null;
  readonly last: RunView | null;
  /** When the latest good run ended, ISO 8601. */
  readonly lastSuccess: string | null;
}

/** Body of `POST /run`. */
export interface RunRequest {
  /** A program that has a schedule, or a name that means one process that is down. */
  readonly name: string;
  /** False: the reply is a RunBegun, at once. Default: the reply is RunLines until the run has ended. */
  readonly follow?: boolean;
}

/** Reply of `POST /run` with `follow: false`. */
export interface RunBegun {
  readonly id: string;
  readonly shown: string;
}

/** One line of the reply of `POST /run`. Empty lines tell that nothing has happened. */
export type RunLine =
  | ({ readonly kind: "begun" } & RunBegun)
  | {
    readonly kind: "output";
    readonly stream: "stdout" | "stderr";
    /** As it came, not cut into lines; bytes that are no UTF-8 are replaced. */
    readonly text: string;
  }
  /** So many bytes were left out because they were read too slowly. */
  | { readonly kind: "dropped"; readonly bytes: number }
  | RunEnded;

/** How it ended. */
export interface RunEnded {
  readonly kind: "ended";
  readonly result: RunResultView;
  /** What a shell would see: the exit code, or 128 and the signal; never 0 for a run that is not ok. */
  readonly status: number;
  readonly code: number | null;
  readonly signal: string | null;
  /** Seconds. */
  readonly duration: number;
  /** In words. */
  readonly reason: string;
}
