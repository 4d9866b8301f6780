// `runner describe web`: everything there is to know of a program's processes.
import { EXIT } from "../base/errors.ts";
import { getProcess, getRunner } from "../control/client/runner_api.ts";
import { systemClock } from "../os/system_clock.ts";
import { connect } from "./connect.ts";
import { describeLines } from "./describe_text.ts";
import { namedProcesses } from "./named_processes.ts";
import type { CommandLine } from "./options.ts";
import { printLine, sayLine } from "./output.ts";
import { paintFor } from "./paint.ts";
import { VERSION } from "./version.ts";

export async function describeProcesses(line: CommandLine): Promise<number> {
  const client = connect(line);
  const named = await namedProcesses(client, { command: "describe", names: line.words });
  const details = [];
  for (const { id } of named) details.push(await getProcess(client, id));
  if (line.has("json")) {
    printLine(JSON.stringify(details, null, 2));
    return EXIT.done;
  }
  const { version, memoryLimit = null } = await getRunner(client);
  // The words for a plan are ours: that of another version may have another shape.
  const withPlan = version === VERSION;
  if (!withPlan) sayLine(`The runner is ${version}, this command ${VERSION}: plans are not shown`);
  const { wall: now } = systemClock().now();
  const paint = paintFor(Deno.stdout);
  const look = { now, paint, withPlan, memoryLimit };
  const texts = details.map((detail) => describeLines(detail, look).join("\n"));
  printLine(texts.join("\n\n"));
  return EXIT.done;
}
