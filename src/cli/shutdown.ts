// `runner shutdown`: stops every program and ends the runner; `exit` does it at once.
import { EXIT, RunnerError } from "../base/errors.ts";
import { type Client, isGone } from "../control/client/client.ts";
import {
  eventStream,
  getRunner,
  shutdown as askToEnd,
  type TypedStream,
} from "../control/client/runner_api.ts";
import type { EventView, RunnerView } from "../control/api/types.ts";
import type { Clock } from "../ports/clock.ts";
import { pause } from "../ports/pause.ts";
import { isRunning } from "../os/instance_list.ts";
import { systemClock } from "../os/system_clock.ts";
import { clientFor, readTimeout } from "./connect.ts";
import { findRunner, type FoundRunner } from "./find_runner.ts";
import type { CommandLine } from "./options.ts";
import { printLine } from "./output.ts";
import { usageError } from "./usage_error.ts";
import { withProgress } from "./waiting_progress.ts";

/** Milliseconds between two looks whether it is gone. */
const LOOK_EVERY = 20;

/** Lets running work end, and returns when the runner has ended. */
export function shutdown(line: CommandLine): Promise<number> {
  if (line.words.length > 0) {
    const hint = `To stop programs: runner stop ${line.words.join(" ")}`;
    throw usageError("Cannot shut down a program: it is the runner that is shut down", hint);
  }
  return end(line, line.has("now"));
}

/** Kills: the programs named, or everything with the runner. */
export async function exit(line: CommandLine): Promise<number> {
  if (line.words.length === 0) return await end(line, true);
  return await (await import("./act.ts")).actOn("kill", line);
}

async function end(line: CommandLine, force: boolean): Promise<number> {
  const found = findRunner(line);
  const client = clientFor(found, line);
  const runner = await getRunner(client);
  if (line.has("no-wait")) {
    await askToEnd(client, force);
  } else {
    using watched = await eventStream(client);
    const waited = { client, names: [], isWaiting: true };
    const going = { client, found, watched, force };
    const ended = withProgress(waited, () => untilGone(going));
    if (!await inTime(ended, { clock: systemClock(), limit: readTimeout(line), watched })) {
      throw new RunnerError(`Cannot wait any longer: runner ${runner.pid} is still stopping`, {
        hint: "runner exit kills what is left",
      });
    }
  }
  say(line, runner);
  return EXIT.done;
}

function say(line: CommandLine, { pid, manifest }: RunnerView): void {
  const isOver = !line.has("no-wait");
  if (line.has("json")) printLine(JSON.stringify({ pid, manifest, ended: isOver }));
  else printLine(`runner ${pid} ${isOver ? "has ended" : "is stopping"}`);
}

interface Going {
  readonly client: Client;
  readonly found: FoundRunner;
  readonly watched: TypedStream<EventView>;
  readonly force: boolean;
}

/** Its event stream ends with it; what it does after that is quick. */
async function untilGone({ client, found, watched, force }: Going): Promise<void> {
  await askToEnd(client, force);
  try {
    for await (const _ of watched) { /* Only the end is of interest. */ }
  } catch (error) {
    // However the stream has broken off: what counts is whether the runner is there.
    if (!(error instanceof RunnerError)) throw error;
  }
  const clock = systemClock();
  while (await isThere(client, found)) await pause(clock, LOOK_EVERY);
}

async function isThere(client: Client, { instance }: FoundRunner): Promise<boolean> {
  if (instance !== null) return isRunning(instance);
  try {
    await getRunner(client);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    // One that is busy stopping may be slow to answer.
    if (error instanceof RunnerError) return true;
    throw error;
  }
}

/** False when the time was over before. */
async function inTime(
  ended: Promise<void>,
  { clock, limit, watched }: {
    readonly clock: Clock;
    readonly limit: number | null;
    readonly watched: Disposable;
  },
): Promise<boolean> {
  if (limit === null) {
    await ended;
    return true;
  }
  let timer: Disposable | null = null;
  const late = new Promise<false>((done) => {
    timer = clock.wakeAt(clock.now().mono + limit, () => done(false));
  });
  using _timer = { [Symbol.dispose]: () => timer?.[Symbol.dispose]() };
  const isOver = await Promise.race([ended.then(() => true), late]);
  if (!isOver) watched[Symbol.dispose]();
  return isOver;
}
