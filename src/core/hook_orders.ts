// Which hook is due when, and what it is told; the shell runs it.
import type { Instant } from "../base/instant.ts";
import { signalName } from "../base/signals.ts";
import { HOOK_WORDS } from "../manifest/plan_hooks.ts";
import type { ProcessPlan } from "../manifest/plan.ts";
import type { HookName } from "../manifest/plan_work.ts";
import type { Effect } from "./events.ts";
import type { EndRecord, Process, ProcessState, StopCause } from "./process_state.ts";

type Starting = Extract<ProcessState, { name: "STARTING" }>;
type Words = Readonly<Record<string, string>>;

/** Number of the stop step while pre_stop is at work and no signal has been sent. */
export const BEFORE_SIGNALS = -1;

/** What every hook of a run is told. */
export function hookWords(plan: ProcessPlan, run: number, hook: HookName): Words {
  return {
    RUNNER_EVENT: HOOK_WORDS[hook],
    RUNNER_PROGRAM: plan.program,
    RUNNER_PROCESS: plan.name,
    RUNNER_GROUP: plan.group,
    RUNNER_INSTANCE: `${plan.instance}`,
    RUNNER_RUN: `${run}`,
  };
}

/** The process has become RUNNING. */
export function postStart(process: Process, pid: number): readonly Effect[] {
  return order(process, "postStart", { RUNNER_PID: `${pid}` });
}

/** Its first stop signal waits for this. */
export function preStop(process: Process, stop: {
  readonly pid: number | null;
  readonly cause: StopCause;
}): readonly Effect[] {
  return order(process, "preStop", {
    RUNNER_PID: `${stop.pid ?? ""}`,
    RUNNER_REASON: stop.cause,
  });
}

/** A child has ended; `lastEnd` tells of it already. */
export function postExit(
  process: Process,
  { pid, expected }: { readonly pid: number | null; readonly expected: boolean },
): readonly Effect[] {
  const { lastEnd } = process;
  if (process.plan.hooks.postExit === null || lastEnd === null) return [];
  return order(process, "postExit", {
    RUNNER_PID: `${pid ?? ""}`,
    RUNNER_EXPECTED: `${expected}`,
    ...endWords(lastEnd),
  });
}

function endWords({ exit, uptime, reason }: EndRecord): Words {
  return {
    RUNNER_EXIT_CODE: exit.kind === "code" ? `${exit.code}` : "",
    RUNNER_SIGNAL: exit.kind === "signal" ? signalName(exit.signal) : "",
    RUNNER_UPTIME: (uptime / 1000).toFixed(3),
    RUNNER_REASON: reason,
  };
}

function order(process: Process, hook: HookName, words: Words): readonly Effect[] {
  const { plan, run } = process;
  if (plan.hooks[hook] === null) return [];
  const environment = { ...hookWords(plan, run, hook), ...words };
  return [{ kind: "hook", id: plan.id, run, hook, plan, environment }];
}

/** True when a start may have to wait: for what has to be done before it, or after the end before. */
function isHeldBack({ hooks }: ProcessPlan): boolean {
  return hooks.preStart !== null || hooks.preStop !== null || hooks.postExit !== null;
}

/** Takes back an order to start that the shell may not have carried out yet. */
export function takeBack({ plan, run }: Process): readonly Effect[] {
  return isHeldBack(plan) ? [{ kind: "unspawn", id: plan.id, run }] : [];
}

/** The times of a start count from the child on, however long hooks took before it. */
export function fromBirth(
  { plan, lastStart }: Process,
  state: Starting,
  now: Instant,
): Pick<Process, "lastStart"> & { readonly state: Starting } {
  if (!isHeldBack(plan)) return { lastStart, state };
  const stableAt = now.mono + plan.restart.startSeconds;
  return { lastStart: now, state: { ...state, since: now, stableAt } };
}
