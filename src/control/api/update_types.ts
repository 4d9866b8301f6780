// More of the JSON API, version 1: the manifest read again, and what comes of it.
import type { ActionResult, ProblemView } from "./types.ts";

/** Body of `POST /update`. */
export interface UpdateRequest {
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly timeout?: number;
}

/** Reply of `POST /update`. Status 422 when the manifest has errors: then nothing was changed. */
export interface UpdateReply {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly restarted: readonly { readonly id: string; readonly changed: readonly string[] }[];
  readonly adjusted: readonly { readonly id: string; readonly changed: readonly string[] }[];
  readonly unchanged: number;
  /** Alerts that differ; they are in force at once. */
  readonly alerts: AlertChanges;
  /** Values of the runner itself that differ and are in force at once. */
  readonly live: readonly string[];
  /** Values of the runner itself that differ: they take effect when it is started anew. */
  readonly runner: readonly string[];
  readonly applied: boolean;
  readonly problems: readonly ProblemView[];
  /** What became of those that were added, removed and restarted; empty for a dry run. */
  readonly results: readonly ActionResult[];
  /** True when waiting was given up. */
  readonly timedOut: boolean;
}

/** Alerts by their names. */
export interface AlertChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly { readonly name: string; readonly changed: readonly string[] }[];
}
