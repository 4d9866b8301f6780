// Before the first start: whatever a runner that was killed has left is stopped, so that there are never two copies.
import { EXIT, RunnerError } from "../base/errors.ts";
import type { OwnLog } from "../engine/own_log.ts";
import type { Millis } from "../manifest/plan.ts";
import type { InstanceName } from "../os/instance_key.ts";
import { findLeftovers, type Leftover, stopLeftovers } from "../os/leftovers.ts";
import type { Clock } from "../ports/clock.ts";

export interface LeftoverSearch {
  readonly name: InstanceName;
  readonly folder: string;
  readonly clock: Clock;
  readonly log: OwnLog;
  /** Time until SIGKILL. */
  readonly grace: Millis;
}

/** Stops what is left. Throws RunnerError when another runner with the same manifest lives. */
export async function clearLeftovers(search: LeftoverSearch): Promise<void> {
  const { name, folder, clock, log, grace } = search;
  const find = (known: readonly Leftover[]) => findLeftovers(name, { folder, known });
  const { leftovers, rival } = find([]);
  if (rival !== null) throw rivalError(name, rival.pid);
  if (leftovers.length === 0) return;
  log.write("warn", `an earlier runner was killed and left ${listed(leftovers)}: stopping them`);
  const { killed, remaining } = await stopLeftovers(leftovers, { grace, clock, search: find });
  if (killed.length > 0) log.write("warn", `killing ${listed(killed)} with SIGKILL`);
  if (remaining.length === 0) return;
  throw new RunnerError(`Cannot stop what an earlier runner has left: ${listed(remaining)}`, {
    exitStatus: EXIT.failed,
  });
}

function rivalError(name: InstanceName, pid: number): RunnerError {
  return new RunnerError(`Cannot start "${name.manifest}": process ${pid} is running it already`, {
    hint: "It has another runtime folder: see RUNNER_RUNTIME_DIR",
    exitStatus: EXIT.notRunning,
  });
}

function listed(leftovers: readonly Leftover[]): string {
  return leftovers.map(({ pid, id }) => id === null ? `${pid}` : `${id} (${pid})`).join(", ");
}
