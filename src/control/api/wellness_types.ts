// The JSON API: how a run is, by what has been seen of it and by what it says itself.

/** Of a process with a child that somebody looks after: for what its plan says, or since it may speak for itself. */
export interface WellnessView {
  /** What it waits for, as the manifest has it: `tcp:6379`; empty: nothing (any more). */
  readonly waitsFor: string;
  /** Why it is not ready by the last look; empty: it is, or there was none. */
  readonly waiting: string;
  /** Since when it is ready, ISO 8601; null: it is not, or it need not be. */
  readonly readySince: string | null;
  readonly health: HealthLookView | null;
  /** When it last said WATCHDOG=1, ISO 8601; null: never. */
  readonly heartbeat: string | null;
  /** What it says of itself (STATUS); empty: nothing. */
  readonly status: string;
  /** What it says that it is doing. */
  readonly condition: "" | "reloading" | "stopping";
  /** ERRNO that it has told; null: none. */
  readonly errno: number | null;
  /** Numbers of its own, by name. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** The latest look of its health probe. */
export interface HealthLookView {
  /** ISO 8601. */
  readonly at: string;
  /** What was wrong; empty: nothing. */
  readonly fault: string;
  /** Failed looks in a row that count. */
  readonly failures: number;
}
