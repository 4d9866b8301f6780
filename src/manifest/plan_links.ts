// Who waits for whom: finds the processes that `depends_on` means, and what can never come true.
import { didYouMean } from "../base/suggest.ts";
import type { Manifest } from "./manifest.ts";
import type { GroupPlan, ProcessPlan } from "./plan.ts";
import { isEqual } from "./plan_diff.ts";
import type { DependencyPlan } from "./plan_work.ts";
import { addError, type ProblemLog, type Spot } from "./problems.ts";
import { dependencyText, UNTIL } from "./readers_depends.ts";

/** The groups with the ids of all targets as they are in them. Targets that are unknown have none. */
export function relinkGroups(groups: readonly GroupPlan[]): readonly GroupPlan[] {
  if (!hasDependencies(groups)) return groups;
  const find = finder(groups);
  return groups.map((group) => {
    const processes = group.processes.map((one) => relink(one, find));
    // What has not changed stays the same object: whoever compares groups knows it again.
    const isSame = processes.every((one, index) => one === group.processes[index]);
    return isSame ? group : { ...group, processes };
  });
}

export interface LinkRequest {
  readonly manifest: Manifest;
  readonly problems: ProblemLog;
  /** Programs that the manifest knows, with or without processes. */
  readonly programs: readonly string[];
}

/** The same with every fault told: unknown targets, what waits for itself, what never ends. */
export function linkGroups(
  groups: readonly GroupPlan[],
  request: LinkRequest,
): readonly GroupPlan[] {
  if (!hasDependencies(groups)) return groups;
  const linked = relinkGroups(groups);
  const processes = linked.flatMap((group) => group.processes);
  const spots = spotFinder(request.manifest);
  const known = { processes: new Map(processes.map((one) => [one.id, one])), groups: linked };
  // Once for a program: its processes say the same.
  for (const process of programsOf(processes)) {
    for (const dependency of process.dependsOn) {
      const fault = faultOf(dependency, known, request.programs);
      if (fault !== null) addError(request.problems, spots(process), fault);
    }
  }
  tellCircles(processes, spots, request.problems);
  return linked;
}

function hasDependencies(groups: readonly GroupPlan[]): boolean {
  return groups.some((group) => group.processes.some(({ dependsOn }) => dependsOn.length > 0));
}

type Find = (target: string) => readonly string[];

function relink(process: ProcessPlan, find: Find): ProcessPlan {
  if (process.dependsOn.length === 0) return process;
  const dependsOn = process.dependsOn.map((one) => {
    const ids = find(one.target);
    return isEqual(ids, one.ids) ? one : { ...one, ids };
  });
  const isSame = dependsOn.every((one, index) => one === process.dependsOn[index]);
  return isSame ? process : { ...process, dependsOn };
}

/** A group, else a program, else one process by its id; each looked for once. */
function finder(groups: readonly GroupPlan[]): Find {
  const processes = groups.flatMap((group) => group.processes);
  const known = new Map<string, readonly string[]>();
  const look = (target: string): readonly string[] => {
    const name = target.endsWith(":*") ? target.slice(0, -2) : target;
    const group = groups.find((one) => one.name === name);
    if (group !== undefined) return group.processes.map(({ id }) => id);
    return processes.filter(({ id, program }) => program === target || id === target)
      .map(({ id }) => id);
  };
  return (target) => {
    const ids = known.get(target) ?? look(target);
    known.set(target, ids);
    return ids;
  };
}

function programsOf(processes: readonly ProcessPlan[]): readonly ProcessPlan[] {
  return [...new Map(processes.map((one) => [programKey(one), one])).values()];
}

function programKey({ kind, program }: ProcessPlan): string {
  return `${kind}:${program}`;
}

/** Where the manifest says what a program depends on. */
function spotFinder(manifest: Manifest): (process: ProcessPlan) => Spot {
  const sections = new Map(manifest.sections.map(({ section }) => [section.name, section]));
  return (process) => {
    const name = programKey(process);
    const section = sections.get(name);
    const place = section?.entries.get("depends_on")?.place ?? section?.place ??
      { file: "", line: 0 };
    return { place, section: name, key: "depends_on" };
  };
}

interface Known {
  readonly processes: ReadonlyMap<string, ProcessPlan>;
  readonly groups: readonly GroupPlan[];
}

interface Fault {
  readonly what: string;
  readonly allowed: string;
}

function faultOf(
  dependency: DependencyPlan,
  known: Known,
  programs: readonly string[],
): Fault | null {
  const { target, ids, until } = dependency;
  const word = dependencyText(dependency);
  if (ids.length === 0) {
    const names = new Set([...programs, ...known.groups.map(({ name }) => name)]);
    // It will wait, and say so: nobody has asked for any process of it.
    if (names.has(target.replace(/:\*$/, ""))) return null;
    const candidates = [...names, ...known.processes.keys()];
    const meant = target.includes(":")
      ? [...candidates, ...[...names].flatMap((name) => UNTIL.map((one) => `${name}:${one}`))]
      : candidates;
    const what = `There is no program or group "${target}"${didYouMean(target, meant)}`;
    return { what, allowed: "name a program, a group or group:process of this manifest" };
  }
  const members = ids.flatMap((id) => known.processes.get(id) ?? []);
  const due = members.find(({ schedule }) => schedule !== null);
  if (due !== undefined) {
    const what = `Cannot wait for "${word}": ${due.id} runs by a schedule`;
    return { what, allowed: "depend on something that is started with the runner" };
  }
  const endless = members.find(({ restart }) => restart.autorestart === "always");
  if (until !== "done" || endless === undefined) return null;
  const what =
    `Cannot wait for "${word}": ${endless.id} is always started again, so it is never done`;
  return { what, allowed: `set type = "oneshot" there, or wait for ${target}:ready` };
}

type Circle = readonly ProcessPlan[];

/** One error for each circle, with everybody who is in it. */
function tellCircles(
  processes: readonly ProcessPlan[],
  spots: (process: ProcessPlan) => Spot,
  problems: ProblemLog,
): void {
  for (const circle of circlesOf(processes)) {
    const [first] = circle;
    if (first === undefined) continue;
    const names = [...circle, first].map(({ program }) => program).join(" -> ");
    const what = circle.length === 1
      ? `${first.program} waits for itself, so it would never start`
      : `${names}: each waits for the next, so none of them would ever start`;
    addError(problems, spots(first), { what, allowed: "take one of these dependencies out" });
  }
}

/** Each way that leads back to where it began is found once; programs that are in none cost one look. */
function circlesOf(processes: readonly ProcessPlan[]): readonly Circle[] {
  const programs = new Map(processes.map((one) => [programKey(one), one]));
  const owners = new Map(processes.map((one) => [one.id, programKey(one)]));
  const circles: Circle[] = [];
  const done = new Set<string>();
  const visit = (key: string, path: readonly string[]): void => {
    const at = path.indexOf(key);
    if (at >= 0) {
      circles.push(path.slice(at).flatMap((one) => programs.get(one) ?? []));
      return;
    }
    if (done.has(key)) return;
    const ids = programs.get(key)?.dependsOn.flatMap((one) => one.ids) ?? [];
    const next = new Set(ids.flatMap((id) => owners.get(id) ?? []));
    for (const one of next) visit(one, [...path, key]);
    done.add(key);
  };
  for (const key of programs.keys()) visit(key, []);
  return circles;
}
