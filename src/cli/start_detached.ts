// `runner start -d`: starts a runner in the background and returns when its programs are up.
import { EXIT, RunnerError } from "../base/errors.ts";
import { spawnDetached } from "../os/detach.ts";
import { readBootLine } from "./boot_word.ts";
import { printLine, sayLine } from "./output.ts";

/**
 * Exit status 0 when every program that starts by itself has come up; 1 with the reasons otherwise. Throws what
 * has ended the runner in the background.
 */
export async function startDetached(
  manifest: string,
  options: readonly string[],
): Promise<number> {
  const argv = [Deno.execPath(), "start", "--nodaemon", ...options, "--configuration", manifest];
  const { pid, firstLine } = spawnDetached(argv, { logPath: null });
  const word = readBootLine(await firstLine ?? "");
  switch (word?.kind) {
    case "up":
      printLine(`runner runs in the background with pid ${pid}; ${word.detail}`);
      return EXIT.done;
    case "partly":
      sayLine(`runner: Runs in the background with pid ${pid}, but not all is up: ${word.detail}`);
      return EXIT.failed;
    case "failed":
      throw word.error;
    case undefined:
      throw new RunnerError("Cannot start: it ended before its programs were up", {
        hint: "Its log may say why",
      });
  }
}
