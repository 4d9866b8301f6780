// One look of a probe, whatever its kind.
import { exitText } from "../core/log_lines.ts";
import type { Millis, ProcessPlan } from "../manifest/plan.ts";
import type { ProbePlan } from "../manifest/plan_work.ts";
import { type Errand, type ErrandEnd, type Errands, hasSucceeded } from "../ports/errands.ts";
import type { LookFault, Prober } from "../ports/prober.ts";
import type { UnseenLooks } from "./unseen_looks.ts";

export interface LookParts {
  readonly prober: Prober;
  readonly errands: Errands;
  readonly unseen: UnseenLooks;
}

export interface LookOrder {
  readonly probe: ProbePlan;
  /** Whose probe it is. */
  readonly plan: ProcessPlan;
  readonly name: "ready" | "health";
  readonly limit: Millis;
}

/** Says what was wrong, or null, once and never at once; of a look that nobody could make it tells whoever notes that. */
export function lookOnce(
  { probe, plan, name, limit }: LookOrder,
  { prober, errands, unseen }: LookParts,
  told: (fault: LookFault | null) => void,
): Disposable {
  const tell = (fault: LookFault | null) => {
    if (fault !== null && typeof fault !== "string") unseen(plan.name, fault.unseen);
    told(fault);
  };
  if (probe.kind !== "exec") return prober.look(probe, limit, tell);
  const errand: Errand = {
    name: `${name} of ${plan.name}`,
    command: probe.command,
    like: plan,
    environment: {},
    stdin: null,
    timeout: limit,
    isSwept: true,
  };
  return errands.send(errand, (end) => tell(endFault(end, limit)));
}

function endFault(end: ErrandEnd, limit: Millis): LookFault | null {
  if (hasSucceeded(end)) return null;
  if (end.fault !== null && end.isShortage === true) return { unseen: end.fault };
  if (end.fault !== null) return end.fault;
  if (end.timedOut || end.exit === null) return `no end within ${limit} ms`;
  const last = end.output.trim().split("\n").at(-1) ?? "";
  return exitText(end.exit) + (last === "" ? "" : `: ${last.slice(0, 200)}`);
}
