// The variables of a process: the runner's, then those of its files, then its own; later ones win.
import { readEnvFile } from "./env_file.ts";
import { addError } from "./problems.ts";
import { reportError, type Scope, take } from "./scope.ts";
import { SURROUNDINGS } from "./settings_policy.ts";

type Variables = ReadonlyMap<string, string>;

/** The variables of the files that a process names, and which files they are. */
export interface EnvFiles {
  /** Absolute; a leading `-` lets one be missing. */
  readonly paths: readonly string[];
  readonly variables: Variables;
}

export interface Environment {
  readonly all: Readonly<Record<string, string>>;
  readonly files: EnvFiles;
}

export function buildEnvironment(scope: Scope, common: Variables, own: Variables): Environment {
  const paths = take(scope, SURROUNDINGS.envFile);
  const variables = new Map(paths.flatMap((file) => readFile(scope, file)));
  return {
    all: Object.fromEntries([...common, ...variables, ...own]),
    files: { paths, variables },
  };
}

/** The variables of one file; a leading `-` lets it be missing. */
function readFile(scope: Scope, file: string): readonly (readonly [string, string])[] {
  const path = file.replace(/^-/, "");
  const reading = scope.machine.readText(path);
  if (reading.kind === "missing" && file.startsWith("-")) return [];
  if (reading.kind !== "text") {
    const reason = reading.kind === "missing" ? "there is no such file" : reading.reason;
    reportError(scope, SURROUNDINGS.envFile, {
      what: `Cannot read "${path}": ${reason}`,
      allowed: reading.kind === "missing" ? "write a - before a file that may be missing" : "",
    });
    return [];
  }
  const { variables, faults } = readEnvFile(reading.text);
  for (const { line, what } of faults) {
    const spot = { place: { file: path, line }, section: "", key: "" };
    addError(scope.problems, spot, { what, allowed: "write KEY=VALUE, with quotes where needed" });
  }
  return [...variables];
}
