// The options of `runner exec`, with their help.
import type { ExecOption } from "./exec_options.ts";

/** An option, with its help; options without a short form have a letter of their own that nobody can type. */
export interface ExecOptionHelp extends ExecOption {
  readonly name: string;
  readonly value?: string;
  readonly help: string;
}

/** Stand for letters where there is none. */
export const NO_LETTER = { timeout: "\u0001", session: "\u0002", noSubreaper: "\u0003" } as const;

/** The options of `runner exec`. */
export const EXEC_OPTIONS: readonly ExecOptionHelp[] = [
  option("g", "group", "Send signals to the command's whole process group"),
  option(NO_LETTER.session, "session", "Run it in a session of its own, as dumb-init does"),
  option("c", "single-child", "Leave it in our own group, and send signals to it alone"),
  option("r", "rewrite", "Forward signal S as R; not at all when R is 0", "S:R"),
  option(
    NO_LETTER.timeout,
    "stop-timeout",
    "Kill everything so long after TERM, INT or QUIT",
    "TIME",
  ),
  option("e", "expect", "Take this exit status for success; may be repeated", "CODE"),
  option("p", "parent-death-signal", "Get this signal when our own parent dies", "SIGNAL"),
  option("s", "subreaper", "Adopt orphans without being PID 1 (the default)"),
  option(NO_LETTER.noSubreaper, "no-subreaper", "Leave orphans to others when not PID 1"),
  option("u", "user", "Run it as this user", "USER"),
  option("C", "cwd", "Run it in this folder", "FOLDER"),
  option("w", "warn-on-reap", "Say which orphans are reaped"),
  option("v", "verbose", "Say what is done; twice: every signal"),
  option("l", "license", "Print the license"),
  option("h", "help", "Say how the command is used"),
];

function option(letter: string, name: string, help: string, value?: string): ExecOptionHelp {
  const base = { letter, name, help, hasValue: value !== undefined };
  return value === undefined ? base : { ...base, value };
}
