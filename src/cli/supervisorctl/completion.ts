// What supervisorctl's shell offers for a Tab: commands, names of processes, names of groups.
import { makeNamespec } from "../../control/supervisor/names.ts";
import { COMMAND_NAMES } from "./help.ts";

/** Commands that take names of groups, and those that take names of processes. */
const OF_GROUPS = ["add", "remove", "update"];
const OF_PROCESSES = [
  "clear",
  "fg",
  "pid",
  "restart",
  "signal",
  "start",
  "status",
  "stop",
  "tail",
];

export interface Named {
  readonly group: string;
  readonly name: string;
}

/** The words that fit the end of a line, each with a blank after it, and the part that they complete. */
export async function completions(
  line: string,
  processes: () => Promise<readonly Named[]>,
): Promise<readonly [readonly string[], string]> {
  const text = /\S*$/.exec(line)?.[0] ?? "";
  const [command = ""] = line.trimStart().split(/\s/);
  const isFirst = line.trimStart() === text;
  const candidates = isFirst || command === "help"
    ? COMMAND_NAMES
    : OF_GROUPS.includes(command)
    ? (await processes()).map(({ group }) => group)
    : OF_PROCESSES.includes(command)
    ? (await processes()).flatMap((named) => namesOf(named))
    : [];
  const fitting = new Set(candidates.filter((word) => word.startsWith(text)));
  return [Array.from(fitting, (word) => `${word} `), text];
}

function namesOf({ group, name }: Named): readonly string[] {
  if (group === name) return [name];
  return [makeNamespec(group, name), `${group}:*`];
}
