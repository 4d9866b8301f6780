// One look of a probe, whatever its kind.
import { exitText } from "../core/log_lines.ts";
import type { Millis, ProcessPlan } from "../manifest/plan.ts";
import type { ProbePlan } from "../manifest/plan_work.ts";
import { type ErrandEnd, type Errands, hasSucceeded } from "../ports/errands.ts";
import type { Prober } from "../ports/prober.ts";

export interface LookParts {
  readonly prober: Prober;
  readonly errands: Errands;
}

export interface LookOrder {
  readonly probe: ProbePlan;
  /** Whose probe it is. */
  readonly plan: ProcessPlan;
  readonly name: "ready" | "health";
  readonly limit: Millis;
}

/** Says what was wrong, or null, once and never at once. */
export function lookOnce(
  { probe, plan, name, limit }: LookOrder,
  { prober, errands }: LookParts,
  told: (fault: string | null) => void,
): Disposable {
  if (probe.kind !== "exec") return prober.look(probe, limit, told);
  const errand = {
    name: `${name} of ${plan.name}`,
    command: probe.command,
    like: plan,
    environment: {},
    stdin: null,
    timeout: limit,
  };
  return errands.send(errand, (end) => told(endFault(end, limit)));
}

function endFault(end: ErrandEnd, limit: Millis): string | null {
  if (hasSucceeded(end)) return null;
  if (end.fault !== null) return end.fault;
  if (end.timedOut || end.exit === null) return `no end within ${limit} ms`;
  const last = end.output.trim().split("\n").at(-1) ?? "";
  return exitText(end.exit) + (last === "" ? "" : `: ${last.slice(0, 200)}`);
}
