// `runner run backup`: runs a job, or a program that is down, now, shows its output and ends as it does.
import { EXIT, RunnerError } from "../base/errors.ts";
import type { RunEnded, RunLine } from "../control/api/job_types.ts";
import { runBegun, runStream } from "../control/client/runner_api.ts";
import type { TypedStream } from "../control/client/runner_api.ts";
import { visibleText } from "../core/visible_text.ts";
import { connect } from "./connect.ts";
import { listenForEnd } from "./end_signal.ts";
import type { CommandLine } from "./options.ts";
import { printLine, sayLine, showText, writeTalk } from "./output.ts";
import { usageError } from "./usage_error.ts";

/** What a shell shows of a command that was ended so. */
const STATUS: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** Ends with the status of the run; Ctrl-C only stops looking on. */
export async function runJob(line: CommandLine): Promise<number> {
  const [name, ...more] = line.words;
  if (name === undefined) {
    throw usageError("Cannot run: no program is named", "Try: runner run backup");
  }
  if (more.length > 0) {
    const hint = "What it is called with is in its command";
    throw usageError("Cannot run: one program at a time, and it takes no arguments", hint);
  }
  const client = connect(line);
  if (line.has("detach")) {
    const begun = await runBegun(client, name);
    printLine(line.has("json") ? JSON.stringify(begun) : `${visibleText(begun.shown)}: begun`);
    return EXIT.done;
  }
  let stream: TypedStream<RunLine> | null = null;
  let signal: Deno.Signal | null = null;
  using end = listenForEnd((came) => {
    signal = came;
    stream?.close();
  });
  stream = await runStream(client, name);
  const status = await follow(stream, line.has("json"));
  if (status !== null) return status;
  if (!end.hasCome) throw gone(name);
  sayLine(`runner: ${visibleText(name)} goes on: runner stop ${visibleText(name)} ends it`);
  return STATUS[signal ?? ""] ?? EXIT.failed;
}

/** The status; null: the stream has ended before the run. */
async function follow(stream: TypedStream<RunLine>, isJson: boolean): Promise<number | null> {
  let name = "";
  for await (const line of stream) {
    if (isJson) printLine(JSON.stringify(line));
    if (line.kind === "begun") name = line.shown;
    if (line.kind !== "ended") {
      if (!isJson) show(line);
      continue;
    }
    if (line.result !== "ok" && !isJson) sayLine(`runner: ${endText(name, line)}`);
    return line.status;
  }
  return null;
}

function show(line: Exclude<RunLine, RunEnded>): void {
  switch (line.kind) {
    case "begun":
      return;
    case "output":
      return line.stream === "stdout" ? showText(line.text) : writeTalk(line.text);
    case "dropped":
      return sayLine(`runner: ${line.bytes} bytes of output left out: they came too fast`);
  }
}

function endText(name: string, { result, reason, duration }: RunEnded): string {
  const why = reason === "" || reason === result ? "" : ` (${visibleText(reason)})`;
  return `${visibleText(name)}: ${result} after ${duration.toFixed(1)}s${why}`;
}

function gone(name: string): RunnerError {
  return new RunnerError(`Cannot follow ${name} any more: the runner has gone`, {
    exitStatus: EXIT.notRunning,
  });
}
