// The lines of one group of a plan: the essentials, and what is not as usual.
import { formatDuration, formatSize } from "../base/units.ts";
import { quoteWord } from "../base/words.ts";
import { dependsRows } from "./plan_view_depends.ts";
import { policyRows } from "./plan_view_policy.ts";
import { hookRows } from "./plan_view_hooks.ts";
import { recycleRows } from "./plan_view_recycle.ts";
import { readyRows } from "./plan_view_ready.ts";
import { destinationText, rows } from "./plan_view_rows.ts";
import { isJob, rowsOf, scheduleRows } from "./plan_view_schedule.ts";
import { scriptOf } from "./script_words.ts";
import type { GroupPlan, LogPlan, Millis, ProcessPlan, RlimitPlan } from "./plan.ts";

type Row = readonly [string, string];

export function groupLines(group: GroupPlan, now: Millis | null = null): readonly string[] {
  const single = group.processes.length === 1 && group.processes[0]?.name === group.name;
  const priority = group.priority === 999 ? "" : `  priority ${group.priority}`;
  const empty = group.processes.length === 0 ? "  no processes" : "";
  const head = single ? [] : [`${group.name}${priority}${empty}`];
  return [...head, ...alike(group, { single, now }).flatMap((run) => runLines(run, single))];
}

/** Processes in a row that differ only in their names, and what is said of all of them. */
interface Run {
  readonly processes: ProcessPlan[];
  readonly lines: readonly string[];
}

function alike(
  { processes }: GroupPlan,
  { single, now }: { readonly single: boolean; readonly now: Millis | null },
): readonly Run[] {
  const runs: Run[] = [];
  for (const process of processes) {
    const lines = processLines(process, single, now);
    const last = runs.at(-1);
    if (last?.lines.join("\n") === lines.join("\n")) last.processes.push(process);
    else runs.push({ processes: [process], lines });
  }
  return runs;
}

function runLines({ processes, lines }: Run, single: boolean): readonly string[] {
  const [first, last] = [processes[0], processes.at(-1)];
  if (first === undefined || last === undefined) return [];
  const range = first === last ? "" : ` to ${last.name}  ${processes.length} processes`;
  return [(single ? first.name : `  ${first.id}`) + range + traits(first), ...lines];
}

function traits(process: ProcessPlan): string {
  const priority = process.priority === 999 ? "" : `  priority ${process.priority}`;
  const kind = process.kind === "program" ? "" : `  ${process.kind}`;
  const manual = process.autostart || isJob(process) ? "" : "  started by hand";
  return priority + kind + manual + (process.critical ? "  critical" : "");
}

/** What is said of one process below its name. */
export function processLines(
  process: ProcessPlan,
  single: boolean,
  now: Millis | null = null,
): readonly string[] {
  const all = [
    ...surroundings(process),
    ...dependsRows(process),
    ...scheduleRows(process, now),
    ...rowsOf(process, policyRows(process)),
    ...recycleRows(process),
    ...readyRows(process),
    ...hookRows(process.hooks),
    ...output(process),
  ];
  return rows(all, single ? 2 : 4);
}

function surroundings(process: ProcessPlan): readonly Row[] {
  const { user, umask, inheritEnv } = process;
  return [
    commandRow(process),
    ["directory", process.directory ?? ""],
    ["user", user === null ? "" : `${user.name} (${user.uid}:${user.gid})`],
    ["variables", Object.keys(process.environment).toSorted().join(", ")],
    ["inherits", inheritEnv === null ? "" : inheritEnv.join(", ") || "nothing"],
    ["umask", umask === null ? "" : umask.toString(8).padStart(3, "0")],
    ["nice", process.nice === null ? "" : `${process.nice}`],
    ["oom score", process.oomScoreAdj === null ? "" : `${process.oomScoreAdj}`],
    ["limits", process.rlimits.map(limitText).join(", ")],
    ["socket", process.fcgi?.socket ?? ""],
    ["events", process.listener?.events.join(", ") ?? ""],
  ];
}

function commandRow({ command, commandFault }: ProcessPlan): Row {
  if (commandFault !== null) return ["command", commandFault];
  const call = scriptOf(command);
  if (call === null) return ["command", command.map(quoteWord).join(" ")];
  const lists = Object.entries(call.allowed);
  const limits = [
    call.denied.length === 0 ? "" : `  without ${call.denied.join(", ")}`,
    ...lists.map(([permission, items]) => `  ${permission} only ${items.join(", ")}`),
    call.maxHeap === null ? "" : `  heap ${formatSize(call.maxHeap)}`,
  ];
  return ["script", [call.script, ...call.args].map(quoteWord).join(" ") + limits.join("")];
}

function limitText({ resource, soft, hard }: RlimitPlan): string {
  return hard === soft ? `${resource} ${soft}` : `${resource} ${soft}:${hard ?? ""}`;
}

function output(process: ProcessPlan): readonly Row[] {
  const { stdout, stderr } = process;
  if (stderr === "stdout") return [["output", logText(stdout)]];
  return [["stdout", logText(stdout)], ["stderr", logText(stderr)]];
}

function logText(log: LogPlan): string {
  const parts = [destinationText(log.destination)];
  if (log.destination.kind === "file" || log.destination.kind === "auto") {
    const rotated = log.maxBytes === 0 ? "not rotated" : `rotated at ${formatSize(log.maxBytes)}`;
    parts.push(rotated, ...(log.maxBytes === 0 ? [] : [`${log.backups} kept`]));
    if (log.daily) parts.push("daily");
    if (log.compress) parts.push("gzipped");
    if (log.maxAge !== null) parts.push(`for ${formatDuration(log.maxAge)}`);
    if (log.totalMax !== null) parts.push(`${formatSize(log.totalMax)} in all`);
  }
  if (log.syslog) parts.push("syslog");
  if (log.format !== "raw") parts.push(log.format);
  if (log.stripAnsi) parts.push("without colours");
  return parts.join(", ");
}
