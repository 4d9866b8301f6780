// `runner env web`: the environment that a program's child has.
import { EXIT } from "../base/errors.ts";
import { getEnvironment } from "../control/client/runner_api.ts";
import { visibleText } from "../core/visible_text.ts";
import { connect } from "./connect.ts";
import { namedProcesses } from "./named_processes.ts";
import type { CommandLine } from "./options.ts";
import { printLine, sayLine } from "./output.ts";
import { usageError } from "./usage_error.ts";

export async function showEnvironment(line: CommandLine): Promise<number> {
  const client = connect(line);
  const [process, ...more] = await namedProcesses(client, { command: "env", names: line.words });
  if (process === undefined || more.length > 0) {
    const names = [process, ...more].map((one) => one?.shown).join(", ");
    throw usageError("Cannot show more than one environment", `Name one of: ${names}`);
  }
  const secrets = line.has("secrets");
  const environment = await getEnvironment(client, { id: process.id, secrets });
  if (line.has("json")) {
    printLine(JSON.stringify(environment, null, 2));
    return EXIT.done;
  }
  for (const [name, value] of Object.entries(environment)) {
    printLine(`${visibleText(name)}=${visibleText(value)}`);
  }
  if (!secrets) sayLine("Values that look like secrets are hidden: --secrets shows them");
  return EXIT.done;
}
