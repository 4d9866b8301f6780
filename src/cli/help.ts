// Help, made from the table of commands.
import { EXIT, RunnerError } from "../base/errors.ts";
import { suggest } from "../base/suggest.ts";
import type { CommandSpec } from "./command_spec.ts";
import type { CommandLine, OptionSpec } from "./options.ts";
import { printLine } from "./output.ts";

/** `runner help [COMMAND]`. */
export function help(line: CommandLine, commands: readonly CommandSpec[]): number {
  const [name] = line.words;
  printLine(name === undefined ? overview(commands) : describe(knownCommand(name, commands)));
  return EXIT.done;
}

/** The command of that name; RunnerError (status 2) when there is none. */
export function knownCommand(name: string, commands: readonly CommandSpec[]): CommandSpec {
  const found = commands.find((spec) => spec.name === name || spec.aliases?.includes(name));
  if (found !== undefined) return found;
  const near = suggest(name, commands.map((spec) => spec.name));
  const hint = near === null ? "Try: runner help" : `Did you mean "runner ${near}"?`;
  throw new RunnerError(`Cannot run "${name}": there is no such command`, {
    hint,
    exitStatus: EXIT.usage,
  });
}

/** What `runner` alone says. */
export function overview(commands: readonly CommandSpec[]): string {
  const rows = commands.map((spec) => [spec.name, spec.summary] as const);
  return [
    "runner keeps worker programs alive.",
    "",
    "Usage: runner COMMAND [OPTIONS]",
    "",
    ...table(rows),
    "",
    "runner help COMMAND says more about one of them.",
  ].join("\n");
}

/** Help for one command. */
export function describe(spec: CommandSpec): string {
  const rows = spec.options.map((option) => [flags(option), option.help] as const);
  return [
    spec.summary,
    "",
    `Usage: ${spec.usage}`,
    "",
    ...table(rows),
    "",
    `Example: ${spec.example}`,
  ].join("\n");
}

function flags(option: OptionSpec): string {
  const letter = option.letter === undefined ? "    " : `-${option.letter}, `;
  const value = option.value === undefined ? "" : ` ${option.value}`;
  return `${letter}--${option.name}${value}`;
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
