// The options of supervisorctl, read as the original reads them.
import { parseAddress } from "../../control/client/target.ts";
import { RunnerError } from "../../base/errors.ts";
import { getopt, type GetoptSpec } from "../getopt.ts";

export interface CtlOptions {
  readonly configuration: string | null;
  readonly serverurl: string | null;
  readonly username: string | null;
  readonly password: string | null;
  readonly historyFile: string | null;
  readonly interactive: boolean;
  /** The command; none: the shell is wanted. */
  readonly words: readonly string[];
}

const SPECS: readonly GetoptSpec[] = [
  { name: "help", letter: "h", valued: false },
  { name: "?", letter: "?", valued: false },
  { name: "configuration", letter: "c", valued: true },
  { name: "interactive", letter: "i", valued: false },
  { name: "serverurl", letter: "s", valued: true },
  { name: "username", letter: "u", valued: true },
  { name: "password", letter: "p", valued: true },
  { name: "history_file", letter: "r", valued: true },
];

/** The options; `"help"`; or what is wrong with them. */
export function readCtlOptions(
  args: readonly string[],
): CtlOptions | "help" | { readonly fault: string } {
  const read = getopt(args, SPECS);
  if ("fault" in read) return read;
  if (read.options.some(({ name }) => name === "help" || name === "?")) return "help";
  const values = new Map<string, string>();
  for (const { name, value } of read.options) {
    if (values.has(name)) return { fault: `conflicting command line option '${name}'` };
    values.set(name, value);
  }
  const serverurl = values.get("serverurl") ?? null;
  if (serverurl !== null && !isUrl(serverurl)) {
    return { fault: `invalid value for -s '${serverurl}': it is no http:// or unix:// URL` };
  }
  return {
    configuration: values.get("configuration") ?? null,
    serverurl,
    username: values.get("username") ?? null,
    password: values.get("password") ?? null,
    historyFile: values.get("history_file") ?? null,
    interactive: values.has("interactive"),
    words: read.words,
  };
}

/** `http://…` or `unix:///…`. */
export function isUrl(text: string): boolean {
  if (!/^(?:http|unix):\/\/./.test(text)) return false;
  try {
    parseAddress(text);
    return true;
  } catch (error) {
    if (error instanceof RunnerError) return false;
    throw error;
  }
}

export const CTL_USAGE = `supervisorctl -- look at and steer the programs of a supervisor

Usage: supervisorctl [options] [command [words]]

Options:
-c/--configuration FILE  -- the configuration (looked for in the usual places if not given)
-s/--serverurl URL       -- where the server listens: http://host:port or unix:///path
-u/--username NAME       -- name to log in with
-p/--password PASSWORD   -- password to log in with
-i/--interactive         -- ask before reload and shutdown
-r/--history-file FILE   -- keep the lines typed in the shell
-h/--help                -- this text

Without a command a shell is started that takes one command after the other.
supervisorctl help lists the commands, supervisorctl help COMMAND explains one.

Example: supervisorctl -c supervisord.conf status
`;
