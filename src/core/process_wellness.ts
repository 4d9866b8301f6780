// What becomes of a process that is ready, not ready in time, of no use any more, or in need of time.
import type { Millis } from "../manifest/plan.ts";
import { readyWord } from "../manifest/ready_words.ts";
import { formatDuration } from "../base/units.ts";
import type { ProcessEvent } from "./events.ts";
import type { Process, ProcessState } from "./process_state.ts";
import { becomeRunning, chain, type Moment, type ProcessStep, publish } from "./process_step.ts";
import { same } from "./process_step.ts";
import { beginStop } from "./process_stop.ts";

type StartingState = Extract<ProcessState, { name: "STARTING" }>;

/** RUNNING, or as soon as startsecs are over. */
export function becomeReady(process: Process, run: number, moment: Moment): ProcessStep {
  const { state } = process;
  if (run !== process.run || state.name !== "STARTING") return same(process);
  const { pid } = state;
  if (pid === null || state.readyBy === null) return same(process);
  const after = Math.max(0, moment.now.mono - state.since.mono);
  const fact = publish({ kind: "ready", id: process.plan.id, run, after });
  const ready = same({ ...process, state: { ...state, readyBy: null } }, [fact]);
  if (moment.now.mono < state.stableAt) return ready;
  return chain(ready, (next) => becomeRunning(next, pid, moment));
}

/** The time to become ready is over: it is stopped, and its start has failed. */
export function notReady(process: Process, state: StartingState, moment: Moment): ProcessStep {
  const { id, ready } = process.plan;
  const spawnError = ready === null
    ? "not ready in time"
    : `not ready within ${formatDuration(ready.timeout)} (${readyWord(ready.when)})`;
  const fact = publish({ kind: "spawn-error", id, reason: spawnError });
  const wish = { cause: "not-ready", after: "judge" } as const;
  return chain(
    same({ ...process, spawnError }, [fact]),
    (next) => beginStop(next, state, wish, moment),
  );
}

/** It is stopped, and its end counts as a crash. */
export function becomeUnwell(
  process: Process,
  look: Extract<ProcessEvent, { kind: "unwell" }>,
  moment: Moment,
): ProcessStep {
  const { state } = process;
  const { run, cause, detail } = look;
  if (run !== process.run || state.name !== "RUNNING") return same(process);
  const fact = publish({ kind: "unwell", id: process.plan.id, run, cause, detail });
  return chain(
    same(forgetCrashes(process, look.well), [fact]),
    (next) => beginStop(next, state, { cause, after: "judge" }, moment),
  );
}

/** Only time in which it was of use lets earlier crashes be forgotten: one that hangs at once must end in back-off. */
function forgetCrashes(process: Process, well: Millis): Process {
  const { backoff } = process.plan.restart;
  if (backoff.kind !== "exponential" || well < backoff.resetAfter) return process;
  return { ...process, tally: { ...process.tally, crashes: 0 } };
}

/** EXTEND_TIMEOUT_USEC: never less time than it had. */
export function extend(
  process: Process,
  { run, wait }: { readonly run: number; readonly wait: Millis },
  moment: Moment,
): ProcessStep {
  const { state } = process;
  if (run !== process.run) return same(process);
  const until = moment.now.mono + wait;
  if (state.name === "STARTING" && state.readyBy !== null) {
    return same({ ...process, state: { ...state, readyBy: Math.max(state.readyBy, until) } });
  }
  if (state.name !== "STOPPING" || state.killed) return same(process);
  return same({ ...process, state: { ...state, dueAt: Math.max(state.dueAt, until) } });
}
