// Which programs get a NOTIFY_SOCKET, and which a channel of Node: those whose plan counts on what they say, and our own scripts, which know how.
import type { ProcessPlan } from "./plan.ts";
import { scriptOf } from "./script_words.ts";

/** The parts of a plan that decide it. */
export type NotifyNeeds = Pick<ProcessPlan, "ready" | "liveness" | "recycle" | "command">;

export function needsNotify({ ready, liveness, recycle, command }: NotifyNeeds): boolean {
  return ready?.when.kind === "notify" || liveness.watchdog !== null || recycle.maxJobs !== null ||
    scriptOf(command) !== null;
}

/** Whether it is born with Node's IPC channel, as its descriptor 3. */
export function needsChannel({ ready, stop }: Pick<ProcessPlan, "ready" | "stop">): boolean {
  return ready?.when.kind === "message" || stop.message !== null;
}
