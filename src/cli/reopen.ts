// `runner reopen`: all logs are opened again by their names, after somebody has moved them.
import { EXIT } from "../base/errors.ts";
import { reopenLogs } from "../control/client/runner_api.ts";
import { connect } from "./connect.ts";
import type { CommandLine } from "./options.ts";
import { printLine } from "./output.ts";

export async function reopen(line: CommandLine): Promise<number> {
  await reopenLogs(connect(line));
  printLine(line.has("json") ? JSON.stringify({ done: true }) : "All logs are open again");
  return EXIT.done;
}
