// `runner restart --self`: everything is stopped, and the same process starts again with the manifest as it is now.
import { EXIT, RunnerError } from "../base/errors.ts";
import type { ProcessList, ProcessView } from "../control/api/types.ts";
import type { Client } from "../control/client/client.ts";
import { getProcesses, getRunner, restartRunner } from "../control/client/runner_api.ts";
import { visibleText } from "../core/visible_text.ts";
import { isRunning } from "../os/instance_list.ts";
import { systemClock } from "../os/system_clock.ts";
import { pause } from "../ports/pause.ts";
import { clientFor, readTimeout, waitWish } from "./connect.ts";
import { findRunner, type FoundRunner } from "./find_runner.ts";
import type { CommandLine } from "./options.ts";
import { printLine } from "./output.ts";
import { usageError } from "./usage_error.ts";
import { withProgress } from "./waiting_progress.ts";

/** Milliseconds between two looks. */
const LOOK_EVERY = 50;
/** Milliseconds without an answer after which it is not coming back: its sockets are closed for a moment only. */
const SILENT_AT_MOST = 10_000;

/** Returns when everything that starts at boot is up again, or its first attempt has failed. */
export async function restartSelf(line: CommandLine): Promise<number> {
  if (line.words.length > 0) {
    const hint = `To restart programs: runner restart ${line.words.join(" ")}`;
    throw usageError("Cannot restart both: --self means the runner and all it runs", hint);
  }
  const isWaiting = waitWish(line).wait !== false;
  const found = findRunner(line);
  const client = clientFor(found, line);
  const { pid, manifest, startedAt } = await getRunner(client);
  await restartRunner(client);
  const going = { client, found, startedAt, limit: readTimeout(line) };
  const failed = isWaiting
    ? await withProgress({ client, names: [], isWaiting }, () => untilUp(going))
    : [];
  if (line.has("json")) {
    const ids = failed.map(({ id }) => id);
    printLine(JSON.stringify({ pid, manifest, restarted: isWaiting, failed: ids }));
  } else {
    printLine(`runner ${pid} ${isWaiting ? "has started again" : "is restarting"}`);
    for (const one of failed) printLine(failureText(one));
  }
  return failed.length > 0 ? EXIT.failed : EXIT.done;
}

interface Going {
  readonly client: Client;
  readonly found: FoundRunner;
  /** Of the runner that ends. */
  readonly startedAt: string;
  readonly limit: number | null;
}

/** Those that did not come up. */
async function untilUp(going: Going): Promise<readonly ProcessView[]> {
  const clock = systemClock();
  const began = clock.now().mono;
  let heardAt = began;
  for (;;) {
    const looked = await look(going);
    const now = clock.now().mono;
    if (!(looked instanceof RunnerError)) {
      heardAt = now;
      if (isUpAgain(looked, going.startedAt)) return failedOf(looked);
    } else if (isOver(going.found) || now - heardAt > SILENT_AT_MOST) throw looked;
    if (going.limit !== null && now - began > going.limit) {
      throw new RunnerError("Cannot wait any longer: the runner is still restarting");
    }
    await pause(clock, LOOK_EVERY);
  }
}

/** In between it does not answer, and a connection may break off in any way. */
async function look({ client }: Going): Promise<ProcessList | RunnerError> {
  try {
    return await getProcesses(client);
  } catch (error) {
    if (error instanceof RunnerError) return error;
    throw error;
  }
}

function isOver({ instance }: FoundRunner): boolean {
  return instance !== null && !isRunning(instance);
}

/** Whether it is another run of the runner, and nobody is on the way. */
function isUpAgain({ runner, processes }: ProcessList, before: string): boolean {
  return runner.startedAt !== before && !processes.some(({ state }) => state === "STARTING");
}

function failedOf({ processes }: ProcessList): readonly ProcessView[] {
  return processes.filter(({ state }) => state === "BACKOFF" || state === "FATAL");
}

function failureText({ shown, state, spawnError }: ProcessView): string {
  const why = spawnError === "" ? "" : ` (${visibleText(spawnError)})`;
  return `${visibleText(shown)}: ${state}${why}`;
}
