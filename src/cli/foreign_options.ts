// Options for files of other formats: which env_… of a PM2 file, how many processes of a Procfile.
import { EXIT, RunnerError } from "../base/errors.ts";
import type { ForeignChoice } from "../manifest/foreign_choice.ts";
import type { CommandLine, OptionSpec } from "./options.ts";

export const FOREIGN_OPTIONS: readonly OptionSpec[] = [
  { name: "env", value: "NAME", help: "With a PM2 file: put env_NAME over env" },
  {
    name: "formation",
    letter: "m",
    value: "TYPE=N,…",
    help: "With a Procfile: how many processes of each type; all=N for the others",
  },
];

/** Throws RunnerError (status 2) for a formation that is none. */
export function foreignChoice(line: CommandLine): ForeignChoice {
  const formation = line.value("formation");
  return {
    env: line.value("env") ?? null,
    formation: formation === undefined ? null : readFormation(formation),
  };
}

/** `web=2,worker=4` */
export function readFormation(text: string): ReadonlyMap<string, number> {
  const parts = text.split(",").map((part) => /^\s*([\w-]+)=(\d{1,4})\s*$/.exec(part));
  const counts = parts.flatMap((part): [string, number][] => {
    return part === null ? [] : [[part[1] ?? "", Number(part[2])]];
  });
  if (counts.length === parts.length) return new Map(counts);
  throw new RunnerError(`Cannot read "${text}" as a formation`, {
    hint: "Write TYPE=N, separated by commas: --formation web=2,worker=4",
    exitStatus: EXIT.usage,
  });
}

/** The same options again, for a runner that reads the file anew. */
export function foreignWords({ env, formation }: ForeignChoice): readonly string[] {
  const counts = [...formation ?? []].map(([type, count]) => `${type}=${count}`).join(",");
  return [
    ...(env === null ? [] : [`--env=${env}`]),
    ...(formation === null ? [] : [`--formation=${counts}`]),
  ];
}
