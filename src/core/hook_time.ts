// How long hooks may take.
import type { Millis, ProcessPlan } from "../manifest/plan.ts";
import type { HookName } from "../manifest/plan_work.ts";

/** The longest time of these hooks together. */
export function hookTime({ hooks }: Pick<ProcessPlan, "hooks">, ...names: HookName[]): Millis {
  return names.reduce((sum, name) => sum + (hooks[name]?.timeout ?? 0), 0);
}
