// Alerts as supervisorctl's reread and update see them: groups without processes, named `alert:NAME`.
import type { AlertPlan } from "../../manifest/alert_plan.ts";
import { diffAlerts } from "../../manifest/alert_diff.ts";
import type { Plan } from "../../manifest/plan.ts";
import type { RunnerFace } from "../runner_face.ts";
import { fault } from "./faults.ts";

// A client applies what reloadConfig names, group by group: what it does not hear of is never applied.
const PREFIX = "alert:";

/** What differs, in the words of reloadConfig. */
export function changedAlerts(before: Plan, after: Plan) {
  const { added, changed, removed } = diffAlerts(before.alerts, after.alerts);
  const named = (names: readonly string[]) => names.map((name) => PREFIX + name);
  return {
    added: named(added),
    changed: named(changed.map(({ name }) => name)),
    removed: named(removed),
  };
}

/** The alert that a name of a group means in a plan; null: none. */
export function alertNamed({ alerts, groups }: Plan, name: string): AlertPlan | null {
  if (!name.startsWith(PREFIX) || groups.some((group) => group.name === name)) return null;
  return alerts.find((alert) => PREFIX + alert.name === name) ?? null;
}

/** Takes an alert of the manifest last read into force. False: the name is none of an alert. */
export function addAlert(runner: RunnerFace, name: string): boolean {
  const alert = alertNamed(runner.pending, name);
  if (alert === null) return false;
  const { plan } = runner.pool;
  if (alertNamed(plan, name) !== null) throw fault("ALREADY_ADDED", name);
  // In the order of the manifest, as an update of all has them.
  const order = runner.pending.alerts.map((one) => one.name);
  const alerts = [...plan.alerts, alert].toSorted((one, other) =>
    order.indexOf(one.name) - order.indexOf(other.name)
  );
  runner.apply({ ...plan, alerts });
  return true;
}

/** False: the name is none of an alert. */
export function removeAlert(runner: RunnerFace, name: string): boolean {
  const { plan } = runner.pool;
  const alert = alertNamed(plan, name);
  if (alert === null) return false;
  runner.apply({ ...plan, alerts: plan.alerts.filter((one) => one !== alert) });
  return true;
}
