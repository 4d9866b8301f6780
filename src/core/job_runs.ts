// Follows the runs of a job in its processes: who has begun by hand, who has ended and how, what comes after a failure.
import type { JobRun, PastRun, RunResult } from "./job_state.ts";
import { counted, type JobStep, tell, withJob } from "./job_step.ts";
import { exitText } from "./log_lines.ts";
import { follow, sendEach } from "./pool_step.ts";
import { isDown, type Process, type StopCause } from "./process_state.ts";
import type { Moment } from "./process_step.ts";

/** Takes note of what has become of the processes. */
export function followRuns(step: JobStep, moment: Moment): JobStep {
  let next = step;
  for (const run of step.job.runs) {
    const process = step.pool.processes.get(run.id);
    if (process === undefined || process.run !== run.run || isDown(process)) {
      next = endRun(next, run, moment);
    }
  }
  for (const id of step.job.ids) next = takeProcess(next, id, moment);
  return next;
}

/** A process that somebody else has started is a run, too; one that would start again by itself is not to. */
function takeProcess(step: JobStep, id: string, moment: Moment): JobStep {
  const process = step.pool.processes.get(id);
  if (process === undefined || process.run === 0 || isDown(process)) return step;
  const known = step.job.runs.some((run) => run.id === id);
  const taken = known ? step : adopt(step, process, moment);
  const { state } = process;
  if (state.name !== "STOPPING" || state.after === "stay" || !OWN_WISHES.has(state.cause)) {
    return taken;
  }
  const stay = { kind: "stop", cause: state.cause, after: "stay" } as const;
  return { ...taken, ...follow(taken, (pool) => sendEach(pool, [id], stay, moment)) };
}

/** Stops after which the runner itself would start a program again. */
const OWN_WISHES: ReadonlySet<StopCause> = new Set([
  "memory",
  "max-age",
  "max-jobs",
  "schedule",
  "watch",
  "dependency",
  "not-ready",
  "watchdog",
  "health",
  "silence",
  "reload",
]);

function adopt(step: JobStep, process: Process, moment: Moment): JobStep {
  const { id } = process.plan;
  const began = process.lastStart ?? moment.now;
  const wish = { why: "manual", planned: null, attempt: 1 } as const;
  const runs = [...step.job.runs, { ...wish, id, run: process.run, began }];
  return tell(withJob(step, { runs }), { step: "begun", ...wish }, id);
}

function endRun(step: JobStep, run: JobRun, moment: Moment): JobStep {
  const process = step.pool.processes.get(run.id);
  const past: PastRun = { ...run, ended: moment.now, ...runOutcome(process, run.run) };
  const { job } = step;
  const noted = counted(step, past.result);
  const isGood = past.result === "ok";
  const after = withJob(noted, {
    runs: job.runs.filter((one) => one !== run),
    past: [past, ...job.past].slice(0, job.schedule.history),
    last: past,
    lastSuccess: isGood ? moment.now.wall : job.lastSuccess,
    // What an operator stops shall not go on by itself.
    waiting: past.result === "stopped" ? null : job.waiting,
  });
  return tellEnd(planRetry(after, past, moment), past, moment);
}

type Outcome = Pick<PastRun, "result" | "exit" | "reason">;

/** What became of a run of a process. */
export function runOutcome(process: Process | undefined, run: number): Outcome {
  if (process === undefined) return { result: "stopped", exit: null, reason: "it left the pool" };
  const { lastEnd } = process;
  if (lastEnd === null || lastEnd.run !== run) return withoutEnd(process);
  const { exit, reason, planned } = lastEnd;
  const cause = reason.split(", ")[0] ?? "";
  if (!planned) return { result: "failed", exit, reason };
  return { result: RESULTS.get(cause) ?? (reason === "" ? "ok" : "failed"), exit, reason };
}

/** There was no child. */
function withoutEnd({ state, spawnError }: Process): Outcome {
  const result = state.name === "STOPPED" ? "stopped" : "failed";
  return { result, exit: null, reason: spawnError };
}

/** Stops that are no failures of the run, and the one that is told apart from other failures. */
const RESULTS: ReadonlyMap<string, RunResult> = new Map([
  ["command", "stopped"],
  ["update", "stopped"],
  ["shutdown", "stopped"],
  ["reload", "stopped"],
  ["watch", "stopped"],
  ["dependency", "stopped"],
  ["timeout", "timeout"],
  ["overlap", "replaced"],
]);

/** What a person starts by hand is seen by that person: it is not tried again. */
function planRetry(step: JobStep, past: PastRun, moment: Moment): JobStep {
  const { job, pool } = step;
  const { retries, retryDelay } = job.schedule;
  const isFailure = past.result === "failed" || past.result === "timeout";
  const isLast = past.why === "manual" || past.attempt > retries;
  if (!isFailure || isLast || job.waiting !== null || pool.phase.name !== "UP") return step;
  if (pool.jobs.paused.includes(job.key)) return step;
  const at = moment.now.mono + retryDelay;
  const { planned } = past;
  const waiting = { for: "retry", why: "retry", planned, attempt: past.attempt + 1, at } as const;
  return withJob(step, { waiting });
}

function tellEnd(step: JobStep, past: PastRun, moment: Moment): JobStep {
  const { result, exit, reason, why, attempt, id } = past;
  const duration = Math.max(0, past.ended.mono - past.began.mono);
  const { waiting } = step.job;
  const retryIn = waiting?.for === "retry" ? waiting.at - moment.now.mono : null;
  const isFailure = result === "failed" || result === "timeout";
  const text = reason !== "" || exit === null ? reason : exitText(exit);
  const news = { result, why, attempt, exit, duration, retryIn, reason: text };
  return tell(step, { step: isFailure ? "failed" : "ended", ...news }, id);
}
