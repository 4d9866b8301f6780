// What a process waits for, and whether it is expected to end: the parts of its plan.
import { didYouMean } from "../base/suggest.ts";
import type { DependencyPlan, WorkPlan } from "./plan_work.ts";
import { isSet, reportError, type Scope, take } from "./scope.ts";
import { DEPENDS } from "./settings_depends.ts";
import { PROGRAM } from "./settings_program.ts";

/** The ids of the targets are filled in when all groups are known (`linkGroups`). */
export function buildDependencies(scope: Scope): Pick<WorkPlan, "type" | "dependsOn"> {
  const words = take(scope, DEPENDS.dependsOn);
  const again = take(scope, DEPENDS.restartWith);
  const targets = new Set(words.map(({ target }) => target));
  for (const name of again ?? []) {
    if (targets.has(name)) continue;
    const what = `"${name}" is not in depends_on${didYouMean(name, targets)}`;
    reportError(scope, DEPENDS.restartWith, { what, allowed: "name it there, too" });
  }
  const dependsOn = words.map(({ target, until }): DependencyPlan => ({
    target,
    ids: [],
    until,
    restartsWith: again === null || again.includes(target),
  }));
  return { type: take(scope, DEPENDS.type), dependsOn };
}

/** True for a program that is expected to end. */
export function isOneshot(scope: Scope): boolean {
  return take(scope, DEPENDS.type) === "oneshot";
}

/** When a oneshot is started again: it would never be done if that were always. */
export function oneshotRestart(scope: Scope): "unexpected" | "never" {
  // What has half done its work is not done again unless somebody says that this is fine.
  if (!isSet(scope, PROGRAM.autorestart)) return "never";
  const wanted = take(scope, PROGRAM.autorestart);
  if (wanted !== "always") return wanted;
  const what = "A oneshot that is always started again is never done";
  reportError(scope, PROGRAM.autorestart, { what, allowed: "use unexpected or false" });
  return "never";
}
