// The words of a command line of supervisorctl, and the refusal of those that a command does not take.
import { helpLines } from "./help.ts";
import { type Session, STATUS } from "./session.ts";

/** Words between blanks. */
export function wordsOf(arg: string): readonly string[] {
  return arg.split(/\s+/).filter((word) => word !== "");
}

/** True when there are words, and it has been said that the command takes none. */
export function refuseWords(session: Session, command: string, arg: string): boolean {
  if (arg === "") return false;
  sayWrong(session, `Error: ${command} accepts no arguments`, command);
  return true;
}

/** Says what is wrong with a command line and how the command is used. */
export function sayWrong(
  session: Session,
  line: string,
  command: string,
  status: number = STATUS.generic,
): void {
  session.print(line);
  session.exitStatus = status;
  for (const help of helpLines(command) ?? []) session.print(help);
}
