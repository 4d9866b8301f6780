// `runner start -d`: starts a runner in the background and returns when its programs are up.
import { EXIT, RunnerError } from "../base/errors.ts";
import { spawnDetached } from "../os/detach.ts";
import { type BootWord, readBootLine } from "./boot_word.ts";
import { printLine, sayLine } from "./output.ts";

/** A runner that has come up in the background. */
export interface Background {
  readonly pid: number;
  readonly word: Exclude<BootWord, { kind: "failed" }>;
}

/**
 * Exit status 0 when every program that starts by itself has come up; 1 with the reasons otherwise. Throws what
 * has ended the runner in the background.
 */
export async function startDetached(words: readonly string[]): Promise<number> {
  const { pid, word } = await sendToBackground(words);
  if (word.kind === "up") {
    printLine(`runner runs in the background with pid ${pid}; ${word.detail}`);
    return EXIT.done;
  }
  sayLine(`runner: Runs in the background with pid ${pid}, but not all is up: ${word.detail}`);
  return EXIT.failed;
}

/** Runs this program with these words in the background, until it says that it is up. */
export async function sendToBackground(words: readonly string[]): Promise<Background> {
  const argv = [Deno.execPath(), ...words];
  const { pid, firstLine } = spawnDetached(argv, { logPath: null });
  const word = readBootLine(await firstLine ?? "");
  if (word === null) {
    throw new RunnerError("Cannot start: it ended before its programs were up", {
      hint: "Its log may say why",
    });
  }
  if (word.kind === "failed") throw word.error;
  return { pid, word };
}
