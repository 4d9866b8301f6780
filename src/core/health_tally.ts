// Counts the looks of a health probe, and says when they are enough.
import type { Millis } from "../manifest/plan.ts";
import type { HealthPlan } from "../manifest/plan_work.ts";

export interface HealthTally {
  /** Failed looks in a row that count. */
  readonly inARow: number;
  /** Failed looks of this run, those in its grace included. */
  readonly failed: number;
  /** Uptime at the last good look; 0: there was none. */
  readonly well: Millis;
}

export const NO_LOOKS: HealthTally = { inARow: 0, failed: 0, well: 0 };

export interface HealthLook {
  /** What was wrong; null: nothing. */
  readonly fault: string | null;
  /** How long the process has been up. */
  readonly uptime: Millis;
}

/** One more look. */
export function countLook(tally: HealthTally, look: HealthLook, plan: HealthPlan): HealthTally {
  if (look.fault === null) return { ...tally, inARow: 0, well: look.uptime };
  const counts = look.uptime >= plan.grace;
  return { ...tally, failed: tally.failed + 1, inARow: counts ? tally.inARow + 1 : 0 };
}

/** True when the process is of no use. */
export function isEnough(tally: HealthTally, plan: HealthPlan): boolean {
  return tally.inARow >= plan.failures;
}
