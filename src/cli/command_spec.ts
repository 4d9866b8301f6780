// What a command is: its words, its help, and how it is run.
import type { Completion } from "./completion_kind.ts";
import type { CommandLine, OptionSpec } from "./options.ts";

/** Under which heading the overview of all commands shows it. */
export type Chapter = "run" | "look" | "steer" | "more" | "hidden";

export interface CommandSpec {
  readonly name: string;
  /** Other words for the same command. */
  readonly aliases?: readonly string[];
  readonly chapter?: Chapter;
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  readonly example: string;
  /** What each word is; the last one stands for all that follow. Missing: there are none to offer. */
  readonly takes?: readonly Completion[];
  /** Runs the command and gives its exit status. */
  run(line: CommandLine): Promise<number> | number;
}
