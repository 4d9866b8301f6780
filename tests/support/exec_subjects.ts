// The inits that are put to the same tests: the real tini and dumb-init, where they are installed, and ours in their place.
import { hasCommand } from "./namespaces.ts";
import { BINARY } from "./runner_process.ts";

export interface ExecSubject {
  readonly name: string;
  readonly kind: "tini" | "dumb-init" | "runner";
  readonly isReal: boolean;
  /** Words in front of a command. */
  readonly words: readonly string[];
}

/** All of them; links to our binary are made in the folder. */
export function execSubjects(folder: string): ExecSubject[] {
  const link = (name: string) => {
    const path = `${folder}/${name}`;
    Deno.symlinkSync(BINARY, path);
    return path;
  };
  const subjects: readonly ExecSubject[] = [
    { name: "runner exec", kind: "runner", isReal: false, words: [BINARY, "exec", "--"] },
    { name: "our tini", kind: "tini", isReal: false, words: [link("tini"), "-s", "--"] },
    { name: "our dumb-init", kind: "dumb-init", isReal: false, words: [link("dumb-init"), "--"] },
    { name: "tini", kind: "tini", isReal: true, words: ["tini", "-s", "--"] },
    { name: "dumb-init", kind: "dumb-init", isReal: true, words: ["dumb-init", "--"] },
  ];
  return subjects.filter(({ kind, isReal }) => !isReal || hasCommand(kind));
}
