// The rows of a plan that tell what a process waits for.
import type { ProcessPlan } from "./plan.ts";
import { dependencyText } from "./readers_depends.ts";

type Row = readonly [string, string];

export function dependsRows({ type, dependsOn }: ProcessPlan): readonly Row[] {
  const again = dependsOn.filter(({ restartsWith }) => restartsWith).map(({ target }) => target);
  return [
    ["type", type === "service" ? "" : type],
    ["depends on", dependsOn.map(dependencyText).join(", ")],
    ["restart with", [...new Set(again)].join(", ")],
  ];
}
