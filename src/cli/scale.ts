// `runner scale web 5`, `+2`, `-1`: another number of processes for a program.
import { EXIT } from "../base/errors.ts";
import { scale as askToScale } from "../control/client/runner_api.ts";
import { visibleText } from "../core/visible_text.ts";
import { connect, waitWish } from "./connect.ts";
import type { CommandLine } from "./options.ts";
import { printLine, sayLine } from "./output.ts";
import { paintFor } from "./paint.ts";
import { resultLines } from "./result_lines.ts";
import { countText } from "./status_table.ts";
import { usageError } from "./usage_error.ts";
import { withProgress } from "./waiting_progress.ts";

export async function scale(line: CommandLine): Promise<number> {
  const [program, count, ...more] = line.words;
  if (program === undefined || count === undefined || more.length > 0) {
    throw usageError("Cannot scale: a program and a number are wanted", "Try: runner scale web 5");
  }
  if (!/^[+-]?\d+$/.test(count)) {
    throw usageError(`Cannot read "${count}" as a number of processes: use 5, +2 or -1`);
  }
  const request = { program, count, ...waitWish(line) };
  const client = connect(line);
  const isWaiting = request.wait !== false;
  const reply = await withProgress({ client, names: [program], isWaiting }, () => {
    return askToScale(client, request);
  });
  const { from, to, manifest, results, timedOut } = reply;
  if (line.has("json")) printLine(JSON.stringify(reply, null, 2));
  else {
    const name = visibleText(reply.program);
    const change = from === to ? "as before" : `from ${from}`;
    printLine(`${name}: ${countText(to)} (${change})`);
    for (const text of resultLines(results, paintFor(Deno.stdout))) printLine(text);
    if (to !== manifest) {
      sayLine(`The manifest of ${name} says ${manifest}: status shows it until they agree`);
    }
  }
  if (timedOut) sayLine("runner: Cannot wait any longer: the time is over");
  return timedOut || results.some(({ ok }) => !ok) ? EXIT.failed : EXIT.done;
}
