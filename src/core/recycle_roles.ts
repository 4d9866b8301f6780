// Who stands by after an update: roles that have rotated stay as they are, as far as the new plan allows.
import type { ProcessPlan } from "../manifest/plan.ts";
import type { Pool } from "./pool.ts";
import type { Send } from "./pool_step.ts";
import type { Process } from "./process_state.ts";

/** By the ids of processes: true for the one of a program that stands by. Programs without a spare are left out. */
export type Roles = ReadonlyMap<string, boolean>;

const NO_ROLES: Roles = new Map();

/** The roles in the new plan. */
export function rolesOf(pool: Pool, plans: ReadonlyMap<string, ProcessPlan>): Roles {
  const spares = new Set<string>();
  for (const plan of plans.values()) if (plan.recycle.isSpare) spares.add(programOf(plan));
  for (const { plan, standsBy } of pool.processes.values()) {
    if (standsBy) spares.add(programOf(plan));
  }
  if (spares.size === 0) return NO_ROLES;
  const roles = new Map<string, boolean>();
  for (const [program, slots] of Map.groupBy(plans.values(), programOf)) {
    if (!spares.has(program)) continue;
    const spare = slots.find(({ recycle }) => recycle.isSpare);
    const kept = spare === undefined ? undefined : slots.find(({ id }) => standsBy(pool, id));
    for (const slot of slots) roles.set(slot.id, slot === (kept ?? spare));
  }
  return roles;
}

/** The processes in their roles. */
export function withRoles(
  processes: ReadonlyMap<string, Process>,
  roles: Roles,
): ReadonlyMap<string, Process> {
  if (roles.size === 0) return processes;
  const next = new Map(processes);
  for (const [id, standsBy] of roles) {
    const process = next.get(id);
    if (process !== undefined) next.set(id, { ...process, standsBy });
  }
  return next;
}

/** What those get whose role changes, and nothing else: one stops to stand by, one that stood by begins to serve. */
export function roleSends(
  pool: Pool,
  { roles, plans }: { readonly roles: Roles; readonly plans: ReadonlyMap<string, ProcessPlan> },
  isFated: (id: string) => boolean,
): readonly Send[] {
  return [...roles].flatMap(([id, isSpare]): Send[] => {
    const process = pool.processes.get(id);
    if (process === undefined || process.standsBy === isSpare || isFated(id)) return [];
    if (isSpare) return [{ id, event: { kind: "stop", cause: "update", after: "stay" } }];
    return plans.get(id)?.autostart === true ? [{ id, event: { kind: "start" } }] : [];
  });
}

function standsBy(pool: Pool, id: string): boolean {
  return pool.processes.get(id)?.standsBy === true && pool.fates.get(id)?.kind !== "leave";
}

function programOf({ group, program }: ProcessPlan): string {
  return `${group}:${program}`;
}
