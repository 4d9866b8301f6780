// supervisorctl's commands about the server itself: reload, shutdown, open.
import { FAULTS } from "../../control/supervisor/faults.ts";
import { XmlRpcFault } from "../../control/xmlrpc/value.ts";
import { type Session, STATUS } from "./session.ts";
import { status } from "./status_commands.ts";
import { connectionLine } from "./upcheck.ts";
import { refuseWords } from "./words.ts";

export async function reload(session: Session, arg: string): Promise<void> {
  if (refuseWords(session, "reload", arg)) return;
  if (!await isMeant(session, "Really restart the remote supervisord process y/N? ")) return;
  try {
    await session.server.call("supervisor.restart");
    session.print("Restarted supervisord");
  } catch (error) {
    session.exitStatus = STATUS.generic;
    if (!isEnding(error)) throw error;
    session.print("ERROR: already shutting down");
  }
}

export async function shutdown(session: Session, arg: string): Promise<void> {
  if (refuseWords(session, "shutdown", arg)) return;
  if (!await isMeant(session, "Really shut the remote supervisord process down y/N? ")) return;
  try {
    await session.server.call("supervisor.shutdown");
    session.print("Shut down");
  } catch (error) {
    if (isEnding(error)) return session.print("ERROR: already shutting down");
    session.exitStatus = STATUS.generic;
    const line = connectionLine(session, error);
    if (line === null) throw error;
    session.print(`ERROR: ${line.text} (already shut down?)`);
  }
}

function isEnding(error: unknown): boolean {
  return error instanceof XmlRpcFault && error.code === FAULTS.SHUTDOWN_STATE;
}

/** Asked in the shell only: a script means what it says. */
async function isMeant({ isInteractive, typed }: Session, question: string): Promise<boolean> {
  if (!isInteractive) return true;
  return (await typed.ask(question) ?? "").toLowerCase().startsWith("y");
}

/** `open URL`: goes on with another server. */
export async function open(session: Session, arg: string): Promise<void> {
  const url = arg.trim();
  if (!/^(?:unix|http):/.test(url)) {
    session.print("ERROR: url must be http:// or unix://");
    session.exitStatus = STATUS.generic;
    return;
  }
  session.server = session.connect({ url });
  const before = session.exitStatus;
  await status(session, "");
  session.exitStatus = before;
}
