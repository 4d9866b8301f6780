// Reads the words of a command line against the options that its command declares.
// @ts-types="./std_parse_args.d.ts"
import { parseArgs, type ParsedArgs } from "@std/cli/parse-args";
import { EXIT, RunnerError } from "../base/errors.ts";
import { suggest } from "../base/suggest.ts";
import type { Completion } from "./completion_kind.ts";

export interface OptionSpec {
  readonly name: string;
  readonly letter?: string;
  /** Name of the value in the help; missing for a switch. */
  readonly value?: string;
  /** What completion offers for the value. */
  readonly takes?: Completion;
  readonly help: string;
  /** Understood for the sake of habits, and not shown in the help. */
  readonly isHidden?: boolean;
}

/** A command line, read. */
export interface CommandLine {
  readonly words: readonly string[];
  has(name: string): boolean;
  value(name: string): string | undefined;
}

/**
 * Stands in front of a negative number, which would be read as an option, and of `true` and `false`, which would be
 * read as the value of a switch before them. No argument can hold it.
 */
const MARK = "\0";

/** Reads arguments. Throws RunnerError (status 2) on an option that the command does not have. */
export function readOptions(args: readonly string[], specs: readonly OptionSpec[]): CommandLine {
  const switches = specs.filter((spec) => spec.value === undefined).map((spec) => spec.name);
  const valued = specs.filter((spec) => spec.value !== undefined).map((spec) => spec.name);
  const letters = specs.flatMap((spec) => spec.letter === undefined ? [] : [spec]);
  const marked = args.map((arg) => /^(-\d+|true|false)$/.test(arg) ? MARK + arg : arg);
  const parsed = parseArgs(marked, {
    boolean: switches,
    // "_": words stay text, or a program called 007 would become a number.
    string: [...valued, "_"],
    alias: Object.fromEntries(letters.map((spec) => [spec.letter ?? "", spec.name])),
    unknown: (word) => {
      if (word.startsWith("-") && word !== "-") throw unknownOption(word, specs);
      return true;
    },
  });
  for (const name of valued) requireValue(parsed, name);
  return {
    words: parsed._.map(unmarked),
    has: (name) => parsed[name] === true,
    value: (name) => {
      const value = parsed[name];
      return typeof value === "string" ? unmarked(value) : undefined;
    },
  };
}

function unmarked(word: string | number): string {
  const text = String(word);
  return text.startsWith(MARK) ? text.slice(MARK.length) : text;
}

function requireValue(parsed: ParsedArgs, name: string): void {
  if (parsed[name] === "") {
    throw new RunnerError(`Cannot read --${name}: its value is missing`, {
      exitStatus: EXIT.usage,
    });
  }
}

function unknownOption(word: string, specs: readonly OptionSpec[]): RunnerError {
  const shown = specs.filter((spec) => spec.isHidden !== true);
  const bare = word.replace(/^-+/, "").replace(/=.*$/s, "");
  const near = suggest(bare, shown.map((spec) => spec.name));
  const known = shown.map((spec) => `--${spec.name}`).join(", ");
  const hint = near === null ? `Known options: ${known}` : `Did you mean --${near}?`;
  return new RunnerError(`Cannot read option "${word}": there is no such option`, {
    hint,
    exitStatus: EXIT.usage,
  });
}
