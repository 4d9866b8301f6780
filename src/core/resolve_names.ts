// Which processes a name means: kinder than supervisorctl, and it says how a name was understood.
import { isGlob, matchesGlob } from "../base/glob.ts";
import { suggest } from "../base/suggest.ts";
import type { ProcessPlan } from "../manifest/plan.ts";
import type { Pool } from "./pool.ts";

export interface Resolution {
  /** Each once: in the order of the names, and for each name in start order. */
  readonly ids: readonly string[];
  readonly unknown: readonly { readonly name: string; readonly meant: string }[];
  /** How names were understood where that is not plain. */
  readonly notes: readonly string[];
}

/** What is there to be named. */
export interface Named {
  readonly processes: readonly ProcessPlan[];
  /** Groups may be empty. */
  readonly groups: ReadonlySet<string>;
}

/** The processes and groups of a pool, those on their way out included. */
export function namedOf(pool: Pool): Named {
  const processes = [...pool.processes.values()].map(({ plan }) => plan);
  const groups = new Set(pool.plan.groups.map(({ name }) => name));
  for (const { group } of processes) groups.add(group);
  return { processes, groups };
}

/** What supervisorctl shows: the name alone when its group has the same, else `group:name`. */
export function shownName({ group, name, id }: Pick<ProcessPlan, "group" | "name" | "id">): string {
  return group === name ? name : id;
}

/** Unknown names with a near one looked for; the rest goes without: looking costs time that restarts need. */
const SUGGESTED = 10;

/** The processes that names mean. */
export function resolveNames(names: readonly string[], named: Named): Resolution {
  const ids = new Set<string>();
  const unknown: { name: string; meant: string }[] = [];
  const notes: string[] = [];
  for (const name of new Set(names)) {
    const found = resolveName(name, named);
    if (found === null) {
      const meant = unknown.length < SUGGESTED ? suggest(name, candidates(named)) ?? "" : "";
      unknown.push({ name, meant });
      continue;
    }
    for (const { id } of found.processes) ids.add(id);
    if (found.note !== "") notes.push(found.note);
  }
  return { ids: [...ids], unknown, notes };
}

interface Found {
  readonly processes: readonly ProcessPlan[];
  /** Empty when the name says it all. */
  readonly note: string;
}

function resolveName(name: string, named: Named): Found | null {
  if (name === "all") return { processes: named.processes, note: "" };
  const exact = named.processes.find(({ id }) => id === name);
  if (exact !== undefined) return { processes: [exact], note: "" };
  if (name.includes(":")) return resolvePair(name, named);
  return resolveWord(name, named) ?? resolvePattern(name, named);
}

/** `group:`, `group:*`, patterns on either side, and `group:0` for the process of that number. */
function resolvePair(name: string, { processes, groups }: Named): Found | null {
  const cut = name.indexOf(":");
  const group = name.slice(0, cut);
  const process = name.slice(cut + 1) || "*";
  const inGroups = [...groups].filter((item) => item === group || matchesGlob(item, group));
  const members = processes.filter((plan) => inGroups.includes(plan.group));
  const matching = members.filter((plan) =>
    plan.name === process || matchesGlob(plan.name, process)
  );
  // A group without processes is known all the same.
  const isWhole = process === "*" && inGroups.length > 0;
  if (matching.length > 0 || isWhole) return { processes: matching, note: "" };
  if (!/^\d+$/.test(process)) return null;
  const numbered = members.filter((plan) => plan.instance === Number(process));
  return numbered.length === 0 ? null : { processes: numbered, note: noteOf(name, numbered) };
}

/** A word without a colon: a group, else processes of that name, else a program. */
function resolveWord(name: string, { processes, groups }: Named): Found | null {
  const alike = processes.filter((plan) => plan.name === name);
  if (groups.has(name)) {
    const members = processes.filter(({ group }) => group === name);
    return { processes: members, note: groupNote(name, members, alike) };
  }
  if (alike.length > 0) return { processes: alike, note: noteOf(name, alike) };
  const program = processes.filter((plan) => plan.program === name);
  return program.length === 0 ? null : { processes: program, note: noteOf(name, program) };
}

function resolvePattern(name: string, { processes }: Named): Found | null {
  if (!isGlob(name)) return null;
  const matching = processes.filter((plan) =>
    [plan.name, plan.group, plan.id].some((text) => matchesGlob(text, name))
  );
  return matching.length === 0 ? null : { processes: matching, note: "" };
}

function groupNote(
  name: string,
  members: readonly ProcessPlan[],
  alike: readonly ProcessPlan[],
): string {
  const others = alike.filter(({ group }) => group !== name).map(({ id }) => id);
  const not = others.length === 0 ? "" : `, not ${others.join(", ")}`;
  const [only] = members;
  if (only === undefined || members.length > 1) {
    return `${name} means the ${members.length} processes of ${name}:*${not}`;
  }
  return only.name === name && not === "" ? "" : `${name} means ${only.id}${not}`;
}

/** Names that are listed in a note; more of them are counted. */
const LISTED = 3;

function noteOf(name: string, processes: readonly ProcessPlan[]): string {
  const ids = processes.map(({ id }) => id);
  if (ids.length === 1) return `${name} means ${ids[0]}`;
  const listed = ids.slice(0, LISTED).join(", ");
  const more = ids.length > LISTED ? ", …" : "";
  return `${name} means ${ids.length} processes: ${listed}${more}`;
}

/** Everything that can be meant, the short forms first. */
function candidates({ processes, groups }: Named): Set<string> {
  const known = new Set(["all", ...groups]);
  for (const plan of processes) known.add(plan.name).add(plan.program).add(plan.id);
  return known;
}
