// Plans made of parts of others: what an operator adds, removes or scales apart from the manifest as a whole.
import type { GroupPlan, Plan, ProcessPlan } from "./plan.ts";
import { relinkGroups } from "./plan_links.ts";

/** `plan` with group `name` as it is in `from`; unchanged where `from` has no such group. */
export function withGroup(plan: Plan, from: Plan, name: string): Plan {
  const added = from.groups.find((group) => group.name === name);
  if (added === undefined) return plan;
  return withGroups(plan, [...plan.groups.filter((group) => group.name !== name), added]);
}

/** `plan` without a group. */
export function withoutGroup(plan: Plan, name: string): Plan {
  return withGroups(plan, plan.groups.filter((group) => group.name !== name));
}

/** `plan` without some processes; a group that loses its last one goes, too. */
export function withoutProcesses(plan: Plan, ids: ReadonlySet<string>): Plan {
  const groups = plan.groups.flatMap((group) => {
    const processes = group.processes.filter(({ id }) => !ids.has(id));
    if (processes.length === group.processes.length) return [group];
    return processes.length === 0 ? [] : [{ ...group, processes }];
  });
  return withGroups(plan, groups);
}

/** `plan` with the processes of one program as they are in `from`. */
export function withProgram(plan: Plan, from: Plan, program: string): Plan {
  const fresh = new Map(from.groups.map((group) => [group.name, group]));
  const isOf = (process: ProcessPlan) => process.program === program;
  const groups = plan.groups.map((group) => {
    const others = group.processes.filter((process) => !isOf(process));
    const processes = fresh.get(group.name)?.processes.filter(isOf) ?? [];
    return { ...group, processes: [...others, ...processes].toSorted(inOrder) };
  });
  return withGroups(plan, groups);
}

function withGroups(plan: Plan, groups: readonly GroupPlan[]): Plan {
  // Who waits for a program waits for its processes as they are now.
  return { ...plan, groups: relinkGroups(groups.toSorted(inOrder)) };
}

/** By priority, then by name as text. */
function inOrder(
  one: { readonly priority: number; readonly name: string },
  other: { readonly priority: number; readonly name: string },
): number {
  if (one.priority !== other.priority) return one.priority - other.priority;
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}
