// `runner update`: says what differs in the manifest, then applies it; `--dry-run` only says.
import { EXIT } from "../base/errors.ts";
import type { UpdateReply } from "../control/api/update_types.ts";
import type { Client } from "../control/client/client.ts";
import { getRunner, update as askToUpdate } from "../control/client/runner_api.ts";
import { connect, waitWish } from "./connect.ts";
import { chosenOverlay } from "./foreign_options.ts";
import type { CommandLine } from "./options.ts";
import { printLine, sayLine } from "./output.ts";
import { paintFor } from "./paint.ts";
import { resultLines } from "./result_lines.ts";
import { diffLines, ownLines } from "./update_text.ts";
import { usageError } from "./usage_error.ts";
import { withProgress } from "./waiting_progress.ts";

export async function update(line: CommandLine): Promise<number> {
  if (line.words.length > 0) {
    const hint = "It applies the whole manifest: runner update; runner restart web restarts web";
    throw usageError(`Cannot update ${line.words.join(", ")} alone`, hint);
  }
  const client = connect(line);
  await requireEnvironment(client, chosenOverlay(line));
  const wish = waitWish(line);
  const isJson = line.has("json");
  const planned = await askToUpdate(client, { dryRun: true });
  for (const { text } of planned.problems) sayLine(text);
  if (!isJson) show(planned);
  // With nothing to be changed the runner still learns what the manifest says of programs that were scaled.
  if (line.has("dry-run")) return finished(planned, isJson);
  const waited = { client, names: [], isWaiting: wish.wait !== false };
  const done = await withProgress(waited, () => askToUpdate(client, wish));
  if (!isJson) {
    for (const text of resultLines(done.results, paintFor(Deno.stdout))) printLine(text);
  }
  if (done.timedOut) sayLine("runner: Cannot wait any longer: the time is over");
  return finished(done, isJson);
}

/** An overlay is chosen when a runner starts: the next start after a crash must not be another one. */
async function requireEnvironment(client: Client, wanted: string | null): Promise<void> {
  if (wanted === null) return;
  const { environment, manifest } = await getRunner(client);
  if (environment === wanted) return;
  const has = environment === null ? "without an overlay" : `with the overlay "${environment}"`;
  const hint = `Start it anew: runner shutdown, then runner start ${manifest} -e ${wanted}; ` +
    `what it would be: runner check ${manifest} -e ${wanted}`;
  throw usageError(
    `Cannot update with the overlay "${wanted}": the runner has started ${has}`,
    hint,
  );
}

function show(reply: UpdateReply): void {
  const lines = diffLines(reply, paintFor(Deno.stdout));
  printLine(lines.join("\n"));
  for (const text of ownLines(reply)) sayLine(text);
}

function finished(reply: UpdateReply, isJson: boolean): number {
  if (isJson) printLine(JSON.stringify(reply, null, 2));
  const isBad = reply.timedOut || reply.results.some(({ ok }) => !ok);
  return isBad ? EXIT.failed : EXIT.done;
}
