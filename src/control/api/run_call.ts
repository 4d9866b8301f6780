// POST /run: runs a job, or a program that is down, now; the reply is its output, and then how it ended.
import { namedOf, resolveNames, shownName } from "../../core/resolve_names.ts";
import type { Job } from "../../core/job_state.ts";
import type { Pool } from "../../core/pool.ts";
import { isDown, pidOf, type Process } from "../../core/process_state.ts";
import { type HttpReply, jsonReply } from "../http/message.ts";
import type { RunnerFace } from "../runner_face.ts";
import { ApiFault, unknownFault } from "./api_fault.ts";
import { flagField, readBody, textField } from "./body.ts";
import { type Answer, refuseWhileEnding } from "./call.ts";
import type { RunBegun } from "./job_types.ts";
import { RunFollower } from "./run_follower.ts";

export const run: Answer = ({ runner, request }) => {
  const body = readBody(request, ["name", "follow"]);
  const name = textField(body, "name", "a name");
  const follow = flagField(body, "follow", true);
  refuseWhileEnding(runner, "run");
  const process = chosen(runner.pool, name);
  if (follow) return followed(runner, process, (gone) => request.onGone(gone));
  runner.order({ kind: "start", ids: [process.plan.id] });
  const { plan } = process;
  return jsonReply({ id: plan.id, shown: shownName(plan) } satisfies RunBegun, 202);
};

function followed(
  runner: RunnerFace,
  process: Process,
  onGone: (callback: () => void) => void,
): HttpReply {
  return {
    status: 200,
    headers: { "content-type": "application/x-ndjson", "cache-control": "no-store" },
    stream: (out) => {
      const follower = new RunFollower(runner, process, out);
      // The run goes on without whoever looked on.
      onGone(() => follower.close());
      follower.begin();
    },
  };
}

/** The process that is to run, or a fault that says why there is none. */
function chosen(pool: Pool, name: string): Process {
  const { ids, unknown } = resolveNames([name], namedOf(pool));
  if (unknown.length > 0) throw unknownFault("a program", unknown);
  const job = pool.jobs.items.find((one) =>
    ids.length > 0 && ids.every((id) => one.ids.includes(id))
  );
  const processes = ids.flatMap((id) => pool.processes.get(id) ?? []);
  const [only] = processes;
  if (job !== undefined) return freeOf(pool, job, processes);
  if (processes.length > 1 || only === undefined) {
    throw new ApiFault(409, `Cannot run "${name}": it means ${processes.length} processes`, {
      hint: processes.length === 0 ? "The group is empty" : `One of ${ids.slice(0, 10).join(", ")}`,
    });
  }
  if (isDown(only) && !pool.fates.has(only.plan.id)) return only;
  throw busy(only);
}

/** By hand there is no second run beside another either, unless `overlap` allows it. */
function freeOf(pool: Pool, job: Job, processes: readonly Process[]): Process {
  const running = processes.find((process) => !isDown(process));
  const free = processes.find((process) => isDown(process) && !pool.fates.has(process.plan.id));
  if (job.runs.length > 0 && job.schedule.overlap !== "allow") {
    const other = pool.processes.get(job.runs[0]?.id ?? "");
    if (other !== undefined) throw busy(other);
  }
  if (free !== undefined) return free;
  throw running === undefined
    ? new ApiFault(409, `Cannot run ${job.key}: it is leaving the pool`)
    : busy(running);
}

function busy(process: Process): ApiFault {
  const pid = pidOf(process);
  const words = pid === null ? process.state.name : `running, pid ${pid}`;
  const name = shownName(process.plan);
  return new ApiFault(409, `Cannot run ${name}: it is ${words}`, {
    hint: `runner logs -f ${name} follows it; runner stop ${name} ends it`,
  });
}
