// What is known of how a run is: what has been seen of it, and what it has said itself.
import type { NotifyWord } from "../core/notify_message.ts";
import type { Millis } from "../manifest/plan.ts";
import type { HealthTally } from "../core/health_tally.ts";
import type { Instant } from "../ports/clock.ts";
import type { OpenChannel } from "../ports/message_channel.ts";
import type { OpenNotifySocket } from "../ports/notify_socket.ts";
import type { FailedLooks } from "./failed_looks.ts";
import type { LastLook } from "./health_watch.ts";

/** What a program has said of itself on NOTIFY_SOCKET. */
export interface Sayings {
  /** STATUS; empty: nothing. */
  status: string;
  /** RELOADING=1 or STOPPING=1; empty: neither. */
  condition: "" | "reloading" | "stopping";
  /** ERRNO; null: it has told none. */
  errno: number | null;
  /** The last WATCHDOG=1. */
  heartbeat: Instant | null;
  /** Numbers of its own. */
  readonly metrics: Map<string, number>;
}

export function newSayings(): Sayings {
  return { status: "", condition: "", errno: null, heartbeat: null, metrics: new Map() };
}

/** What is known of a run, as it is handed over to another program. */
export interface RunCareState {
  readonly id: string;
  readonly run: number;
  readonly sayings: Sayings;
  readonly startedAt: Instant;
  readonly readySince: Millis | null;
  readonly socket: OpenNotifySocket | null;
  /** Missing: the runner before us knew of none. */
  readonly channel?: OpenChannel | null;
  /** Heads of lines that it may become ready by. */
  readonly lines: { readonly stdout: Uint8Array; readonly stderr: Uint8Array } | null;
  readonly health: { readonly tally: HealthTally; readonly last: LastLook | null } | null;
  /** Failed looks of all runs. Missing: the runner before us counted those of the present one. */
  readonly failedLooks?: FailedLooks;
  /** When it has beaten, and written, last. */
  readonly beatAt: Millis | null;
  readonly heardAt: Millis | null;
}

/** Numbers of its own that a process may tell. */
const MOST_METRICS = 64;

/** Keeps what a word says of the program, whatever else is done about it. */
export function note(sayings: Sayings, word: NotifyWord, now: Instant): void {
  switch (word.kind) {
    case "ready":
      sayings.condition = "";
      return;
    case "beat":
      sayings.heartbeat = now;
      return;
    case "status":
      sayings.status = word.text;
      return;
    case "reloading":
    case "stopping":
      sayings.condition = word.kind;
      return;
    case "errno":
      sayings.errno = word.number;
      return;
    case "metric": {
      const { metrics } = sayings;
      if (metrics.size < MOST_METRICS || metrics.has(word.name)) metrics.set(word.name, word.value);
      return;
    }
    case "trigger":
    case "watchdog":
    case "extend":
    case "jobs":
    case "passed-over":
      return;
  }
}

export interface RunLook extends Readonly<Omit<Sayings, "metrics">> {
  readonly metrics: ReadonlyMap<string, number>;
  /** Wall time; null: it is not ready, or it need not say. */
  readonly readySince: Millis | null;
  /** Why it is not ready by the last look; empty: there was none. */
  readonly waiting: string;
  /** Looks that failed, over all runs. */
  readonly failedLooks: FailedLooks;
  /** The last look at its health; null: there was none. */
  readonly health: LastLook | null;
  /** Failed looks in a row that count. */
  readonly inARow: number;
}
