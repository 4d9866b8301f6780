// Help, made from the table of commands.
import { EXIT, RunnerError } from "../base/errors.ts";
import { suggest } from "../base/suggest.ts";
import type { Chapter, CommandSpec } from "./command_spec.ts";
import { isManifestWord } from "./manifest_word.ts";
import type { CommandLine, OptionSpec } from "./options.ts";
import { printLine } from "./output.ts";

/** `runner help [COMMAND]`. */
export function help(line: CommandLine, commands: readonly CommandSpec[]): number {
  const [name] = line.words;
  printLine(name === undefined ? overview(commands) : describe(knownCommand(name, commands)));
  return EXIT.done;
}

/** Words of supervisorctl and PM2 that we have another way for. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  add: "runner update takes in what is new in the manifest",
  attach: "runner logs NAME -f shows what it writes, runner send NAME writes to it",
  avail: "runner status shows all programs, runner check the plan",
  fg: "runner logs NAME -f shows what it writes, runner send NAME writes to it",
  imonit: "Use: runner top",
  maintail: "Use: runner logs --self",
  ping: "Use: runner pid",
  prettylist: "Use: runner status --json",
  quit: "Use: runner shutdown, or runner exit to kill",
  remove: "Use: runner delete NAME",
  reread: "Use: runner update --dry-run",
  resurrect: "The manifest says what runs: runner start MANIFEST -d",
  save: "The manifest says what runs: nothing needs to be saved",
  startup: "Use: runner install MANIFEST",
  startOrReload: "Use: runner update, then runner reload NAME",
  startOrRestart: "Use: runner update, then runner restart NAME",
  unstartup: "Use: runner uninstall MANIFEST",
};

/** The command of that name; RunnerError (status 2) when there is none. */
export function knownCommand(name: string, commands: readonly CommandSpec[]): CommandSpec {
  const found = commands.find((spec) => spec.name === name || spec.aliases?.includes(name));
  if (found !== undefined) return found;
  throw new RunnerError(`Cannot run "${name}": there is no such command`, {
    hint: hintFor(name, commands),
    exitStatus: EXIT.usage,
  });
}

function hintFor(name: string, commands: readonly CommandSpec[]): string {
  const elsewhere = Object.hasOwn(ELSEWHERE, name) ? ELSEWHERE[name] : undefined;
  if (elsewhere !== undefined) return elsewhere;
  // Whom a script forks finds itself here, as does who tries one by hand.
  if (/(?<!\.config)\.[cm]?[jt]s$/.test(name)) {
    return `A script is run by a manifest: script = "…" in a program. fork() in one does not work: use a thread`;
  }
  if (isManifestWord(name)) return `To run a manifest: runner start ${name}`;
  const near = suggest(name, commands.filter(isShown).map((spec) => spec.name));
  return near === null ? "Try: runner help" : `Did you mean "runner ${near}"?`;
}

const CHAPTERS: readonly (readonly [Chapter, string])[] = [
  ["run", "Run a pool"],
  ["look", "Look at a running one"],
  ["steer", "Steer it"],
  ["more", "More"],
];

function isShown({ chapter }: CommandSpec): boolean {
  return chapter !== "hidden";
}

/** What `runner` alone says. */
export function overview(commands: readonly CommandSpec[]): string {
  const shown = commands.filter(isShown);
  const width = Math.max(...shown.map(({ name }) => name.length));
  const chapters = CHAPTERS.flatMap(([chapter, title]) => {
    const rows = shown.filter((spec) => (spec.chapter ?? "more") === chapter)
      .map((spec) => [spec.name, spec.summary] as const);
    return rows.length === 0 ? [] : ["", `${title}:`, ...table(rows, width)];
  });
  return [
    "runner keeps worker programs alive.",
    "",
    "Usage: runner COMMAND [OPTIONS]",
    ...chapters,
    "",
    "A NAME is a program, a process (web:web_1), a group (web:*), a pattern (web*) or all.",
    "runner help COMMAND says more about one of them.",
  ].join("\n");
}

/** Help for one command. */
export function describe(spec: CommandSpec): string {
  const shown = spec.options.filter((option) => option.isHidden !== true);
  const rows = shown.map((option) => [flags(option), option.help] as const);
  const aliases = spec.aliases ?? [];
  return [
    spec.summary,
    "",
    `Usage: ${spec.usage}`,
    ...(aliases.length === 0 ? [] : [`Also: ${aliases.join(", ")}`]),
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

function table(
  rows: readonly (readonly [string, string])[],
  width = Math.max(...rows.map(([left]) => left.length)),
): readonly string[] {
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
