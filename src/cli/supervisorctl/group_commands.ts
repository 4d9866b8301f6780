// supervisorctl's commands about the configuration: reread, update, add, remove.
import { FAULTS } from "../../control/supervisor/faults.ts";
import { XmlRpcFault } from "../../control/xmlrpc/value.ts";
import { itemsOf, readOutcome, textsOf } from "./replies.ts";
import { type Session, STATUS } from "./session.ts";
import { allProcesses } from "./status_commands.ts";
import { refuseWords, wordsOf } from "./words.ts";

interface Changes {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

async function reloadConfig({ server }: Session): Promise<Changes> {
  const [changes] = itemsOf(await server.call("supervisor.reloadConfig"));
  const [added, changed, removed] = itemsOf(changes);
  return { added: textsOf(added), changed: textsOf(changed), removed: textsOf(removed) };
}

export async function reread(session: Session, arg: string): Promise<void> {
  if (refuseWords(session, "reread", arg)) return;
  try {
    for (const line of changeLines(await reloadConfig(session))) session.print(line);
  } catch (error) {
    session.exitStatus = STATUS.generic;
    if (codeOf(error) === FAULTS.SHUTDOWN_STATE) session.print("ERROR: supervisor shutting down");
    else if (error instanceof XmlRpcFault && error.code === FAULTS.CANT_REREAD) {
      session.print(`ERROR: ${error.message}`);
    } else throw error;
  }
}

/** By name, each with what became of it. */
function changeLines({ added, changed, removed }: Changes): readonly string[] {
  const words = new Map([
    ...added.map((name) => [name, "available"] as const),
    ...changed.map((name) => [name, "changed"] as const),
    ...removed.map((name) => [name, "disappeared"] as const),
  ]);
  if (words.size === 0) return ["No config updates to processes"];
  return [...words.keys()].sort().map((name) => `${name}: ${words.get(name)}`);
}

export async function add(session: Session, arg: string): Promise<void> {
  for (const name of wordsOf(arg)) {
    try {
      await session.server.call("supervisor.addProcessGroup", name);
      session.print(`${name}: added process group`);
    } catch (error) {
      sayNotAdded(session, name, error);
    }
  }
}

function sayNotAdded(session: Session, name: string, error: unknown): void {
  switch (codeOf(error)) {
    case FAULTS.ALREADY_ADDED:
      return session.print("ERROR: process group already active");
    case FAULTS.SHUTDOWN_STATE:
      session.exitStatus = STATUS.generic;
      return session.print("ERROR: shutting down");
    case FAULTS.BAD_NAME:
      session.exitStatus = STATUS.generic;
      return session.print(`ERROR: no such process/group: ${name}`);
  }
  throw error;
}

export async function remove(session: Session, arg: string): Promise<void> {
  for (const name of wordsOf(arg)) {
    try {
      await session.server.call("supervisor.removeProcessGroup", name);
      session.print(`${name}: removed process group`);
    } catch (error) {
      session.exitStatus = STATUS.generic;
      const code = codeOf(error);
      if (code === FAULTS.STILL_RUNNING) {
        session.print(`ERROR: process/group still running: ${name}`);
      } else if (code === FAULTS.BAD_NAME) {
        session.print(`ERROR: no such process/group: ${name}`);
      } else throw error;
    }
  }
}

export async function update(session: Session, arg: string): Promise<void> {
  let changes: Changes;
  try {
    changes = await reloadConfig(session);
  } catch (error) {
    session.exitStatus = STATUS.generic;
    if (codeOf(error) !== FAULTS.SHUTDOWN_STATE) throw error;
    return session.print("ERROR: already shutting down");
  }
  const words = new Set(wordsOf(arg));
  const wanted = words.size === 0 || words.has("all") ? null : words;
  if (wanted !== null) await sayUnknown(session, wanted, changes.added);
  const isWanted = (group: string) => wanted === null || wanted.has(group);
  for (const group of changes.removed.filter(isWanted)) await takeOut(session, group);
  for (const group of changes.changed.filter(isWanted)) await replace(session, group);
  for (const group of changes.added.filter(isWanted)) {
    await session.server.call("supervisor.addProcessGroup", group);
    session.print(`${group}: added process group`);
  }
}

async function sayUnknown(
  session: Session,
  wanted: ReadonlySet<string>,
  added: readonly string[],
): Promise<void> {
  const known = new Set([...(await allProcesses(session)).map(({ group }) => group), ...added]);
  for (const group of wanted) {
    if (known.has(group)) continue;
    session.print(`ERROR: no such group: ${group}`);
    session.exitStatus = STATUS.generic;
  }
}

async function takeOut(session: Session, group: string): Promise<void> {
  const outcomes = await session.server.call("supervisor.stopProcessGroup", group);
  session.print(`${group}: stopped`);
  if (itemsOf(outcomes).some((outcome) => readOutcome(outcome).status === FAULTS.FAILED)) {
    session.print(`${group}: has problems; not removing`);
    session.exitStatus = STATUS.generic;
    return;
  }
  await session.server.call("supervisor.removeProcessGroup", group);
  session.print(`${group}: removed process group`);
}

async function replace(session: Session, group: string): Promise<void> {
  await session.server.call("supervisor.stopProcessGroup", group);
  session.print(`${group}: stopped`);
  await session.server.call("supervisor.removeProcessGroup", group);
  await session.server.call("supervisor.addProcessGroup", group);
  session.print(`${group}: updated process group`);
}

function codeOf(error: unknown): number | null {
  return error instanceof XmlRpcFault ? error.code : null;
}
