// What a PM2 app runs: its script, behind its interpreter, in its folder.
import { splitWords } from "../base/words.ts";
import { literal, put } from "./foreign.ts";
import { type Fields, listField, textField } from "./foreign_fields.ts";
import { absolutePath, expandHome } from "./paths.ts";

/** Which interpreter runs a script without one, by the script's ending. */
const INTERPRETERS: Readonly<Record<string, string>> = {
  ".sh": "bash",
  ".py": "python",
  ".rb": "ruby",
  ".php": "php",
  ".pl": "perl",
  ".js": "node",
  ".cjs": "node",
  ".mjs": "node",
  ".coffee": "coffee",
  ".ls": "lsc",
  ".ts": "bun",
  ".tsx": "bun",
};

/** Sets `command` and `directory`, and gives the folder. */
export function putPm2Command(fields: Fields): string {
  const { draft, section, table } = fields;
  const { machine } = draft;
  const own = textField(fields, "cwd");
  const folder = own === null
    ? draft.source.here
    : absolutePath(expandHome(own.value, machine), draft.source.here);
  const line = own?.line ?? table.line;
  const script = textField(fields, "script", "exec", "cmd", "command");
  if (script !== null) {
    const words = commandWords(fields, script.value, folder).map(literal);
    put(draft, section, { key: "command", line: script.line, value: words });
  }
  put(draft, section, { key: "directory", line, value: literal(folder) });
  return folder;
}

function commandWords(fields: Fields, script: string, folder: string): readonly string[] {
  const { machine } = fields.draft;
  const args = wordsOf(fields, "args");
  const found = scriptPath(script, folder, fields);
  if (found === null) return ["bash", "-c", [script, ...args.map(quoted)].join(" ")];
  const named = textField(fields, "exec_interpreter", "interpreter")?.value;
  const ending = /\.[^./]+$/.exec(found)?.[0] ?? "";
  const isRunnable = machine.exists(found) === "executable" || !found.includes("/");
  const interpreter = named ?? INTERPRETERS[ending] ?? (isRunnable ? "none" : "node");
  if (interpreter === "none" || interpreter === "") return [found, ...args];
  const own = wordsOf(fields, "interpreter_args", "interpreterArgs", "node_args", "nodeArgs");
  return [interpreter, ...own, found, ...args];
}

/** The script in its folder, or a bare name for the PATH; null for a whole line of a shell. */
function scriptPath(script: string, folder: string, { draft }: Fields): string | null {
  const { machine } = draft;
  const path = absolutePath(expandHome(script, machine), folder);
  if (machine.exists(path) !== "missing") return path;
  if (/\s/.test(script)) return null;
  const isOnPath = !script.includes("/") &&
    (machine.env["PATH"] ?? "/usr/bin:/bin").split(":").some((place) =>
      machine.exists(`${place}/${script}`) === "executable"
    );
  return isOnPath ? script : path;
}

/** A list as it is; a text at its blanks, quotes protect. */
function wordsOf(fields: Fields, ...names: readonly string[]): readonly string[] {
  const field = listField(fields, ...names);
  if (field === null) return [];
  if (typeof field.value !== "string") return field.value;
  const split = splitWords(field.value);
  return split.ok ? split.words : field.value.split(/\s+/).filter((word) => word !== "");
}

function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The last part of a path. */
export function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
