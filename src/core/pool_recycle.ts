// Planned replacement: one process of a program at a time.
import type { Pool } from "./pool.ts";
import type { PoolStep } from "./pool_step.ts";
import type { Moment } from "./process_step.ts";

/** Goes on as far as it can at this moment. */
export function stepRecycle(pool: Pool, _moment: Moment): PoolStep {
  return { pool, effects: [] };
}
