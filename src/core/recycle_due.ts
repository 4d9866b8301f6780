// What makes a process due for a planned replacement: its age, its jobs, its memory, a file that has changed.
import type { Bytes, Millis } from "../manifest/plan.ts";
import type { Due, Process, ProcessState } from "./process_state.ts";
import { type Moment, type ProcessStep, publish, same } from "./process_step.ts";

type RunningState = Extract<ProcessState, { name: "RUNNING" }>;

/** How long a process over its cap waits for its turn: about as long as a careful stop and start of another takes. */
const MEMORY_WAIT: Millis = 30_000;
/** So far over its cap it waits for nobody. */
const MEMORY_EXCESS = 1.1;

/** True for a process that is up, or on its way there. */
export function isAlive({ state }: Process): boolean {
  return state.name === "RUNNING" || state.name === "STARTING";
}

/** max_age: it is due; when it goes is decided for the program as a whole. */
function dueForAge(process: Process, state: RunningState, moment: Moment): ProcessStep {
  const age = moment.now.mono - state.since.mono;
  const fact = publish({ kind: "max-age", id: process.plan.id, age });
  return same({ ...process, due: patient("max-age", moment) }, [fact]);
}

/** A clock that is set is noticed within this time: timers do not tell. */
export const LOOK_EVERY: Millis = 60_000;

/** The times of its plan: its age, or those of restart_schedule. */
export function dueForTime(process: Process, state: RunningState, moment: Moment): ProcessStep {
  const { restartAt, maxAge } = process.plan.restart;
  if (restartAt === undefined) {
    // What an update has taken back is not done.
    if (maxAge === null) return same({ ...process, state: { ...state, recycleAt: null } });
    return dueForAge(process, state, moment);
  }
  const { mono, wall } = moment.now;
  const from = Math.max(state.since.wall, process.pausedUntil);
  if (from === Infinity) return same({ ...process, state: { ...state, recycleAt: null } });
  const planned = moment.calendar?.(restartAt, from) ?? Infinity;
  if (planned <= wall) return same({ ...process, due: patient("schedule", moment) });
  const recycleAt = mono + Math.max(1, Math.min(planned - wall, LOOK_EVERY));
  return same({ ...process, state: { ...state, recycleAt } });
}

/** So many jobs more have been done. */
export function countJobs(
  process: Process,
  { run, count }: { readonly run: number; readonly count: number },
  moment: Moment,
): ProcessStep {
  if (run !== process.run || !isAlive(process) || count <= 0) return same(process);
  const jobs = process.jobs + count;
  const { id, recycle: { maxJobs } } = process.plan;
  if (maxJobs === null || jobs < maxJobs || process.due !== null) {
    return same({ ...process, jobs });
  }
  const fact = publish({ kind: "max-jobs", id, jobs });
  return same({ ...process, jobs, due: patient("max-jobs", moment) }, [fact]);
}

/** max_memory: it waits for its turn, though not for ever, and not while it grows on. */
export function dueForMemory(process: Process, bytes: Bytes, moment: Moment): ProcessStep {
  const { id, memory: { cap } } = process.plan;
  if (cap === null) return same(process);
  const now = moment.now.mono;
  const known = process.due?.cause === "memory" ? process.due : null;
  const until = bytes > cap * MEMORY_EXCESS ? now : known?.until ?? now + MEMORY_WAIT;
  const due: Due = { cause: "memory", since: known?.since ?? now, until };
  // It is measured again and again while it waits: told once.
  const fact = publish({ kind: "over-cap", id, bytes, cap, action: "restart" });
  return same({ ...process, due }, known === null ? [fact] : []);
}

/** A file that it is made of has changed. One that an operator has stopped stays so; a job waits for its time. */
export function dueForChange(process: Process, moment: Moment): ProcessStep {
  const { state, plan } = process;
  if (plan.schedule !== null) return same(process);
  // A spare that stands by will read the new file; one that is being started may have read the old one.
  if (process.standsBy && !isAlive(process)) return same(process);
  if (state.name === "STOPPED" || state.name === "STOPPING") return same(process);
  const due = process.due ?? patient("watch", moment);
  if (isAlive(process)) return same({ ...process, due });
  // Other code deserves as many tries as the first had.
  const tally = { ...process.tally, failedStarts: 0, crashes: 0, quickEnds: 0 };
  return same({ ...process, due: patient("watch", moment), tally });
}

function patient(cause: Due["cause"], moment: Moment): Due {
  return { cause, since: moment.now.mono, until: Infinity };
}
