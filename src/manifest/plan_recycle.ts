// Planned replacement and restart on change: the parts of a process plan.
import { PLAIN_WORK, type WorkPlan } from "./plan_work.ts";
import type { Scope } from "./scope.ts";

export function buildRecycling(_scope: Scope): Pick<WorkPlan, "recycle" | "watch"> {
  const { recycle, watch } = PLAIN_WORK;
  return { recycle, watch };
}
