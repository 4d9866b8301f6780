// Looks at programs from outside, over the network.
import type { Millis } from "../manifest/plan.ts";
import type { ProbePlan } from "../manifest/plan_work.ts";

/** A probe that needs no command. */
export type NetworkProbe = Exclude<ProbePlan, { kind: "exec" }>;

/** What a look did not like; `unseen`: nobody could look, for want of something the runner needs for it. */
export type LookFault = string | { readonly unseen: string };

/** Looks once, `limit` at most, and says what was wrong; null: nothing. Never at once. Disposing it means never. */
export interface Prober {
  look(
    probe: NetworkProbe,
    limit: Millis,
    told: (fault: LookFault | null) => void,
  ): Disposable;
}
