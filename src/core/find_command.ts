// Finding the executable of a command, as execvp(3) would, and saying why there is none.

/** What a path is, as far as running it goes. */
export type PathKind = "missing" | "file" | "executable" | "directory";

export interface CommandPlace {
  /** First word of the command. */
  readonly word: string;
  /** Where the child will be. */
  readonly directory: string;
  /** PATH of the child's environment. */
  readonly path: string;
}

export type FoundCommand =
  | { readonly kind: "found"; readonly path: string }
  | { readonly kind: "absent"; readonly reason: string };

/**
 * Looks a command up. A relative path with a slash is relative to the program's `directory`
 * (supervisord 4.2 checks it against its own and then runs it from there, so `./w` fails).
 */
export function findCommand(place: CommandPlace, kindOf: (path: string) => PathKind): FoundCommand {
  const { word } = place;
  if (word.includes("/")) return judge(word, within(place.directory, word), kindOf);
  const folders = place.path.split(":").map((folder) => folder === "" ? "." : folder);
  let second: FoundCommand | null = null;
  for (const folder of folders) {
    const path = within(within(place.directory, folder), word);
    const found = judge(word, path, kindOf);
    if (found.kind === "found") return found;
    if (kindOf(path) === "file") second ??= found;
  }
  return second ?? { kind: "absent", reason: `can't find command '${word}'` };
}

function judge(word: string, path: string, kindOf: (path: string) => PathKind): FoundCommand {
  switch (kindOf(path)) {
    case "executable":
      return { kind: "found", path };
    case "file":
      return { kind: "absent", reason: `command at '${path}' is not executable` };
    case "directory":
      return { kind: "absent", reason: `command at '${path}' is a directory` };
    case "missing":
      return { kind: "absent", reason: `can't find command '${word}'` };
  }
}

function within(folder: string, path: string): string {
  if (path.startsWith("/")) return path;
  return folder.endsWith("/") ? folder + path : `${folder}/${path}`;
}
