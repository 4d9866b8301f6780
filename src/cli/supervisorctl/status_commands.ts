// supervisorctl's commands that show: status, pid, avail, version.
import { makeNamespec, splitNamespec } from "../../control/supervisor/names.ts";
import { FAULTS } from "../../control/supervisor/faults.ts";
import { XmlRpcFault } from "../../control/xmlrpc/value.ts";
import { itemsOf, type ProcessInfo, readConfig, readProcess, STATE } from "./replies.ts";
import { type Session, STATUS } from "./session.ts";
import { upcheck } from "./upcheck.ts";
import { refuseWords, wordsOf } from "./words.ts";

const NAME_WIDTH = 30;

export async function status(session: Session, arg: string): Promise<void> {
  if (!await upcheck(session)) {
    session.exitStatus = STATUS.unknown;
    return;
  }
  const all = await allProcesses(session);
  const names = wordsOf(arg);
  const isAll = names.length === 0 || names.includes("all");
  const shown = isAll ? all : names.flatMap((name) => matching(session, name, all));
  for (const line of statusLines(shown)) session.print(line);
  if (shown.some(({ state }) => STATE.down.some((down) => down === state))) {
    session.exitStatus = STATUS.someDown;
  }
}

/** All processes in the order the server has them. */
export async function allProcesses({ server }: Session): Promise<readonly ProcessInfo[]> {
  return itemsOf(await server.call("supervisor.getAllProcessInfo")).map(readProcess);
}

function matching(
  session: Session,
  name: string,
  all: readonly ProcessInfo[],
): readonly ProcessInfo[] {
  const { group, process } = splitNamespec(name);
  const found = all.filter((info) =>
    info.group === group && (process === null || info.name === process)
  );
  if (found.length === 0) {
    const text = process === null
      ? `${group}: ERROR (no such group)`
      : `${name}: ERROR (no such process)`;
    session.print(text);
    session.exitStatus = STATUS.unknown;
  }
  return found;
}

/** One line a process: name, state, description. */
export function statusLines(shown: readonly ProcessInfo[]): readonly string[] {
  const names = shown.map(({ group, name }) => makeNamespec(group, name));
  const width = Math.max(NAME_WIDTH, ...names.map(lengthOf)) + 3;
  return shown.map(({ stateName, description }, index) => {
    const name = names[index] ?? "";
    const padding = " ".repeat(Math.max(0, width - lengthOf(name)));
    return `${name}${padding}${stateName.padEnd(10)}${description}`;
  });
}

/** In characters, as Python counts. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}

export async function pid(session: Session, arg: string): Promise<void> {
  if (!await upcheck(session)) return;
  const names = wordsOf(arg);
  if (names.length === 0) {
    session.print(String(await session.server.call("supervisor.getPID")));
  } else if (names.includes("all")) {
    for (const info of await allProcesses(session)) session.print(String(info.pid));
  } else {
    for (const name of names) await pidOf(session, name);
  }
}

async function pidOf(session: Session, name: string): Promise<void> {
  try {
    const info = readProcess(await session.server.call("supervisor.getProcessInfo", name));
    session.print(String(info.pid));
    if (info.pid === 0) session.exitStatus = STATUS.notRunning;
  } catch (error) {
    session.exitStatus = STATUS.generic;
    if (!(error instanceof XmlRpcFault) || error.code !== FAULTS.BAD_NAME) throw error;
    session.print(`No such process ${name}`);
  }
}

export async function avail(session: Session, arg: string): Promise<void> {
  if (refuseWords(session, "avail", arg)) return;
  try {
    for (const value of itemsOf(await session.server.call("supervisor.getAllConfigInfo"))) {
      const info = readConfig(value);
      const name = makeNamespec(info.group, info.name).padEnd(32);
      const use = (info.isInUse ? "in use" : "avail").padEnd(9);
      const start = (info.isAuto ? "auto" : "manual").padEnd(9);
      session.print(`${name} ${use} ${start} ${info.groupPriority}:${info.priority}`);
    }
  } catch (error) {
    session.exitStatus = STATUS.generic;
    if (!(error instanceof XmlRpcFault) || error.code !== FAULTS.SHUTDOWN_STATE) throw error;
    session.print("ERROR: supervisor shutting down");
  }
}

export async function version(session: Session, arg: string): Promise<void> {
  if (refuseWords(session, "version", arg)) return;
  if (!await upcheck(session)) return;
  session.print(String(await session.server.call("supervisor.getSupervisorVersion")));
}
