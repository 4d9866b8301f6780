// What changes in the alerts from one plan to the next. Names only: a target may hold a token.
import type { AlertPlan } from "./alert_plan.ts";
import { changedKeys } from "./plan_diff.ts";

export interface AlertDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Those that stay, and the names of their values that change. */
  readonly changed: readonly { readonly name: string; readonly changed: readonly string[] }[];
}

/** Compares alerts by their names, in the order of the new ones. */
export function diffAlerts(before: readonly AlertPlan[], after: readonly AlertPlan[]): AlertDiff {
  const old = new Map(before.map((alert) => [alert.name, alert]));
  const fresh = new Set(after.map(({ name }) => name));
  return {
    added: after.flatMap(({ name }) => old.has(name) ? [] : [name]),
    removed: before.flatMap(({ name }) => fresh.has(name) ? [] : [name]),
    changed: after.flatMap((alert) => {
      const earlier = old.get(alert.name);
      const changed = earlier === undefined ? [] : changedKeys(earlier, alert);
      return changed.length === 0 ? [] : [{ name: alert.name, changed }];
    }),
  };
}

/** All that differ. */
export function alertsThatDiffer(
  before: readonly AlertPlan[],
  after: readonly AlertPlan[],
): readonly string[] {
  const { added, removed, changed } = diffAlerts(before, after);
  return [...removed, ...added, ...changed.map(({ name }) => name)];
}
