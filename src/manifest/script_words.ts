// The words by which the runner calls itself to run a script: what the plan writes and the hidden command reads.

/** Permissions a script can give up, by the names of the runtime. */
export const SCRIPT_PERMISSIONS = ["net", "read", "write", "env", "run", "ffi"] as const;

export type ScriptPermission = (typeof SCRIPT_PERMISSIONS)[number];

/** The hidden command. */
export const SCRIPT_COMMAND = "__script";

/**
 * The value of NO_COLOR that the runner sets for a script: the runtime would colour its errors even in a file, and
 * looks only at its start. The script does not see it.
 */
export const OUR_NO_COLOR = "runner";

/** Stands for our own executable until the child is started. */
const OURSELVES = "/proc/self/exe";
const DENY = "--deny=";

export interface ScriptCall {
  readonly script: string;
  readonly args: readonly string[];
  /** What it may not do. */
  readonly denied: readonly ScriptPermission[];
}

/** The command of a script's process. */
export function scriptWords({ script, args, denied }: ScriptCall): readonly string[] {
  const limits = denied.length === 0 ? [] : [DENY + denied.join(",")];
  return [OURSELVES, SCRIPT_COMMAND, ...limits, script, ...args];
}

/** Reads what follows the hidden command; null when there is no script. */
export function readScriptWords(words: readonly string[]): ScriptCall | null {
  const [first = "", ...others] = words;
  const isLimited = first.startsWith(DENY);
  const named = isLimited ? first.slice(DENY.length).split(",") : [];
  const [script, ...args] = isLimited ? others : words;
  if (script === undefined) return null;
  return { script, args, denied: SCRIPT_PERMISSIONS.filter((name) => named.includes(name)) };
}

/** The script that a command of ours runs; null for any other command. */
export function scriptOf(command: readonly string[]): ScriptCall | null {
  if (command[0] !== OURSELVES || command[1] !== SCRIPT_COMMAND) return null;
  return readScriptWords(command.slice(2));
}

/** The words of a command for other supervisors: they know us by our name only. */
export function wordsElsewhere(command: readonly string[]): readonly string[] {
  return scriptOf(command) === null ? command : ["runner", ...command.slice(1)];
}
