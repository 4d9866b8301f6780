// How long the whole shutdown may take when the manifest does not say.
import { hookTime } from "../core/hook_time.ts";
import { plansInOrder } from "../core/pool.ts";
import type { Millis, Plan } from "../manifest/plan.ts";
import { isInit } from "../os/init_duties.ts";

/** Under the ten seconds after which container engines kill. */
const AS_INIT: Millis = 8_000;

/** `shutdown_timeout`, else 8 s as PID 1, else the longest stop of any program, its hooks included. */
export function shutdownTimeout(plan: Plan): Millis {
  if (plan.runner.shutdownTimeout !== null) return plan.runner.shutdownTimeout;
  if (isInit()) return AS_INIT;
  const stops = plansInOrder(plan).map((one) =>
    one.stop.steps.reduce((sum, step) => sum + step.wait, hookTime(one, "preStop", "postExit"))
  );
  return Math.max(0, ...stops);
}
