// What changes of the runner itself from one plan to the next, and when it is in force. Pure.
import type { Plan } from "../manifest/plan.ts";
import { changedKeys, isEqual } from "../manifest/plan_diff.ts";

/** The runner's own settings that are applied while it runs. */
const LIVE: readonly string[] = ["shutdownWhen", "watchManifest"];

export interface RunnerChanges {
  /** In force at once. */
  readonly live: readonly string[];
  /** When the runner is started anew; `servers`: where it listens, and who may ask. */
  readonly later: readonly string[];
}

export function runnerChanges(before: Plan, after: Plan): RunnerChanges {
  const changed = changedKeys(before.runner, after.runner);
  const servers = isEqual(before.servers, after.servers) ? [] : ["servers"];
  return {
    live: changed.filter((key) => LIVE.includes(key)),
    later: [...changed.filter((key) => !LIVE.includes(key)), ...servers],
  };
}
