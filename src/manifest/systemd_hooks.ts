// The commands that systemd runs before and after the main one of a service, as hooks.
import { literal, remark } from "./foreign.ts";
import { commandWords, eachCommand, killSignal, mayFail, quotedWord } from "./systemd_command.ts";
import { every, type Service, set } from "./systemd_service.ts";
import type { UnitEntry } from "./systemd_unit.ts";

const HOOKS: readonly (readonly [string, string])[] = [
  ["ExecStartPre", "pre_start"],
  ["ExecStartPost", "post_start"],
  ["ExecStop", "pre_stop"],
  ["ExecStopPost", "post_exit"],
];

/** Sets the hooks of a service; a signal sent by ExecStop is the stop signal, not a command. */
export function putHooks(service: Service, variables: ReadonlyMap<string, string>): void {
  for (const [theirs, ours] of HOOKS) {
    const entries = eachCommand(every(service, theirs)).filter(({ value }) =>
      theirs !== "ExecStop" || killSignal(value) === null
    );
    const [first] = entries;
    if (first === undefined) continue;
    const commands = entries.flatMap((entry) => readHook(service, entry, variables));
    if (commands.length < entries.length) continue;
    set(service, ours, hookWords(commands).map(literal), first);
    if (theirs === "ExecStartPre" && commands.every(({ mayFail }) => mayFail)) {
      set(service, "hook_failure", "warn", first);
    }
    remarkOn(service, first, theirs);
  }
}

function remarkOn({ draft, section }: Service, entry: UnitEntry, key: string): void {
  const spot = { ...entry, section };
  if (key === "ExecStartPost" && !entry.value.startsWith("-")) {
    remark(draft, spot, "When it fails, that is told, and the program runs on");
  } else if (key === "ExecStop") {
    remark(draft, spot, "Run first; then the stop signal is sent to what is left");
  } else if (key === "ExecStopPost") {
    const what = "SERVICE_RESULT, EXIT_CODE and EXIT_STATUS are not set for it";
    remark(draft, spot, `${what}: RUNNER_EXIT_CODE and RUNNER_SIGNAL are`);
  }
}

interface HookCommand {
  readonly words: readonly string[];
  readonly mayFail: boolean;
}

/** What systemd knows only when the command is run, as our hooks are told it. */
const LATE: readonly (readonly [string, string])[] = [
  ["MAINPID", "$RUNNER_PID"],
  ["EXIT_STATUS", "$RUNNER_EXIT_CODE"],
];
const LATE_WORD = /\$RUNNER_(?:PID|EXIT_CODE)/;

function readHook(
  service: Service,
  entry: UnitEntry,
  variables: ReadonlyMap<string, string>,
): readonly HookCommand[] {
  const all = new Map([...variables, ...LATE]);
  const words = commandWords(service, entry, all);
  if (words === null) return [];
  // What systemd leaves to a shell of its own that shell finds in its environment.
  const known = isShell(words) ? words.map(withOurNames) : words;
  return [{ words: known, mayFail: mayFail(entry) }];
}

function isShell([program = "", option = ""]: readonly string[]): boolean {
  return /(^|\/)(ba|da|k|z)?sh$/.test(program) && option.startsWith("-") && option.endsWith("c");
}

function withOurNames(text: string): string {
  return LATE.reduce(
    (all, [theirs, ours]) =>
      all.replaceAll(new RegExp(`\\$(?:${theirs}\\b|\\{${theirs}\\})`, "g"), () => ours),
    text,
  );
}

/** One command as it is; several, or one that must be told something, by a shell. */
function hookWords(commands: readonly HookCommand[]): readonly string[] {
  const [only] = commands;
  const isLate = commands.some(({ words }) =>
    !isShell(words) && words.some((word) => LATE_WORD.test(word))
  );
  if (only !== undefined && commands.length === 1 && !isLate) return only.words;
  const lines = commands.map(({ words, mayFail }) => {
    const line = words.map(isShell(words) ? quotedWord : shellWord).join(" ");
    return mayFail && commands.length > 1 ? `{ ${line} || :; }` : line;
  });
  return ["/bin/sh", "-c", lines.join(" && ")];
}

function shellWord(word: string): string {
  const parts = word.split(/(\$RUNNER_(?:PID|EXIT_CODE))/);
  return parts.map((part) => {
    if (LATE_WORD.test(part)) return `"${part}"`;
    return part === "" && parts.length > 1 ? "" : quotedWord(part);
  }).join("");
}
