// Writes the processes of a program as the section of a manifest that they came from.
import type { ManifestContext } from "./context.ts";
import type { RawValue } from "./document.ts";
import type { EnvFiles } from "./plan_environment.ts";
import { writeOutput } from "./export_output.ts";
import {
  type MemoryShares,
  writeMemory,
  writeRestart,
  writeRlimits,
  writeStop,
} from "./export_policy.ts";
import { createSection, type ExportSection, type SectionDraft } from "./export_section.ts";
import { listTemplate, templateOf } from "./export_template.ts";
import { writeWork } from "./export_work.ts";
import { literal } from "./foreign.ts";
import { isEqual } from "./plan_diff.ts";
import type { GroupPlan, ProcessPlan, UserPlan } from "./plan.ts";
import { RESTART, SURROUNDINGS } from "./settings_policy.ts";
import { FCGI, LISTENER, PROGRAM } from "./settings_program.ts";
import { scriptOf } from "./script_words.ts";
import { PERMISSIONS, SCRIPT } from "./settings_script.ts";

/** What a plan does not say of itself. */
export interface ExportContext {
  readonly machine: Pick<ManifestContext, "lookupUser" | "uid">;
  /** What `serverurl=AUTO` stands for. */
  readonly serverUrl: string | null;
  /** Files of variables, by the id of the process. */
  readonly envFiles: ReadonlyMap<string, EnvFiles>;
  /** Shares of the memory, by the id of the process. */
  readonly shares: ReadonlyMap<string, MemoryShares>;
}

/** Processes of one program, by their numbers, those that stand by included; null when no single section can say what they are. */
export function programSection(
  processes: readonly ProcessPlan[],
  group: GroupPlan,
  context: ExportContext,
): ExportSection | null {
  const [first] = processes;
  if (first === undefined) return null;
  const section = createSection();
  if (!writeCommand(section, processes)) return null;
  writeStart(section, first, group);
  if (!writeEnvironment(section, processes, context)) return null;
  writeSurroundings(section, first, context);
  writeRestart(section, first);
  writeMemory(section, first, context.shares.get(first.id));
  writeStop(section, first.stop);
  writeRlimits(section, first.rlimits);
  writeSpecial(section, first, context);
  if (!writeWork(section, processes)) return null;
  if (!writeOutput(section, processes)) return null;
  return { name: `${first.kind}:${first.program}`, entries: section.entries };
}

function writeCommand(section: SectionDraft, processes: readonly ProcessPlan[]): boolean {
  const numbers = processes.map(({ instance }) => instance);
  const own = processes.filter(({ recycle }) => !recycle.isSpare);
  // One that stands by beside a process without a number has a number all the same.
  const name = templateOf(processes.map((one) => one.name), numbers) ??
    templateOf(own.map((one) => one.name), numbers);
  const directory = templateOf(processes.map((one) => one.directory ?? ""), numbers);
  if (name === null || directory === null || !writeWords(section, processes)) return false;
  if (name !== literal(processes[0]?.program ?? "")) section.put(PROGRAM.processName, name);
  section.set(PROGRAM.numprocs, own.length, own.length);
  const start = numbers[0] ?? 0;
  section.set(PROGRAM.numprocsStart, start, start);
  if (directory !== "") section.put(PROGRAM.directory, directory);
  return true;
}

function writeWords(section: SectionDraft, processes: readonly ProcessPlan[]): boolean {
  const numbers = processes.map(({ instance }) => instance);
  const calls = processes.map(({ command }) => scriptOf(command)).filter((call) => call !== null);
  if (calls.length < processes.length) {
    const command = listTemplate(processes.map((one) => one.command), numbers);
    if (command !== null) section.put(PROGRAM.command, command);
    return command !== null;
  }
  const script = templateOf(calls.map((call) => call.script), numbers);
  const args = listTemplate(calls.map((call) => call.args), numbers);
  if (script === null || args === null) return false;
  section.put(SCRIPT.script, script);
  if (args.length > 0) section.put(SCRIPT.args, args);
  for (const { permission, setting } of PERMISSIONS) {
    const lists = calls.map(({ allowed }) => allowed[permission] ?? []);
    const list = listTemplate(lists, numbers);
    if (list === null) return false;
    if (list.length > 0) section.put(setting, list);
    else section.set(setting, !(calls[0]?.denied ?? []).includes(permission), false);
  }
  const heap = calls[0]?.maxHeap ?? null;
  if (heap !== null) section.put(SCRIPT.maxHeap, heap);
  return true;
}

function writeStart(section: SectionDraft, process: ProcessPlan, group: GroupPlan): void {
  const { priority, autostart, critical, kind } = process;
  // A listener that says nothing has a group of priority -1.
  if (kind !== "eventlistener" || group.priority !== -1 || priority !== 999) {
    if (kind === "eventlistener") section.put(PROGRAM.priority, priority);
    else section.set(PROGRAM.priority, priority, priority);
  }
  if (process.schedule === null) section.set(PROGRAM.autostart, autostart, autostart);
  section.set(RESTART.critical, critical, critical);
}

function writeEnvironment(
  section: SectionDraft,
  processes: readonly ProcessPlan[],
  { envFiles }: ExportContext,
): boolean {
  const numbers = processes.map(({ instance }) => instance);
  const files = processes.map(({ id }) => envFiles.get(id));
  const paths = listTemplate(files.map((one) => one?.paths ?? []), numbers);
  const first = processes[0]?.environment ?? {};
  const names = Object.keys(first);
  if (paths === null) return false;
  if (
    processes.some((one) => !isEqual(names.toSorted(), Object.keys(one.environment).toSorted()))
  ) {
    return false;
  }
  const table: Record<string, RawValue> = {};
  for (const name of names) {
    const values = processes.map(({ environment }) => environment[name] ?? "");
    if (values.every((value, at) => files[at]?.variables.get(name) === value)) continue;
    const value = templateOf(values, numbers);
    if (value === null) return false;
    table[name] = value;
  }
  if (Object.keys(table).length > 0) section.put(PROGRAM.environment, table);
  if (paths.length > 0) section.put(SURROUNDINGS.envFile, paths);
  return true;
}

function writeSurroundings(
  section: SectionDraft,
  process: ProcessPlan,
  { machine, serverUrl }: ExportContext,
): void {
  const { umask, nice, oomScoreAdj, inheritEnv, stdin, kind } = process;
  writeUser(section, process.user, machine);
  if (umask !== null) section.put(PROGRAM.umask, umask.toString(8).padStart(3, "0"));
  if (nice !== null) section.put(SURROUNDINGS.nice, nice);
  if (oomScoreAdj !== null) section.put(SURROUNDINGS.oomScoreAdj, oomScoreAdj);
  if (inheritEnv !== null) {
    section.put(SURROUNDINGS.inheritEnv, inheritEnv.length === 0 ? false : inheritEnv.map(literal));
  }
  if (kind !== "eventlistener") section.set(SURROUNDINGS.stdin, stdin, stdin);
  if (process.serverUrl !== serverUrl) {
    section.put(PROGRAM.serverurl, literal(process.serverUrl ?? ""));
  }
}

function writeUser(
  section: SectionDraft,
  user: UserPlan | null,
  machine: ExportContext["machine"],
): void {
  if (user === null) return;
  section.put(PROGRAM.user, literal(user.name));
  if (machine.lookupUser(user.name)?.gid !== user.gid) {
    section.put(SURROUNDINGS.groupName, `${user.gid}`);
  }
}

function writeSpecial(
  section: SectionDraft,
  { fcgi, listener, user }: ProcessPlan,
  { machine }: ExportContext,
): void {
  if (listener !== null) {
    section.put(LISTENER.events, listener.events);
    section.set(LISTENER.bufferSize, listener.bufferSize, listener.bufferSize);
    section.set(LISTENER.eventLength, listener.lengthUnit, listener.lengthUnit);
  }
  if (fcgi === null) return;
  const { socket, backlog, owner, mode } = fcgi;
  section.put(FCGI.socket, literal(socket));
  if (backlog !== null) section.put(FCGI.backlog, backlog);
  if (mode !== null) section.put(FCGI.mode, mode.toString(8).padStart(4, "0"));
  const usual = user === null || user.uid === machine.uid ? null : { uid: user.uid, gid: user.gid };
  if (owner !== null && !isEqual(owner, usual)) {
    section.put(FCGI.owner, owner.gid < 0 ? `${owner.uid}` : `${owner.uid}:${owner.gid}`);
  }
}
