// The words by which the runner calls itself to run a script: what the plan writes and the hidden command reads.

/** Permissions a script can give up, by the names of the runtime. */
export const SCRIPT_PERMISSIONS = ["net", "read", "write", "env", "run", "ffi"] as const;

export type ScriptPermission = (typeof SCRIPT_PERMISSIONS)[number];

/** The hidden command. */
const SCRIPT_COMMAND = "__script";

/**
 * The value of NO_COLOR that the runner sets for a script: the runtime would colour its errors even in a file, and
 * looks only at its start. The script does not see it.
 */
export const OUR_NO_COLOR = "runner";

/** Stands for our own executable until the child is started. */
const OURSELVES = "/proc/self/exe";
const DENY = "--deny=";
const ALLOW = "--allow=";
const HEAP = "--max-heap=";

/** Hosts, paths and names that alone are permitted; a permission that is not here is whole, or denied. */
export type ScriptLists = Readonly<Partial<Record<ScriptPermission, readonly string[]>>>;

export interface ScriptCall {
  readonly script: string;
  readonly args: readonly string[];
  /** What it may not do. */
  readonly denied: readonly ScriptPermission[];
  /** What is permitted in part only. */
  readonly allowed: ScriptLists;
  /** Bytes; null: as much as the runtime takes. */
  readonly maxHeap: number | null;
}

/** The command of a script's process. */
export function scriptWords(call: ScriptCall): readonly string[] {
  const { script, args, denied, allowed, maxHeap } = call;
  return [
    OURSELVES,
    SCRIPT_COMMAND,
    ...denied.length === 0 ? [] : [DENY + denied.join(",")],
    ...Object.keys(allowed).length === 0 ? [] : [ALLOW + JSON.stringify(allowed)],
    ...maxHeap === null ? [] : [HEAP + maxHeap],
    script,
    ...args,
  ];
}

/** Reads what follows the hidden command; null when there is no script. */
export function readScriptWords(words: readonly string[]): ScriptCall | null {
  const rest = [...words];
  const take = (head: string): string | null => {
    return rest[0]?.startsWith(head) === true ? rest.shift()?.slice(head.length) ?? null : null;
  };
  const named = take(DENY)?.split(",") ?? [];
  const lists = take(ALLOW);
  const heap = take(HEAP);
  const [script, ...args] = rest;
  if (script === undefined) return null;
  return {
    script,
    args,
    denied: SCRIPT_PERMISSIONS.filter((name) => named.includes(name)),
    allowed: lists === null ? {} : readLists(lists),
    maxHeap: heap === null ? null : Number(heap),
  };
}

function readLists(text: string): ScriptLists {
  const value: unknown = JSON.parse(text);
  const lists = new Map(Object.entries(typeof value === "object" && value !== null ? value : {}));
  return Object.fromEntries(SCRIPT_PERMISSIONS.flatMap((name): [string, readonly string[]][] => {
    const items: unknown = lists.get(name);
    return Array.isArray(items) ? [[name, items.map(String)]] : [];
  }));
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
