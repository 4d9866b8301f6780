// `runner list`: the runners on this machine.
import { EXIT, RunnerError } from "../base/errors.ts";
import type { ProcessList, ProcessView } from "../control/api/types.ts";
import { clientOf } from "../control/client/client.ts";
import { getProcesses } from "../control/client/runner_api.ts";
import { visibleText } from "../core/visible_text.ts";
import { othersInstances, ownInstances, type RunningInstance } from "../os/instance_list.ts";
import { systemClock } from "../os/system_clock.ts";
import { addressOf } from "./find_runner.ts";
import type { CommandLine } from "./options.ts";
import { printLine, sayLine } from "./output.ts";
import { paintFor, terminalWidth } from "./paint.ts";
import { formatAge } from "../control/table/age_text.ts";
import { isAtRest } from "../control/table/standing.ts";
import { type Cell, type Column, tableLines } from "./text_table.ts";

/** Milliseconds that a runner gets for its answer: one that hangs must not hide the others. */
const PATIENCE = 2_000;

const COLUMNS: readonly Column[] = [
  { title: "MANIFEST", least: 16 },
  { title: "PID", isRight: true },
  { title: "USER", isRight: true, rank: 1 },
  { title: "UPTIME", isRight: true, rank: 2 },
  { title: "PROCESSES", rank: 3 },
  { title: "SOCKET", least: 8, rank: 0 },
];

/** A runner and what it says. */
interface Listed {
  readonly instance: RunningInstance;
  /** Null when it does not answer. */
  readonly list: ProcessList | null;
}

/** Exit status 0 also when there is none: the list is empty then. Root sees everybody's. */
export async function list(line: CommandLine): Promise<number> {
  const isRoot = Deno.uid() === 0;
  const instances = [...ownInstances(), ...(isRoot ? othersInstances() : [])];
  const listed = await Promise.all(instances.map(ask));
  if (line.has("json")) {
    printLine(JSON.stringify(listed.map(view), null, 2));
  } else if (listed.length === 0) {
    sayLine("No runner is running");
  } else {
    const look = { width: terminalWidth(), paint: paintFor(Deno.stdout) };
    printLine(tableLines(COLUMNS, listed.map(cells), look).join("\n"));
  }
  return EXIT.done;
}

async function ask(instance: RunningInstance): Promise<Listed> {
  try {
    const { target } = addressOf(instance);
    const client = clientOf({ target, clock: systemClock(), patience: PATIENCE });
    return { instance, list: await getProcesses(client) };
  } catch (error) {
    if (error instanceof RunnerError) return { instance, list: null };
    throw error;
  }
}

/** `3 of 4 up`, `3 of 4 up, 2 at rest`: who is down as it should be does not count. */
export function upText(processes: readonly ProcessView[]): string {
  const resting = processes.filter(isAtRest).length;
  const up = processes.filter((process) => process.up).length;
  const text = `${up} of ${processes.length - resting} up`;
  return resting === 0 ? text : `${text}, ${resting} at rest`;
}

function cells({ instance, list }: Listed): readonly Cell[] {
  return [
    { text: visibleText(instance.manifest) },
    { text: String(instance.pid) },
    { text: String(instance.uid) },
    { text: list === null ? "-" : formatAge(list.runner.uptime) },
    { text: list === null ? "no answer" : upText(list.processes) },
    { text: visibleText(instance.socket || "-") },
  ];
}

function view({ instance, list }: Listed) {
  const { manifest, pid, uid, socket } = instance;
  const up = list?.processes.filter((process) => process.up).length ?? null;
  const processes = list?.processes.length ?? null;
  return { manifest, pid, uid, socket, runner: list?.runner ?? null, processes, up };
}
