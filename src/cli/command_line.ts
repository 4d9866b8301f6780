// A command line of our own: finds the command in the table, reads its options, runs it.
import { EXIT } from "../base/errors.ts";
import { COMMANDS } from "./commands.ts";
import { describe, knownCommand, overview } from "./help.ts";
import { readOptions } from "./options.ts";
import { printLine, sayLine } from "./output.ts";

/** Runs one command line and gives its exit status. */
export async function commandLine(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined) {
    sayLine(overview(COMMANDS));
    return EXIT.usage;
  }
  const name = GLOBAL[first] ?? first;
  const spec = knownCommand(name, COMMANDS);
  const line = readOptions(rest, spec.options);
  if (!line.has("help")) return await spec.run(line);
  printLine(describe(spec));
  return EXIT.done;
}

/** Options that stand in for a command. */
const GLOBAL: Readonly<Record<string, string>> = {
  "-h": "help",
  "--help": "help",
  "-v": "version",
  "-V": "version",
  "--version": "version",
};
