// `runner start`: a manifest is run here, names are started by the runner that is there.
import { EXIT, RunnerError } from "../base/errors.ts";
import { isFile } from "./find_manifest.ts";
import { FOREIGN_OPTIONS } from "./foreign_options.ts";
import { isManifestWord } from "./manifest_word.ts";
import type { CommandLine } from "./options.ts";

/** Options that only make sense for running a manifest. */
const RUN_OPTIONS = ["detach", "nodaemon", "quiet", "strict", "watch"] as const;

/** Runs a manifest, or starts programs. */
export async function startCommand(line: CommandLine): Promise<number> {
  if (meansManifest(line, isFile)) return await (await import("./start.ts")).start(line);
  const { actOn } = await import("./act.ts");
  try {
    return await actOn("start", line);
  } catch (error) {
    if (!(error instanceof RunnerError) || error.exitStatus !== EXIT.notRunning) throw error;
    if (line.value("configuration") !== undefined) throw error;
    const [word = ""] = line.words;
    throw new RunnerError(`Cannot start "${word}": no runner is running, and it is no manifest`, {
      hint: "Run a manifest first: runner start runner.toml -d",
      exitStatus: error.exitStatus,
      cause: error,
    });
  }
}

/** A word that is a file, or looks like a manifest's name; or no word at all. */
export function meansManifest(line: CommandLine, isFile: (path: string) => boolean): boolean {
  if (line.value("socket") !== undefined) return false;
  if (line.words.length === 0 || RUN_OPTIONS.some((name) => line.has(name))) return true;
  if (FOREIGN_OPTIONS.some(({ name }) => line.value(name) !== undefined)) return true;
  return line.words.some((word) => isManifestWord(word) || isFile(word));
}
