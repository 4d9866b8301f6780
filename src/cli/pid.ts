// `runner pid`: the runner's own pid, or those of programs.
import { EXIT } from "../base/errors.ts";
import { getProcesses, getRunner } from "../control/client/runner_api.ts";
import { connect } from "./connect.ts";
import type { CommandLine } from "./options.ts";
import { printLine } from "./output.ts";
import { sayUnknown } from "./say_unknown.ts";

/** One pid a line, 0 for who is not running as supervisorctl has it; then the exit status is 3. */
export async function pid(line: CommandLine): Promise<number> {
  const client = connect(line);
  const isJson = line.has("json");
  if (line.words.length === 0) {
    const runner = await getRunner(client);
    printLine(isJson ? JSON.stringify({ pid: runner.pid }) : String(runner.pid));
    return EXIT.done;
  }
  const { processes, unknown } = await getProcesses(client, line.words);
  sayUnknown(unknown);
  if (isJson) {
    printLine(JSON.stringify(Object.fromEntries(processes.map(({ id, pid }) => [id, pid]))));
  } else {
    for (const { pid } of processes) printLine(String(pid ?? 0));
  }
  if (unknown.length > 0) return EXIT.noSuchProgram;
  return processes.every(({ pid }) => pid !== null) ? EXIT.done : EXIT.notRunning;
}
