// supervisorctl's commands that act on processes: start, stop, restart, signal, clear.
import { FAULTS } from "../../control/supervisor/faults.ts";
import { splitNamespec } from "../../control/supervisor/names.ts";
import { XmlRpcFault } from "../../control/xmlrpc/value.ts";
import { outcomeLine, outcomeStatus } from "./outcome_lines.ts";
import { itemsOf, type Outcome, readOutcome } from "./replies.ts";
import { type Session, STATUS } from "./session.ts";
import { upcheck } from "./upcheck.ts";
import { sayWrong, wordsOf } from "./words.ts";

/** How a command asks the server, and what it says of the answer. */
interface Deed {
  readonly one: string;
  readonly group: string | null;
  readonly all: string;
  /** Parameters after the name. */
  readonly params: readonly string[];
  /** Of a process with which it went well. */
  readonly done: string;
  /** The fault that is no failure. */
  readonly harmless: number | null;
  /** The exit status for a group that is not there. */
  readonly noGroup: number;
}

const START: Deed = {
  one: "supervisor.startProcess",
  group: "supervisor.startProcessGroup",
  all: "supervisor.startAllProcesses",
  params: [],
  done: "started",
  harmless: FAULTS.ALREADY_STARTED,
  noGroup: STATUS.invalidArgs,
};

const STOP: Deed = {
  one: "supervisor.stopProcess",
  group: "supervisor.stopProcessGroup",
  all: "supervisor.stopAllProcesses",
  params: [],
  done: "stopped",
  harmless: FAULTS.NOT_RUNNING,
  noGroup: STATUS.generic,
};

const SIGNAL: Deed = {
  one: "supervisor.signalProcess",
  group: "supervisor.signalProcessGroup",
  all: "supervisor.signalAllProcesses",
  params: [],
  done: "signalled",
  harmless: null,
  noGroup: STATUS.generic,
};

const CLEAR: Deed = {
  one: "supervisor.clearProcessLogs",
  group: null,
  all: "supervisor.clearAllProcessLogs",
  params: [],
  done: "cleared",
  harmless: null,
  noGroup: STATUS.generic,
};

export async function start(session: Session, arg: string): Promise<void> {
  if (!await upcheck(session)) return;
  const names = wordsOf(arg);
  if (names.length > 0) return await doTo(session, names, START);
  sayWrong(session, "Error: start requires a process name", "start", STATUS.invalidArgs);
}

export async function stop(session: Session, arg: string): Promise<void> {
  if (!await upcheck(session)) return;
  const names = wordsOf(arg);
  if (names.length > 0) return await doTo(session, names, STOP);
  sayWrong(session, "Error: stop requires a process name", "stop");
}

export async function restart(session: Session, arg: string): Promise<void> {
  if (!await upcheck(session)) return;
  if (wordsOf(arg).length === 0) {
    return sayWrong(session, "Error: restart requires a process name", "restart");
  }
  await stop(session, arg);
  await start(session, arg);
}

export async function signal(session: Session, arg: string): Promise<void> {
  if (!await upcheck(session)) return;
  const [name, ...names] = wordsOf(arg);
  if (name === undefined || names.length === 0) {
    const line = "Error: signal requires a signal name and a process name";
    return sayWrong(session, line, "signal");
  }
  await doTo(session, names, { ...SIGNAL, params: [name] });
}

export async function clear(session: Session, arg: string): Promise<void> {
  if (!await upcheck(session)) return;
  const names = wordsOf(arg);
  if (names.length > 0) return await doTo(session, names, CLEAR);
  sayWrong(session, "Error: clear requires a process name", "clear");
}

/** One name after the other, each waited for. */
async function doTo(session: Session, names: readonly string[], deed: Deed): Promise<void> {
  if (names.includes("all")) {
    const outcomes = await session.server.call(deed.all, ...deed.params);
    return show(session, itemsOf(outcomes).map(readOutcome), deed);
  }
  for (const name of names) {
    const { group, process } = splitNamespec(name);
    if (process === null && deed.group !== null) await doToGroup(session, group, deed);
    else show(session, [await doToOne(session, name, deed)], deed);
  }
}

async function doToOne({ server }: Session, name: string, deed: Deed): Promise<Outcome> {
  const { group, process } = splitNamespec(name);
  try {
    await server.call(deed.one, name, ...deed.params);
    return { group, name: process, status: FAULTS.SUCCESS, description: "OK" };
  } catch (error) {
    if (!(error instanceof XmlRpcFault)) throw error;
    return { group, name: process, status: error.code, description: error.message };
  }
}

async function doToGroup(session: Session, group: string, deed: Deed): Promise<void> {
  try {
    const outcomes = await session.server.call(deed.group ?? "", group, ...deed.params);
    show(session, itemsOf(outcomes).map(readOutcome), deed);
  } catch (error) {
    session.exitStatus = STATUS.generic;
    if (!(error instanceof XmlRpcFault) || error.code !== FAULTS.BAD_NAME) throw error;
    session.print(`${group}: ERROR (no such group)`);
    session.exitStatus = deed.noGroup;
  }
}

function show(session: Session, outcomes: readonly Outcome[], { done, harmless }: Deed): void {
  for (const outcome of outcomes) {
    session.print(outcomeLine(outcome, done));
    session.exitStatus = outcomeStatus(outcome.status, harmless) ?? session.exitStatus;
  }
}
