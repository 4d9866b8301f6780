// Commands beside a process: the part of its plan.
import { PLAIN_WORK, type WorkPlan } from "./plan_work.ts";
import type { Scope } from "./scope.ts";

export function buildHooks(_scope: Scope): WorkPlan["hooks"] {
  return PLAIN_WORK.hooks;
}
