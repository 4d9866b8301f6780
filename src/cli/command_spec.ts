// What a command is: its words, its help, and how it is run.
import type { CommandLine, OptionSpec } from "./options.ts";

export interface CommandSpec {
  readonly name: string;
  /** Other words for the same command. */
  readonly aliases?: readonly string[];
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  readonly example: string;
  /** Runs the command and gives its exit status. */
  run(line: CommandLine): Promise<number> | number;
}
