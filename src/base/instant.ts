// One reading of both clocks.

/** A moment. Monotonic time is for decisions; wall time for display, logs and calendars only. */
export interface Instant {
  /** Monotonic milliseconds. */
  readonly mono: number;
  /** Milliseconds since the epoch. */
  readonly wall: number;
}
