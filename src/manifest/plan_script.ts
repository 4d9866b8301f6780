// The command of a process: as written, for a shell, or the one that runs a script.
import { absolutePath } from "./paths.ts";
import type { Command } from "./readers_system.ts";
import { TEXT } from "./readers.ts";
import { isSet, reportError, reportMissing, reportWarning, type Scope, take } from "./scope.ts";
import { type ScriptCall, scriptWords } from "./script_words.ts";
import { ownSetting, type Setting } from "./setting.ts";
import { PROGRAM } from "./settings_program.ts";
import { PERMISSIONS, SCRIPT } from "./settings_script.ts";

const NOTHING: Command = { words: [], fault: null };
const OWN_KINDS = /\.(ts|mts|js|mjs|cjs)$/;

/** `command` as it is for a shell: not split. */
const LINE = ownSetting("command", TEXT, { ini: null, phase: "process", help: "" });

/** The words to run; empty with a fault, or where a problem has been reported. */
export function buildCommand(scope: Scope): Command {
  const script = take(scope, SCRIPT.script);
  if (script === null || script === "") return plainCommand(scope);
  const shell = take(scope, SCRIPT.shell) ? [SCRIPT.shell] : [];
  refuse(scope, [PROGRAM.command, ...shell], "Cannot be used together with script");
  const args = take(scope, SCRIPT.args);
  const interpreter = take(scope, SCRIPT.interpreter);
  lookForScript(scope, script);
  if (interpreter.length > 0) {
    refuse(scope, limits(), "Only for scripts that the runner itself runs");
    return { words: [...interpreter, script, ...args], fault: null };
  }
  if (!OWN_KINDS.test(script)) {
    reportError(scope, SCRIPT.script, {
      what: `The runner itself cannot run "${script}"`,
      allowed:
        "use a file that ends in .ts, .mts, .js, .mjs or .cjs, or say which interpreter runs it",
    });
    return NOTHING;
  }
  const maxHeap = take(scope, SCRIPT.maxHeap);
  return { words: scriptWords({ script, args, ...permissions(scope), maxHeap }), fault: null };
}

function plainCommand(scope: Scope): Command {
  const strangers = [SCRIPT.args, SCRIPT.interpreter, ...limits()];
  refuse(scope, strangers, "Only together with script");
  if (!isSet(scope, PROGRAM.command)) {
    reportMissing(scope, PROGRAM.command);
    return NOTHING;
  }
  if (!take(scope, SCRIPT.shell)) return take(scope, PROGRAM.command) ?? NOTHING;
  const line = take(scope, LINE);
  if (line === null) return NOTHING;
  if (line.trim() === "") return { words: [], fault: "command is empty" };
  return { words: ["/bin/sh", "-c", line], fault: null };
}

function permissions(scope: Scope): Pick<ScriptCall, "denied" | "allowed"> {
  const values = PERMISSIONS.map(({ permission, setting }) => ({
    permission,
    value: take(scope, setting),
  }));
  return {
    denied: values.flatMap(({ permission, value }) => value === false ? [permission] : []),
    allowed: Object.fromEntries(
      values.flatMap(({ permission, value }): [string, readonly string[]][] => {
        return typeof value === "boolean" ? [] : [[permission, value]];
      }),
    ),
  };
}

function limits(): readonly Setting<unknown>[] {
  return [...PERMISSIONS.map(({ setting }) => setting), SCRIPT.maxHeap];
}

function refuse(scope: Scope, settings: readonly Setting<unknown>[], what: string): void {
  for (const setting of settings) {
    if (isSet(scope, setting)) reportError(scope, setting, { what, allowed: "remove one of them" });
  }
}

function lookForScript(scope: Scope, script: string): void {
  const { cwd, exists } = scope.machine;
  const directory = take(scope, PROGRAM.directory) || cwd;
  const path = absolutePath(script, absolutePath(directory, cwd));
  const kind = exists(path);
  if (kind !== "missing" && kind !== "directory") return;
  const fault = kind === "missing" ? `can't find script '${path}'` : `'${path}' is a directory`;
  reportWarning(scope, SCRIPT.script, {
    what: `It will not start: ${fault}`,
    allowed: "",
    errorIn: "check",
  });
}
