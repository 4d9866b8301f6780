// Starts what has waited for others, once they are where it wants them.
import type { Pool } from "./pool.ts";
import type { PoolStep } from "./pool_step.ts";
import type { Moment } from "./process_step.ts";

/** Goes on as far as it can at this moment. */
export function stepDepends(pool: Pool, _moment: Moment): PoolStep {
  return { pool, effects: [] };
}
