// The JSON API, version 1: planned replacement of a process.

/** Where a process is on its way to its planned replacement. */
export interface RecycleView {
  /** Jobs that the present child has told of. */
  readonly jobs: number;
  /** `max-age`, `max-jobs`, `memory`, `schedule` or `watch` when it waits for its turn to be replaced; else null. */
  readonly due: string | null;
  /** The spare that is called to take over from it, by its id; null: none is. */
  readonly takenOverBy: string | null;
}
