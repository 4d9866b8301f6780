// `runner start`: reads the manifest, then runs the pool here or in the background.
import { EXIT } from "../base/errors.ts";
import { takeReadyLine } from "../os/detach.ts";
import { failureWord } from "./boot_word.ts";
import { findManifest } from "./find_manifest.ts";
import { loadManifest, problemLines } from "./load_manifest.ts";
import type { CommandLine } from "./options.ts";
import { sayLine } from "./output.ts";
import { runPool } from "./run_pool.ts";

/** Runs the pool and gives its exit status; with `--detach`, starts a runner that does. */
export async function start(line: CommandLine): Promise<number> {
  const path = findManifest(line);
  const strictness = line.has("strict") ? "strict" : "start";
  const { plan, errors } = await loadManifest(path, { strictness });
  if (plan === null) {
    for (const text of problemLines(path, errors)) sayLine(text);
    sayLine("runner: Nothing has been started");
    return EXIT.usage;
  }
  // From here on by its whole path: in the background the folder may change.
  const { file } = plan;
  if (line.has("detach")) {
    const { startDetached } = await import("./start_detached.ts");
    return await startDetached(file, line.has("strict") ? ["--strict"] : []);
  }
  const ready = takeReadyLine();
  try {
    return await runPool({ path: file, plan, strictness, isQuiet: line.has("quiet"), ready });
  } catch (error) {
    ready.say(failureWord(error));
    throw error;
  }
}
