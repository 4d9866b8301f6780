// The program: reads the command line, runs the command, exits with its status.
import { EXIT, RunnerError } from "./base/errors.ts";
import { COMMANDS } from "./cli/commands.ts";
import { describe, knownCommand, overview } from "./cli/help.ts";
import { readOptions } from "./cli/options.ts";
import { printLine, sayLine } from "./cli/output.ts";

/** Runs one command line and gives its exit status. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    sayLine(`runner: ${error.message}`);
    if (error.hint !== "") sayLine(`  ${error.hint}`);
    return error.exitStatus;
  }
}

async function run(args: readonly string[]): Promise<number> {
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

if (import.meta.main) Deno.exit(await main(Deno.args));
