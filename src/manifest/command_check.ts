// Looks whether a command can be found, in supervisord's way and its words. The engine looks again at each start.
import type { ManifestContext } from "./context.ts";
import { absolutePath } from "./paths.ts";

export interface CommandPlace {
  readonly directory: string | null;
  /** Variables the manifest sets: its PATH goes before the runner's. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What of the machine a command is looked for in. */
export type CommandGround = Pick<ManifestContext, "cwd" | "env" | "exists">;

/** Why the program named by `word` cannot be run, or null when it can. */
export function commandFault(
  word: string,
  place: CommandPlace,
  machine: CommandGround,
): string | null {
  const base = absolutePath(place.directory ?? ".", machine.cwd);
  if (word.includes("/")) return pathFault(word, machine.exists(absolutePath(word, base)));
  const path = place.environment["PATH"] ?? (machine.env["PATH"] || "/bin:/usr/bin:/usr/local/bin");
  for (const directory of path.split(":")) {
    const candidate = `${absolutePath(directory, machine.cwd)}/${word}`;
    const kind = machine.exists(candidate);
    // The first that is there at all decides, as with supervisord.
    if (kind !== "missing") return pathFault(candidate, kind);
  }
  return `can't find command '${word}'`;
}

function pathFault(path: string, kind: ReturnType<ManifestContext["exists"]>): string | null {
  switch (kind) {
    case "executable":
      return null;
    case "missing":
      return `can't find command '${path}'`;
    case "directory":
      return `command at '${path}' is a directory`;
    case "file":
      return `command at '${path}' is not executable`;
  }
}
