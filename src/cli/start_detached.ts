// `runner start -d`: starts a runner in the background and returns when its programs are up.
import { EXIT } from "../base/errors.ts";
import { spawnDetached } from "../os/detach.ts";
import { printLine, sayLine } from "./output.ts";

/** Exit status 0 when every program that starts by itself has come up; 1 with the reasons otherwise. */
export async function startDetached(path: string): Promise<number> {
  const argv = [Deno.execPath(), "start", "--nodaemon", "--configuration", path];
  const { pid, firstLine } = spawnDetached(argv, { logPath: null });
  const line = await firstLine;
  const [word, ...rest] = (line ?? "").split(" ");
  const detail = rest.join(" ");
  switch (word) {
    case "up":
      printLine(`runner runs in the background with pid ${pid}; ${detail}`);
      return EXIT.done;
    case "partly":
      sayLine(
        `runner: Runs in the background with pid ${pid}, but not everything is up: ${detail}`,
      );
      return EXIT.failed;
    case "failed":
      sayLine(`runner: ${detail}`);
      return EXIT.failed;
    default:
      sayLine("runner: Ended before its programs were up: see its log");
      return EXIT.failed;
  }
}
