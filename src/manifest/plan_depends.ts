// What a process waits for, and whether it is expected to end: the parts of its plan.
import { PLAIN_WORK, type WorkPlan } from "./plan_work.ts";
import type { Scope } from "./scope.ts";

export function buildDependencies(_scope: Scope): Pick<WorkPlan, "type" | "dependsOn"> {
  const { type, dependsOn } = PLAIN_WORK;
  return { type, dependsOn };
}
