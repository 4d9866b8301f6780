// Writes a whole plan as sections of a manifest: what every export carries along, so that nothing is lost.
import { alertSection } from "./export_alert.ts";
import { type ExportContext, programSection } from "./export_program.ts";
import { runnerSection, serverSection } from "./export_runner.ts";
import { createSection, type ExportSection, tomlSection } from "./export_section.ts";
import type { GroupPlan, Plan, ProcessPlan } from "./plan.ts";
import { serverUrl } from "./plan_server.ts";
import { writeToml } from "./toml_writer.ts";
import { GROUP_SETTINGS } from "./settings_program.ts";

export interface ExportedProgram {
  readonly section: ExportSection;
  readonly group: GroupPlan;
  /** By their numbers; at least one. */
  readonly processes: readonly [ProcessPlan, ...ProcessPlan[]];
}

export interface ExportedManifest {
  /** The runner, its servers and the groups that do not follow from the programs. */
  readonly common: readonly ExportSection[];
  readonly programs: readonly ExportedProgram[];
  /** Programs that no section can say, with the reason. */
  readonly faults: readonly string[];
}

export type ManifestRequest = Omit<ExportContext, "serverUrl">;

export function exportManifest(plan: Plan, request: ManifestRequest): ExportedManifest {
  const context = { ...request, serverUrl: serverUrl(plan.servers) };
  const programs: ExportedProgram[] = [];
  const faults: string[] = [];
  for (const group of plan.groups) {
    for (const all of byProgram(group)) {
      const [first, ...more] = all;
      const section = programSection(all, group, context);
      // One that stands by is nothing that another engine should start.
      const processes = [first, ...more.filter(({ recycle }) => !recycle.isSpare)] as const;
      if (first.commandFault !== null) faults.push(`${first.program}: ${first.commandFault}`);
      else if (section === null) {
        faults.push(`${first.program}: its processes differ in more than their number`);
      } else programs.push({ section, group, processes });
    }
  }
  const runner = runnerSection(plan.runner);
  const groups = plan.groups.map(groupSection).filter((section) => section !== null);
  return {
    common: [
      ...(runner === null ? [] : [runner]),
      ...plan.servers.map(serverSection),
      ...groups,
      ...plan.alerts.map(alertSection),
    ],
    programs,
    faults,
  };
}

/** The manifest as one text of TOML. */
export function manifestText({ common, programs }: ExportedManifest): string {
  const sections = new Map(
    [...common, ...programs.map((one) => one.section)].map((one) => [one.name, one]),
  );
  return writeToml([], [...sections.values()].map(tomlSection));
}

function byProgram(group: GroupPlan): readonly (readonly [ProcessPlan, ...ProcessPlan[]])[] {
  const names = [...new Set(group.processes.map(({ program }) => program))];
  return names.flatMap((name) => {
    const [first, ...more] = group.processes.filter(({ program }) => program === name)
      .toSorted((one, other) => one.instance - other.instance);
    return first === undefined ? [] : [[first, ...more] as const];
  });
}

/** Null for a group that a single program is by itself. */
function groupSection(group: GroupPlan): ExportSection | null {
  const programs = [...new Set(group.processes.map(({ program }) => program))];
  const [first] = group.processes;
  const isListener = first?.kind === "eventlistener";
  const isSingle = programs.length === 1 && programs[0] === group.name;
  if (isListener || (isSingle && first?.priority === group.priority)) return null;
  const section = createSection();
  section.put(GROUP_SETTINGS.programs, programs);
  section.set(GROUP_SETTINGS.priority, group.priority, group.priority);
  return { name: `group:${group.name}`, entries: section.entries };
}
