// `runner __complete`: what the scripts of `completions` call at every Tab. Quick, and silent about any trouble.
import { EXIT, RunnerError } from "../base/errors.ts";
import { clientOf } from "../control/client/client.ts";
import { getProcesses } from "../control/client/runner_api.ts";
import { visibleText } from "../core/visible_text.ts";
import { systemClock } from "../os/system_clock.ts";
import type { CommandSpec } from "./command_spec.ts";
import { type Candidate, completionsFor, programNames } from "./complete.ts";
import { findRunner } from "./find_runner.ts";
import type { CommandLine } from "./options.ts";
import { printLine } from "./output.ts";

/** Milliseconds: somebody sits at the keyboard. */
const PATIENCE = 400;
/** Asks the script for names of files. No candidate looks like this: a program's name has no colon in front. */
const FILES = ":files";

/** One candidate a line, with a tab before what it is. */
export async function complete(
  { words }: CommandLine,
  commands: readonly CommandSpec[],
): Promise<number> {
  const { candidates, files, programs, environments } = completionsFor(words, commands);
  const named = programs
    ? await liveNames(words)
    : environments
    ? await (await import("./complete_overlays.ts")).overlayCandidates(words, targetLine(words))
    : [];
  for (const [word, about] of [...named, ...candidates]) {
    // A name that cannot be shown on a line cannot be typed either.
    if (visibleText(word) === word && !/\s/.test(word)) printLine(`${word}\t${about}`);
  }
  if (files) printLine(FILES);
  return EXIT.done;
}

async function liveNames(words: readonly string[]): Promise<readonly Candidate[]> {
  try {
    const { address } = findRunner(targetLine(words));
    const { target, credentials } = address;
    const client = clientOf({ target, credentials, clock: systemClock(), patience: PATIENCE });
    const { processes } = await getProcesses(client);
    return programNames(processes, words.at(-1) ?? "");
  } catch (error) {
    if (error instanceof RunnerError) return [];
    throw error;
  }
}

/** Which runner an unfinished command line is about; what else is in it may make no sense yet. */
function targetLine(words: readonly string[]): CommandLine {
  const value = (name: string) => {
    const long = `--${name}`;
    const short = `-${name.charAt(0)}`;
    const at = words.slice(0, -1).findLastIndex((word) => word === long || word === short);
    const joined = words.findLast((word) => word.startsWith(`${long}=`));
    return at < 0 ? joined?.slice(long.length + 1) : words[at + 1];
  };
  return { words: [], has: () => false, value };
}
