// When a process counts as up, and what it must do to be left alone: the parts of its plan.
import { PLAIN_WORK, type WorkPlan } from "./plan_work.ts";
import type { Scope } from "./scope.ts";

export function buildReadiness(_scope: Scope): Pick<WorkPlan, "ready" | "liveness"> {
  const { ready, liveness } = PLAIN_WORK;
  return { ready, liveness };
}
