// The names under which this program is another one: by a link to it, or as its first word.

/** Runs with the arguments of that program and gives its exit status; null: it ends by itself. */
export type NamedMain = (args: readonly string[]) => Promise<number | null>;

/** Loaded when it is run: a name costs nothing to all others. */
const NAMES: Readonly<Record<string, () => Promise<NamedMain>>> = {
  __script: async () => (await import("./script.ts")).scriptMain,
  "dumb-init": async () => (await import("./exec_names.ts")).dumbInitMain,
  exec: async () => (await import("./exec.ts")).execMain,
  supervisorctl: async () => (await import("./supervisorctl/supervisorctl.ts")).supervisorctl,
  supervisord: async () => (await import("./supervisord.ts")).supervisord,
  tini: async () => (await import("./exec_names.ts")).tiniMain,
};

export interface NamedCall {
  readonly load: () => Promise<NamedMain>;
  readonly args: readonly string[];
}

/** What is to be run instead of a command of ours; null: nothing. */
export function namedCall(calledAs: string, args: readonly string[]): NamedCall | null {
  const own = NAMES[nameOf(calledAs)];
  if (own !== undefined) return { load: own, args };
  const [first = "", ...rest] = args;
  const asked = Object.hasOwn(NAMES, first) ? NAMES[first] : undefined;
  return asked === undefined ? null : { load: asked, args: rest };
}

function nameOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return Object.hasOwn(NAMES, name) ? name : "";
}

/** The word this process was called by, links not followed; empty where nobody knows. */
export function calledAs(): string {
  try {
    return Deno.readTextFileSync("/proc/self/cmdline").split("\0", 1)[0] ?? "";
  } catch (error) {
    // Without /proc we have no other name.
    if (error instanceof Error) return "";
    throw error;
  }
}
