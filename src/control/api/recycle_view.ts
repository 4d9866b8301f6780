// Where a process is on its way to its planned replacement.
import type { Pool } from "../../core/pool.ts";
import type { Process } from "../../core/process_state.ts";
import type { RecycleView } from "./recycle_types.ts";

export function recycleView(pool: Pool, { plan, jobs, due }: Process): RecycleView {
  const isDue = pool.due.includes(plan.id);
  const swap = pool.swaps.find(({ old }) => old === plan.id);
  return {
    jobs,
    due: isDue ? due?.cause ?? null : null,
    takenOverBy: swap?.fresh ?? null,
  };
}
