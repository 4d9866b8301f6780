// When a program is due: the part of its plan.
import { PLAIN_WORK, type WorkPlan } from "./plan_work.ts";
import type { Scope } from "./scope.ts";

export function buildSchedule(_scope: Scope): WorkPlan["schedule"] {
  return PLAIN_WORK.schedule;
}
