// One running runner becomes the program that lies in the place of its own now, with or without its programs.
import { RunnerError } from "../base/errors.ts";
import type { RunnerView } from "../control/api/types.ts";
import { type Client, clientOf } from "../control/client/client.ts";
import { getRunner, restartRunner, upgradeRunner } from "../control/client/runner_api.ts";
import { isRunning, type RunningInstance } from "../os/instance_list.ts";
import { fileIdentity } from "../os/reexec.ts";
import { systemClock } from "../os/system_clock.ts";
import { pause } from "../ports/pause.ts";
import { addressOf } from "./find_runner.ts";

/** Milliseconds between two looks whether it is back. */
const LOOK_EVERY = 50;

export interface RenewParts {
  readonly target: string;
  /** Where the old program is; null: nothing was replaced. */
  readonly old: string | null;
  /** Milliseconds it may take. */
  readonly limit: number;
}

/** Stops and starts its programs. Returns when it has come back as the new program: in the same process. */
export async function restartAs(instance: RunningInstance, parts: RenewParts): Promise<void> {
  const client = clientTo(instance);
  await restartRunner(client);
  await untilBack(instance, parts, client, () => true);
}

/** Keeps its programs. Returns when the new program answers: in the same process, so that nobody else notices. */
export async function replaceIn(instance: RunningInstance, parts: RenewParts): Promise<void> {
  const client = clientTo(instance);
  const { upgrades } = await upgradeRunner(client);
  // By the file alone it could not be told from itself.
  await untilBack(instance, parts, client, (view) => view.upgrades > upgrades);
}

function clientTo(instance: RunningInstance): Client {
  return clientOf({
    target: addressOf(instance).target,
    clock: systemClock(),
    credentials: null,
  });
}

async function untilBack(
  instance: RunningInstance,
  { target, old, limit }: RenewParts,
  client: Client,
  isNext: (view: RunnerView) => boolean,
): Promise<void> {
  const { pid, manifest } = instance;
  const clock = systemClock();
  const until = clock.now().mono + limit;
  const hint = old === null ? "Its log says why" : `The old program is ${old}; its log says why`;
  while (!await isBack(instance, target, client, isNext)) {
    if (!isRunning(instance)) {
      throw new RunnerError(`Cannot renew ${manifest}: runner ${pid} has ended`, { hint });
    }
    if (clock.now().mono > until) {
      throw new RunnerError(`Cannot wait any longer for runner ${pid} (${manifest})`, { hint });
    }
    await pause(clock, LOOK_EVERY);
  }
}

async function isBack(
  { pid }: RunningInstance,
  target: string,
  client: Client,
  isNext: (view: RunnerView) => boolean,
): Promise<boolean> {
  if (fileIdentity(`/proc/${pid}/exe`) !== fileIdentity(target)) return false;
  try {
    const view = await getRunner(client);
    return view.pid === pid && isNext(view);
  } catch (error) {
    // Its socket is not there yet, or it has just ended the connections.
    if (error instanceof RunnerError) return false;
    throw error;
  }
}
