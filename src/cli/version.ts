// `runner version`.
import config from "../../deno.json" with { type: "json" };
import { EXIT } from "../base/errors.ts";
import { SNAPSHOT_FORMAT } from "../core/snapshot_format.ts";
import type { CommandLine } from "./options.ts";
import { printLine } from "./output.ts";

/** Version of the runner, as in deno.json. */
export const VERSION: string = config.version;

/** Prints the version, and with `--json` what it is built on. */
export function version(line: CommandLine): number {
  const { deno, v8 } = Deno.version;
  const target = Deno.build.target;
  // What running programs it can take over, for `runner upgrade`.
  const takesOver = [SNAPSHOT_FORMAT];
  printLine(
    line.has("json")
      ? JSON.stringify({ version: VERSION, deno, v8, target, takesOver })
      : `runner ${VERSION}`,
  );
  return EXIT.done;
}
