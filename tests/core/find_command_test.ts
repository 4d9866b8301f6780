// Where the executable of a command is looked for, and what is said when there is none.
import { findCommand, type PathKind } from "../../src/core/find_command.ts";
import { assertEquals } from "../support/assert.ts";

const FILES: Readonly<Record<string, PathKind>> = {
  "/bin/sh": "executable",
  "/opt/bin/sh": "executable",
  "/app/w": "executable",
  "/app/bin/tool": "executable",
  "/app/notes": "file",
  "/first/notes": "file",
  "/second/notes": "executable",
  "/app/folder": "directory",
};

function found(word: string, path = "/bin") {
  const kindOf = (place: string) => FILES[place.replace("/./", "/")] ?? "missing";
  const result = findCommand({ word, directory: "/app", path }, kindOf);
  return result.kind === "found" ? result.path : result.reason;
}

const ROWS: readonly (readonly [word: string, path: string, wanted: string])[] = [
  ["sh", "/bin", "/bin/sh"],
  ["sh", "/opt/bin:/bin", "/opt/bin/sh"],
  ["/bin/sh", "", "/bin/sh"],
  ["./w", "/bin", "/app/./w"],
  ["bin/tool", "/bin", "/app/bin/tool"],
  ["tool", "bin", "/app/bin/tool"],
  ["w", "", "/app/./w"],
  ["w", "/bin:", "/app/./w"],
  ["nope", "/bin", "can't find command 'nope'"],
  ["/bin/nope", "/bin", "can't find command '/bin/nope'"],
  ["./notes", "/bin", "command at '/app/./notes' is not executable"],
  ["./folder", "/bin", "command at '/app/./folder' is a directory"],
  // execvp(3) goes on after a file it may not run, and only then complains of it.
  ["notes", "/first:/second", "/second/notes"],
  ["notes", "/first", "command at '/first/notes' is not executable"],
];

for (const [word, path, wanted] of ROWS) {
  Deno.test(`findCommand() of "${word}" with PATH "${path}": ${wanted}`, () => {
    assertEquals(found(word, path), wanted);
  });
}
