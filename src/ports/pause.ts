// A wait on the clock, for those who look again and again.
import type { Millis } from "../manifest/plan.ts";
import type { Clock } from "./clock.ts";

/** Resolves after so long. */
export function pause(clock: Clock, time: Millis): Promise<void> {
  return new Promise((wake) => clock.wakeAt(clock.now().mono + time, wake));
}
