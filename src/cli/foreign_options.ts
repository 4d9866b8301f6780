// Options of commands that read a manifest: which overlay of it, how many processes of a Procfile.
import { EXIT, RunnerError } from "../base/errors.ts";
import type { ForeignChoice } from "../manifest/foreign_choice.ts";
import type { CommandLine, OptionSpec } from "./options.ts";

/** Which overlay is laid over the manifest. */
export const ENVIRONMENT: OptionSpec = {
  name: "environment",
  letter: "e",
  value: "NAME",
  takes: "environments",
  help: "Lay this overlay over the manifest (of a PM2 file: env_NAME); else RUNNER_ENV",
};

export const FOREIGN_OPTIONS: readonly OptionSpec[] = [
  ENVIRONMENT,
  // PM2's word for it.
  { name: "env", value: "NAME", help: ENVIRONMENT.help, isHidden: true },
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
    env: chosenOverlay(line),
    formation: formation === undefined ? null : readFormation(formation),
  };
}

/** The overlay that an option names. Throws RunnerError (status 2) when there are two. */
export function chosenOverlay(line: CommandLine): string | null {
  const [name, other] = [line.value(ENVIRONMENT.name), line.value("env")];
  if (name === undefined || other === undefined || name === other) return name ?? other ?? null;
  throw new RunnerError(`Cannot use two environments: "${name}" and "${other}"`, {
    hint: "Keep one of --environment and --env",
    exitStatus: EXIT.usage,
  });
}

/** `web=2,worker=4` */
function readFormation(text: string): ReadonlyMap<string, number> {
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
    ...(env === null ? [] : [`--environment=${env}`]),
    ...(formation === null ? [] : [`--formation=${counts}`]),
  ];
}
