// Reading the manifest again and taking groups in and out, one by one, as supervisorctl's update does.
import { formatProblem, type Problem } from "../../base/errors.ts";
import { isDown } from "../../core/process_state.ts";
import type { GroupPlan, Plan } from "../../manifest/plan.ts";
import { withGroup, withoutGroup } from "../../manifest/plan_compose.ts";
import { isEqual } from "../../manifest/plan_diff.ts";
import type { RunnerFace } from "../runner_face.ts";
import type { XmlRpcFault, XmlRpcValue } from "../xmlrpc/value.ts";
import { addAlert, changedAlerts, removeAlert } from "./alert_groups.ts";
import { fault } from "./faults.ts";
import { findGroup, hasGroup } from "./names.ts";

/** reloadConfig: names of groups that are new, changed and gone. */
export async function reloadConfig(runner: RunnerFace): Promise<XmlRpcValue> {
  const { plan, problems } = await runner.reread();
  if (plan === null) throw rereadFault(problems);
  const { added, changed, removed } = changedGroups(runner.pool.plan, plan);
  const alerts = changedAlerts(runner.pool.plan, plan);
  return [[
    [...added, ...alerts.added],
    [...changed, ...alerts.changed],
    [...removed, ...alerts.removed],
  ]];
}

/** Every error of the manifest, each on a line of its own. */
export function rereadFault(problems: readonly Problem[]): XmlRpcFault {
  const errors = problems.filter(({ severity }) => severity === "error");
  return fault("CANT_REREAD", errors.map(formatProblem).join("\n"));
}

export interface GroupChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** What differs, by groups: any change of a process is one of its group. */
export function changedGroups(before: Plan, after: Plan): GroupChanges {
  const old = new Map(before.groups.map((group) => [group.name, group]));
  const names = (groups: readonly GroupPlan[]) => groups.map(({ name }) => name);
  return {
    added: names(after.groups.filter(({ name }) => !old.has(name))),
    changed: names(after.groups.filter((group) => {
      const earlier = old.get(group.name);
      return earlier !== undefined && !isEqual(earlier, group);
    })),
    removed: names(before.groups.filter(({ name }) => !hasGroup(after.groups, name))),
  };
}

/** addProcessGroup: takes a group of the manifest last read into the pool. */
export function addGroup(runner: RunnerFace, name: string): XmlRpcValue {
  if (addAlert(runner, name)) return true;
  const group = runner.pending.groups.find((one) => one.name === name);
  if (group === undefined) throw fault("BAD_NAME", name);
  const { plan } = runner.pool;
  if (hasGroup(plan.groups, name)) throw fault("ALREADY_ADDED", name);
  runner.apply(withGroup(plan, runner.pending, name));
  return true;
}

/** removeProcessGroup: takes a group out of the pool once all of it is down. */
export function removeGroup(runner: RunnerFace, name: string): XmlRpcValue {
  if (removeAlert(runner, name)) return true;
  const { processes } = findGroup(runner.pool, name);
  if (!processes.every(isDown)) throw fault("STILL_RUNNING", name);
  runner.apply(withoutGroup(runner.pool.plan, name));
  return true;
}
