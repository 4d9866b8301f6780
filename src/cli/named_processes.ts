// The processes that the words of a command line name, for commands that look at them one by one.
import { EXIT, RunnerError } from "../base/errors.ts";
import type { ProcessView } from "../control/api/types.ts";
import type { Client } from "../control/client/client.ts";
import { getProcesses } from "../control/client/runner_api.ts";
import { sayLine } from "./output.ts";
import { unknownText } from "./say_unknown.ts";
import { usageError } from "./usage_error.ts";

/** At least one, in start order. Throws RunnerError: 2 without names, 4 when one of them is unknown. */
export async function namedProcesses(
  client: Client,
  { command, names }: { readonly command: string; readonly names: readonly string[] },
): Promise<readonly ProcessView[]> {
  if (names.length === 0) {
    throw usageError(`Cannot ${command}: no program is named`, `Try: runner ${command} web`);
  }
  const { processes, unknown } = await getProcesses(client, names);
  if (processes.length === 0 && unknown.length === 0) {
    throw new RunnerError(`Cannot ${command} ${names.join(", ")}: there is no process of it`, {
      hint: "runner scale gives a program some",
    });
  }
  if (unknown.length > 0) {
    throw new RunnerError(unknown.map(unknownText).join("\n"), {
      hint: "runner status shows all names",
      exitStatus: EXIT.noSuchProgram,
    });
  }
  if (processes.length > names.length) {
    sayLine(`${names.join(", ")} means ${processes.length} processes`);
  }
  return processes;
}
