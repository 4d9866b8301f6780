// The lifecycle hooks of a docker-compose service, as hooks of ours.
import { splitWords } from "../base/words.ts";
import { differs, literal, put } from "./foreign.ts";
import { complain, fieldNode, type Fields, listField } from "./foreign_fields.ts";
import { quotedWord } from "./systemd_command.ts";

const OTHERS = ["user", "privileged", "working_dir", "environment"];

/** Sets `post_start` and `pre_stop`: ours run as the program's user, in its folder. */
export function putComposeHooks(fields: Fields): void {
  const { draft, section, table } = fields;
  for (const key of ["post_start", "pre_stop"]) {
    const field = fieldNode(table, [key]);
    if (field === null) continue;
    const items = field.value.kind === "list" ? field.value.items : [field.value];
    const commands = items.flatMap((item): (readonly string[])[] => {
      if (item.kind !== "table") return [];
      for (const other of OTHERS.filter((name) => item.entries.has(name))) {
        const line = item.entries.get(other)?.line ?? field.line;
        const what = "Ignored: a hook is run as the program is";
        differs(draft, { section, key: `${key}.${other}`, line }, what);
      }
      return [wordsOf({ ...fields, table: item })];
    }).filter((words) => words.length > 0);
    const [only, ...more] = commands;
    if (only === undefined) {
      complain(fields, field, `Cannot read ${key}: it has no command`);
      continue;
    }
    const line = commands.map((words) => words.map(quotedWord).join(" ")).join(" && ");
    const words = more.length === 0 ? only : ["/bin/sh", "-c", line];
    put(draft, section, { key, line: field.line, value: words.map(literal) });
  }
}

function wordsOf(fields: Fields): readonly string[] {
  const command = listField(fields, "command");
  if (command === null) return [];
  if (typeof command.value !== "string") return command.value;
  const split = splitWords(command.value);
  return split.ok ? split.words : [];
}
