// Time as the rest of the program sees it.
import type { Instant } from "../base/instant.ts";
import type { Millis } from "../manifest/plan.ts";

export type { Instant };

export interface Clock {
  now(): Instant;
  /** Calls `wake` once, at or after monotonic time `at`. Disposing it twice, or after it fired, does no harm. */
  wakeAt(at: Millis, wake: () => void): Disposable;
  /** A number in [0, 1). */
  random(): number;
}
