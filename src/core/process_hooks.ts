// Where a process stands still for a hook, and how it goes on.
import { BEFORE_SIGNALS } from "./hook_orders.ts";
import { enter, type Moment, type ProcessStep, same, spawn } from "./process_step.ts";
import { chain } from "./process_step.ts";
import type { Process } from "./process_state.ts";
import { nextStopStep } from "./process_stop.ts";

/** pre_stop has ended: the first stop signal is due. */
export function hookDone(process: Process, run: number, moment: Moment): ProcessStep {
  const { state } = process;
  const isAwaited = state.name === "STOPPING" && state.step === BEFORE_SIGNALS;
  return isAwaited && run === process.run ? nextStopStep(process, state, moment) : same(process);
}

/** There will be no child: the stop that took the order back is done. */
export function unspawned(process: Process, run: number, moment: Moment): ProcessStep {
  const { state } = process;
  if (state.name !== "STOPPING" || state.pid !== null || run !== process.run) return same(process);
  const stopped = enter(process, { name: "STOPPED" });
  return state.after === "start" ? chain(stopped, (next) => spawn(next, moment)) : stopped;
}
