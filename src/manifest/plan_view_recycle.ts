// The rows of a plan that tell of planned replacement and of the files whose change restarts a program.
import { formatDuration } from "../base/units.ts";
import type { ProcessPlan } from "./plan.ts";

type Row = readonly [string, string];

export function recycleRows({ recycle, watch }: ProcessPlan): readonly Row[] {
  const { maxJobs, spare, isSpare } = recycle;
  return [
    ["max jobs", maxJobs === null ? "" : `${maxJobs}`],
    ["spare", isSpare ? "it stands by" : spare === 0 ? "" : "takes over before it stops"],
    [
      "watch",
      watch === null
        ? ""
        : `${watch.paths.join(", ")}, ${formatDuration(watch.debounce)} after the last change`,
    ],
    ["ignores", watch?.ignore.join(", ") ?? ""],
  ];
}
