// `runner status`: what runs, as a table or JSON, once or again and again.
import { EXIT } from "../base/errors.ts";
import type { ProcessList } from "../control/api/types.ts";
import { getProcesses } from "../control/client/runner_api.ts";
import { systemClock } from "../os/system_clock.ts";
import { connect } from "./connect.ts";
import { isAtRest } from "../control/table/standing.ts";
import type { CommandLine } from "./options.ts";
import { printLine, sayLine } from "./output.ts";
import { paintFor, terminalWidth } from "./paint.ts";
import { sayUnknown } from "./say_unknown.ts";
import { driftLines, statusLines } from "./status_table.ts";

/** Exit status 0 when all are up, 3 when some are down, 4 when a name is unknown. */
export async function status(line: CommandLine): Promise<number> {
  const client = connect(line);
  if (line.has("watch")) {
    const { watchStatus } = await import("./status_watch.ts");
    return await watchStatus(client, line);
  }
  const list = await getProcesses(client, line.words);
  if (line.has("json")) printLine(JSON.stringify(list, null, 2));
  else print(list);
  sayUnknown(list.unknown);
  return statusOf(list);
}

function print({ processes, unknown, drift, runner }: ProcessList): void {
  const { wall: now } = systemClock().now();
  const look = { width: terminalWidth(), paint: paintFor(Deno.stdout), now };
  const lines = statusLines(processes, look);
  // An empty answer must be told from a broken one.
  if (lines.length === 0 && unknown.length === 0) sayLine("No processes");
  if (lines.length > 0) printLine(lines.join("\n"));
  for (const text of driftLines(drift)) sayLine(text);
  if (runner.phase !== "UP") sayLine("The runner is stopping");
}

/** As supervisorctl, but for what is done or waits for its time: who is starting, backing off or stopping counts as up. */
export function statusOf({ processes, unknown }: ProcessList): number {
  if (unknown.length > 0) return EXIT.noSuchProgram;
  return processes.every((one) => one.up || isAtRest(one)) ? EXIT.done : EXIT.notRunning;
}
