// getAllProcessInfo: what supervisorctl's status shows, with no alarm for who is down as it should be.
import { waitTexts } from "../../core/dependencies.ts";
import type { Job } from "../../core/job_state.ts";
import type { Pool } from "../../core/pool.ts";
import type { Process } from "../../core/process_state.ts";
import { isStandingBy } from "../../core/recycle_swap.ts";
import { jobsById, jobView } from "../api/job_view.ts";
import type { RunnerFace } from "../runner_face.ts";
import { hasFailed, jobText } from "../table/job_text.ts";
import { struct, type XmlRpcValue } from "../xmlrpc/value.ts";
import { processInfo, STATE_CODES } from "./process_info.ts";

/**
 * `supervisorctl status` ends with 3 when any process has the code of STOPPED, EXITED or FATAL. supervisord knows
 * nothing that is down in good order: here that has the code next to it, 1 or 101, and keeps the name of its state.
 */
const IN_ORDER = 1;

/** Every process, sorted by group and name. */
export function allProcessInfo(runner: RunnerFace): XmlRpcValue {
  const { pool } = runner;
  const jobs = jobsById(pool);
  const { wall: now } = runner.now();
  return [...pool.processes.values()]
    .toSorted(({ plan: a }, { plan: b }) => compare(a.group, b.group) || compare(a.name, b.name))
    .map((process) => {
      const info = processInfo(runner, process);
      const job = jobs.get(process.plan.id);
      const why = restText(pool, process, { job, now });
      const inOrder = isInOrder(process, job);
      if (!inOrder && why === "") return info;
      const code = STATE_CODES[process.state.name] + (inOrder ? IN_ORDER : 0);
      const description = why === "" ? info.get("description") ?? "" : why;
      return struct({ ...Object.fromEntries(info), state: code, description });
    });
}

/** Down as it should be: a spare, a oneshot that is done, a job whose last run did not fail. */
export function isInOrder(process: Process, job: Job | undefined): boolean {
  const { plan, state } = process;
  if (state.name !== "STOPPED" && state.name !== "EXITED") return false;
  if (isStandingBy(process)) return true;
  // Another process of the same job is not to blame.
  if (job !== undefined) return job.last?.id !== plan.id || !hasFailed(job.last);
  return plan.type === "oneshot" && state.name === "EXITED" && state.expected;
}

interface Rest {
  readonly job: Job | undefined;
  /** Wall time. */
  readonly now: number;
}

/** Why it is down; empty where the usual words tell it. */
function restText(pool: Pool, process: Process, { job, now }: Rest): string {
  const { plan, state } = process;
  const paused = process.pausedUntil === Infinity;
  const waits = waitTexts(pool, plan.id);
  if (waits.length > 0) return `waits for ${waits.join(", ")}`;
  if (isStandingBy(process)) return "stands by";
  return job === undefined ? "" : jobText({ job: jobView(job), state: state.name, paused }, now);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
