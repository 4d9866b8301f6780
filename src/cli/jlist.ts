// `runner jlist`: the list of processes as JSON with PM2's names, for scripts that were written for PM2.
import { EXIT } from "../base/errors.ts";
import { getProcesses } from "../control/client/runner_api.ts";
import { connect } from "./connect.ts";
import type { CommandLine } from "./options.ts";
import { printLine } from "./output.ts";
import { pm2View } from "./pm2_view.ts";
import { sayUnknown } from "./say_unknown.ts";

export async function jlist(line: CommandLine): Promise<number> {
  const { processes, unknown } = await getProcesses(connect(line), line.words);
  sayUnknown(unknown);
  printLine(JSON.stringify(processes.map(pm2View)));
  return unknown.length > 0 ? EXIT.noSuchProgram : EXIT.done;
}
