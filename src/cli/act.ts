// start, stop, restart, reload, signal, kill, clear and delete: asks a running runner, waits, says what came of it.
import { EXIT, type RunnerError } from "../base/errors.ts";
import type { ActionName, ActionReply, ActionRequest } from "../control/api/types.ts";
import { act } from "../control/client/runner_api.ts";
import { connect, waitWish } from "./connect.ts";
import type { CommandLine } from "./options.ts";
import { printLine, sayLine } from "./output.ts";
import { paintFor } from "./paint.ts";
import { resultLines } from "./result_lines.ts";
import { sayUnknown } from "./say_unknown.ts";
import { usageError } from "./usage_error.ts";
import { withProgress } from "./waiting_progress.ts";
import { visibleText } from "../core/visible_text.ts";

/** What an action needs besides the names. */
export type ActionExtras = Pick<ActionRequest, "signal" | "atOnce">;

/** Does something to the processes that the words of the command line name. */
export async function actOn(
  action: ActionName,
  line: CommandLine,
  { names = line.words, ...extras }: ActionExtras & { readonly names?: readonly string[] } = {},
): Promise<number> {
  if (names.length === 0) throw withoutNames(action);
  const request: ActionRequest = { action, names, ...waitWish(line), ...extras };
  const client = connect(line);
  const reply = await withProgress({ client, names, isWaiting: request.wait !== false }, () => {
    return act(client, request);
  });
  for (const note of reply.notes) sayLine(visibleText(note));
  if (line.has("json")) printLine(JSON.stringify(reply, null, 2));
  else print(reply);
  sayUnknown(reply.unknown);
  if (reply.timedOut) sayLine("runner: Cannot wait any longer: the time is over");
  return statusOf(reply);
}

/** `runner signal HUP web`. */
export async function signal(line: CommandLine): Promise<number> {
  const [name, ...names] = line.words;
  if (name === undefined || names.length === 0) {
    throw usageError("Cannot signal: a signal and a name are wanted", "Try: runner signal HUP web");
  }
  return await actOn("signal", line, { signal: name, names });
}

const AT_ONCE = "at-once";

/** `runner reload --at-once 2 web`. */
export async function reload(line: CommandLine): Promise<number> {
  const text = line.value(AT_ONCE);
  if (text === undefined) return await actOn("reload", line);
  if (!/^[1-9]\d{0,3}$/.test(text)) {
    throw usageError(`Cannot read --${AT_ONCE} "${text}": use a number from 1`);
  }
  return await actOn("reload", line, { atOnce: Number(text) });
}

function print({ results }: ActionReply): void {
  const lines = resultLines(results, paintFor(Deno.stdout));
  if (lines.length > 0) printLine(lines.join("\n"));
}

/** A failure says more than an unknown name. */
function statusOf({ results, unknown, timedOut }: ActionReply): number {
  if (timedOut || results.some(({ ok }) => !ok)) return EXIT.failed;
  return unknown.length > 0 ? EXIT.noSuchProgram : EXIT.done;
}

const WHAT_ALL_MEANS: Readonly<Record<ActionName, string>> = {
  start: "runner start all starts every program",
  stop: "runner stop all stops every program; runner shutdown also ends the runner",
  restart: "runner restart all restarts every program; with --self the runner, too",
  reload: "runner reload all replaces every process; runner update reads the manifest again",
  signal: "runner signal HUP all reaches every program",
  kill: "runner kill all kills every program; runner exit also ends the runner",
  clear: "runner clear all empties every log",
  delete: "runner delete web stops web and takes it out of the pool",
  pause: "runner pause all holds every schedule",
  resume: "runner resume all lets go of every schedule",
};

function withoutNames(action: ActionName): RunnerError {
  return usageError(`Cannot ${action}: no program is named`, WHAT_ALL_MEANS[action]);
}
