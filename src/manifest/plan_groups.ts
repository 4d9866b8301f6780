// All groups of a plan: what `[group:x]` names, every other program in a group of its own, all in start order.
import { didYouMean } from "../base/suggest.ts";
import { type KnownSection, type Manifest, sectionsOf } from "./manifest.ts";
import type { FcgiPlan, GroupPlan, ListenerPlan, ProcessPlan } from "./plan.ts";
import { buildProcesses, programScope, type World } from "./plan_process.ts";
import { buildFcgi, buildListener } from "./plan_special.ts";
import { addError, addWarning } from "./problems.ts";
import { nameFault } from "./readers_system.ts";
import { isSet, reportError, reportWarning, type Scope, take } from "./scope.ts";
import { GROUP_SETTINGS, PROGRAM } from "./settings_program.ts";
import { strip } from "./python_text.ts";

/** A group while it is put together, with the section to complain about. */
interface Draft {
  readonly plan: GroupPlan;
  readonly origin: KnownSection;
}

export function buildGroups(manifest: Manifest, world: World): readonly GroupPlan[] {
  const members = new Set<KnownSection>();
  const drafts = [
    ...sectionsOf(manifest, "group").map((known) =>
      buildGroup(known, { manifest, members, world })
    ),
    ...sectionsOf(manifest, "program").filter((known) => !members.has(known))
      .map((known) => buildSingle(known, world)),
    ...sectionsOf(manifest, "eventlistener").map((known) => buildSingle(known, world)),
    ...sectionsOf(manifest, "fcgi-program").filter((known) => !members.has(known))
      .map((known) => buildSingle(known, world)),
  ];
  const sorted = drafts.toSorted((one, other) => inOrder(one.plan, other.plan));
  return withoutTwins(sorted, world).map((draft) => draft.plan);
}

interface Ordered {
  readonly priority: number;
  readonly name: string;
}

/** By priority, then by name as text: `w_10` goes before `w_2`. */
function inOrder(one: Ordered, other: Ordered): number {
  if (one.priority !== other.priority) return one.priority - other.priority;
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}

interface GroupRequest {
  readonly manifest: Manifest;
  /** Programs that a group has taken in. */
  readonly members: Set<KnownSection>;
  readonly world: World;
}

function buildGroup(known: KnownSection, request: GroupRequest): Draft {
  const { world } = request;
  const name = checkedName(known, world);
  const { machine, problems, env } = world;
  const names = { values: new Map([["host_node_name", machine.hostName]]), env };
  const scope: Scope = { section: known.section, machine, problems, names };
  const priority = take(scope, GROUP_SETTINGS.priority);
  const programs = take(scope, GROUP_SETTINGS.programs);
  if (programs.length === 0) {
    const complaint = { what: "The group is empty", allowed: "name its programs" };
    reportWarning(scope, GROUP_SETTINGS.programs, { ...complaint, errorIn: "strict" });
  }
  const processes = programs.flatMap((program) => {
    const member = findMember(scope, program, request);
    if (member === null) return [];
    request.members.add(member);
    return buildProgram(member, name, world);
  });
  return draft({ name, priority, processes }, known, world);
}

function findMember(
  scope: Scope,
  program: string,
  { manifest }: GroupRequest,
): KnownSection | null {
  const candidates = [...sectionsOf(manifest, "program"), ...sectionsOf(manifest, "fcgi-program")];
  const [found, other] = candidates.filter((known) => known.name === program);
  if (found !== undefined && other === undefined) return found;
  const what = found === undefined
    ? `There is no program "${program}"${didYouMean(program, candidates.map(({ name }) => name))}`
    : `"${program}" is a program and an fcgi-program`;
  const allowed = found === undefined ? "name programs of this manifest" : "rename one of them";
  reportError(scope, GROUP_SETTINGS.programs, { what, allowed });
  return null;
}

/** A program in a group of its own name. */
function buildSingle(known: KnownSection, world: World): Draft {
  const name = checkedName(known, world);
  const scope = programScope({ known, program: name, group: name }, world);
  const processes = buildProgram(known, name, world);
  const listens = known.kind.name === "eventlistener" && !isSet(scope, PROGRAM.priority);
  // Listeners go first and stop last, so that they miss nothing.
  const priority = listens ? -1 : take(scope, PROGRAM.priority);
  return draft({ name, priority, processes }, known, world);
}

function buildProgram(known: KnownSection, group: string, world: World): readonly ProcessPlan[] {
  const program = checkedName(known, world);
  const scope = programScope({ known, program, group }, world);
  const kind = known.kind.name;
  const fcgi: FcgiPlan | null = kind === "fcgi-program" ? buildFcgi(scope) : null;
  const listener: ListenerPlan | null = kind === "eventlistener" ? buildListener(scope) : null;
  return buildProcesses({ known, program, group, fcgi, listener }, world);
}

function checkedName({ name, section }: KnownSection, { problems }: World): string {
  const stripped = strip(name);
  const fault = nameFault(stripped);
  if (fault !== null) {
    const spot = { place: section.place, section: section.name, key: "" };
    addError(problems, spot, { what: fault, allowed: "use neither blanks nor : and /" });
  }
  return stripped;
}

/** Sorts the processes; of two with one name the one named last stays, as with supervisord. */
function draft(group: GroupPlan, origin: KnownSection, { problems }: World): Draft {
  const last = new Map(group.processes.map((process) => [process.name, process]));
  for (const { name } of group.processes.filter((process) => last.get(process.name) !== process)) {
    const spot = { place: origin.section.place, section: origin.section.name, key: "" };
    const what = `Two processes of the group have the name "${name}": only one of them runs`;
    addWarning(problems, spot, { what, allowed: "change process_name", errorIn: "check" });
  }
  return { plan: { ...group, processes: [...last.values()].toSorted(inOrder) }, origin };
}

/** Of two groups with one name the first stays, as with supervisord. */
function withoutTwins(drafts: readonly Draft[], { problems }: World): readonly Draft[] {
  const first = new Map<string, Draft>();
  for (const one of drafts) {
    const { name } = one.plan;
    const earlier = first.get(name);
    if (earlier === undefined) {
      first.set(name, one);
      continue;
    }
    const spot = { place: one.origin.section.place, section: one.origin.section.name, key: "" };
    const what =
      `Ignored: the group of [${earlier.origin.section.name}] has the name "${name}", too`;
    addWarning(problems, spot, { what, allowed: "rename one of them", errorIn: "check" });
  }
  return [...first.values()];
}
