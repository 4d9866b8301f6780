// What a systemd service runs, and how it is reloaded.
import { differs, literal, remark } from "./foreign.ts";
import { cannot, every, last, type Service, set } from "./systemd_service.ts";
import type { UnitEntry } from "./systemd_unit.ts";
import { expandVariables, unitCommands, unitWords } from "./systemd_words.ts";

/** Sets `command`: the variables in it are replaced, as systemd does it, by those of the service. */
export function putCommand(service: Service, variables: ReadonlyMap<string, string>): void {
  const starts = eachCommand(every(service, "ExecStart"));
  const commands = starts.flatMap((entry) => {
    const words = commandWords(service, entry, variables);
    return words === null ? [] : [{ words, mayFail: mayFail(entry) }];
  });
  const [entry] = starts;
  // Without a command the program is complained about anyway.
  if (entry === undefined || commands[0] === undefined) return;
  const words = commands.length === 1 ? commands[0].words : chained(commands);
  set(service, "command", words.map(literal), entry);
  if (commands.length > 1 || !commands[0].mayFail) return;
  const what = "A failure of it counts as one here, and as a success in systemd";
  differs(service.draft, { ...entry, section: service.section }, what, {
    allowed: "say in exitcodes which do not",
  });
}

/** Entries with several commands, `a ; b`, as several entries. */
export function eachCommand(entries: readonly UnitEntry[]): readonly UnitEntry[] {
  return entries.flatMap((entry) =>
    unitCommands(entry.value).map((value): UnitEntry => ({ ...entry, value }))
  );
}

/** Whether a command may fail: a `-` before it. */
export function mayFail({ value }: UnitEntry): boolean {
  return /^[@:+!|]*-/.test(value);
}

interface Command {
  readonly words: readonly string[];
  readonly mayFail: boolean;
}

/** Several commands, one after the other, until one fails. */
function chained(commands: readonly Command[]): readonly string[] {
  const lines = commands.map(({ words, mayFail }) => {
    const line = words.map(quotedWord).join(" ");
    return mayFail ? `{ ${line} || :; }` : line;
  });
  return ["/bin/sh", "-c", lines.join(" && ")];
}

/** A word as a shell must be given it. */
export function quotedWord(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The words of a command line, its variables replaced; null, and reported, when there are none. */
export function commandWords(
  service: Service,
  entry: UnitEntry,
  variables: ReadonlyMap<string, string>,
): readonly string[] | null {
  const { draft, section } = service;
  const prefix = /^[-@:+!|]*/.exec(entry.value)?.[0] ?? "";
  const split = unitWords(entry.value.slice(prefix.length));
  if (split === null || split.length === 0) return cannot(service, entry, "a command");
  const [program = "", ...rest] = split;
  const args = prefix.includes("@") ? rest.slice(1) : rest;
  if (prefix.includes("@")) {
    differs(draft, { ...entry, section }, `It is called by its own name, not "${rest[0] ?? ""}"`);
  }
  if (/[+!]/.test(prefix) && last(service, "User") !== null) {
    differs(draft, { ...entry, section }, "Runs as User, too: there are no full privileges for it");
  }
  if (prefix.includes(":")) return [program, ...args];
  const { words, unknown } = expandVariables(args, (name) => variables.get(name));
  for (const name of unknown) {
    differs(draft, { ...entry, section }, `${name} is not set: it is replaced by nothing`);
  }
  return [program, ...words];
}

const KILL =
  /^[-@:+!|]*(?:\/usr)?(?:\/bin\/)?kill\s+(?:-s\s+|-)?(?:SIG)?([A-Z0-9+]+)\s+"?\$\{?MAINPID\}?"?$/;

/** The signal of `kill -USR1 $MAINPID`; null for any other command. */
export function killSignal(command: string): string | null {
  if (/kill\s+"?\$\{?MAINPID/.test(command)) return "TERM";
  return KILL.exec(command)?.[1] ?? null;
}

/** A reload by signal is ours, too; any other command is not run. */
export function putReload(service: Service): void {
  const { draft, section } = service;
  const reload = last(service, "ExecReload");
  if (reload === null) return;
  const signal = killSignal(reload.value);
  const name = section.name.slice(section.name.indexOf(":") + 1);
  if (signal === null) differs(draft, { ...reload, section }, "Not run: reload it by hand");
  else remark(draft, { ...reload, section }, `Reload it with: runner signal ${signal} ${name}`);
}
