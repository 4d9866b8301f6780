// Names as supervisord resolves them: `name` is the process of that name in the group of that name.
import type { GroupPlan } from "../../manifest/plan.ts";
import type { Pool } from "../../core/pool.ts";
import type { Process } from "../../core/process_state.ts";
import { fault } from "./faults.ts";

export interface Namespec {
  readonly group: string;
  /** Null: all of the group. */
  readonly process: string | null;
}

/** `web` is web:web; `web:` and `web:*` are the whole group. */
export function splitNamespec(text: string): Namespec {
  const colon = text.indexOf(":");
  if (colon < 0) return { group: text, process: text };
  const process = text.slice(colon + 1);
  return {
    group: text.slice(0, colon),
    process: process === "" || process === "*" ? null : process,
  };
}

/** The short name of a process in a group of its own name. */
export function makeNamespec(group: string, process: string): string {
  return group === process ? process : `${group}:${process}`;
}

/** A group that has processes in the pool, or none by its plan. */
export interface Group {
  readonly name: string;
  /** By priority, then in the order of the plan. */
  readonly processes: readonly Process[];
}

/** All groups by priority. A process on its way out of the plan still belongs to its group. */
export function groupsOf(pool: Pool): readonly Group[] {
  const groups = new Map<string, Process[]>();
  for (const { name } of pool.plan.groups) groups.set(name, []);
  for (const process of pool.processes.values()) {
    const { group } = process.plan;
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [process]);
    else known.push(process);
  }
  return Array.from(groups, ([name, processes]) => ({ name, processes }));
}

/** The group of a name. Throws BAD_NAME, with the name as it was asked for. */
export function findGroup(pool: Pool, name: string, asked = name): Group {
  const processes = [...pool.processes.values()].filter(({ plan }) => plan.group === name);
  if (processes.length === 0 && !hasGroup(pool.plan.groups, name)) throw fault("BAD_NAME", asked);
  return { name, processes };
}

/** The process of a full name, or the whole group for `group:*`. Throws BAD_NAME. */
export function findTarget(pool: Pool, text: string): Process | Group {
  const { group, process } = splitNamespec(text);
  if (process === null) return findGroup(pool, group, text);
  const found = pool.processes.get(`${group}:${process}`);
  if (found === undefined) throw fault("BAD_NAME", text);
  return found;
}

/** The process of a full name; a group is no process. Throws BAD_NAME. */
export function findProcess(pool: Pool, text: string): Process {
  const found = findTarget(pool, text);
  if (isGroup(found)) throw fault("BAD_NAME", text);
  return found;
}

export function isGroup(target: Process | Group): target is Group {
  return "processes" in target;
}

export function hasGroup(groups: readonly GroupPlan[], name: string): boolean {
  return groups.some((group) => group.name === name);
}
