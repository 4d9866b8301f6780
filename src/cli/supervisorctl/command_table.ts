// The commands of supervisorctl by name, and how a line is taken apart and obeyed.
import { RunnerError } from "../../base/errors.ts";
import { XmlRpcFault } from "../../control/xmlrpc/value.ts";
import { fg } from "./fg_command.ts";
import { add, remove, reread, update } from "./group_commands.ts";
import { helpLines, helpOverview } from "./help.ts";
import { maintail, tail } from "./log_commands.ts";
import { clear, restart, signal, start, stop } from "./process_commands.ts";
import { open, reload, shutdown } from "./server_commands.ts";
import { HttpStatus, NoConnection, type Session, STATUS } from "./session.ts";
import { avail, pid, status, version } from "./status_commands.ts";
import { connectionLine } from "./upcheck.ts";

/** Does what a command line asks for; true: the shell is to be left. */
type Command = (session: Session, arg: string) => Promise<void> | void | true;

const COMMANDS: Readonly<Record<string, Command>> = {
  add,
  avail,
  clear,
  exit: leave,
  fg,
  help,
  maintail,
  open,
  pid,
  quit: leave,
  reload,
  remove,
  reread,
  restart,
  shutdown,
  signal,
  start,
  status,
  stop,
  tail,
  update,
  version,
  EOF: leave,
};

/** Obeys one line. True: the shell is to be left. What goes wrong has been said, and the status is set. */
export async function obey(session: Session, line: string): Promise<boolean> {
  const text = line.trim();
  if (text === "") return false;
  // As Python's cmd: `?` is help, and a command ends where its letters do.
  const [, name = "", arg = ""] = /^(\w*)(.*)$/s.exec(text.replace(/^\?/, "help ")) ?? [];
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    session.print(`*** Unknown syntax: ${text}`);
    session.exitStatus = STATUS.generic;
    return false;
  }
  try {
    return await command(session, arg.trim()) === true;
  } catch (error) {
    if (isUnauthorized(error)) {
      session.print("Server requires authentication");
      session.exitStatus = STATUS.generic;
      return session.isInteractive && await logIn(session) ? await obey(session, line) : false;
    }
    session.print(`error: ${reasonOf(session, error)}`);
    session.exitStatus = STATUS.generic;
    return false;
  }
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof HttpStatus && error.status === 401;
}

/** Asks for name and password; false: there is nobody to ask. */
async function logIn(session: Session): Promise<boolean> {
  const user = await session.typed.ask("Username:");
  const password = user === null ? null : await session.typed.askSecret("Password:");
  if (user === null || password === null) return false;
  session.print("");
  session.server = session.connect({ url: session.server.url, credentials: { user, password } });
  return true;
}

/** Throws on what is a fault of ours. */
function reasonOf(session: Session, error: unknown): string {
  if (error instanceof XmlRpcFault) return `<Fault ${error.code}: '${error.message}'>`;
  const line = connectionLine(session, error);
  if (line !== null) return line.text;
  const isKnown = error instanceof NoConnection || error instanceof HttpStatus ||
    error instanceof RunnerError;
  if (!isKnown) throw error;
  return error.message;
}

function leave(session: Session): true {
  session.print("");
  return true;
}

function help(session: Session, arg: string): void {
  if (arg === "") return helpOverview().forEach((line) => session.print(line));
  const lines = helpLines(arg) ?? [`*** No help on ${arg}`];
  for (const line of lines) session.print(line);
}
