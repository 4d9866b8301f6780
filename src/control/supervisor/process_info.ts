// What supervisord tells of a process: getProcessInfo, field by field.
import { pidOf, type Process, type StateName } from "../../core/process_state.ts";
import type { LogPlan, Millis, ProcessPlan } from "../../manifest/plan.ts";
import type { StreamName } from "../../ports/logs.ts";
import { dayAndTime, uptimeText } from "../api/description.ts";
import type { LogAccess, RunnerFace } from "../runner_face.ts";
import { struct, type XmlRpcStruct } from "../xmlrpc/value.ts";

/** Numbers of the states. */
export const STATE_CODES: Readonly<Record<StateName, number>> = {
  STOPPED: 0,
  STARTING: 10,
  RUNNING: 20,
  BACKOFF: 30,
  STOPPING: 40,
  EXITED: 100,
  FATAL: 200,
};

/** Times are 32-bit integers: what is later than January 2038 is shown as that. */
const LATEST = 0x7fffffff;

/** The struct of one process. */
export function processInfo(runner: RunnerFace, process: Process): XmlRpcStruct {
  const { plan, state, spawnError } = process;
  const start = seconds(process.lastStart?.wall ?? 0);
  const stop = seconds(process.lastEnd?.at.wall ?? 0);
  const now = seconds(runner.now().wall);
  const pid = pidOf(process) ?? 0;
  const stdout = shownPath(runner.logs, plan, "stdout") ?? "";
  return struct({
    name: plan.name,
    group: plan.group,
    start,
    stop,
    now,
    state: STATE_CODES[state.name],
    statename: state.name,
    spawnerr: spawnError,
    exitstatus: exitStatus(process),
    logfile: stdout,
    stdout_logfile: stdout,
    stderr_logfile: shownPath(runner.logs, plan, "stderr") ?? "",
    pid,
    description: describe(process, { start, stop, now, pid }),
  });
}

/** Whole seconds that fit into 32 bits. */
export function seconds(wall: Millis): number {
  return Math.max(0, Math.min(LATEST, Math.floor(wall / 1_000)));
}

interface Times {
  readonly start: number;
  readonly stop: number;
  readonly now: number;
  readonly pid: number;
}

function describe(process: Process, { start, stop, now, pid }: Times): string {
  switch (process.state.name) {
    case "RUNNING":
      return `pid ${pid}, uptime ${uptimeText((now - start) * 1_000)}`;
    case "BACKOFF":
    case "FATAL":
      if (process.spawnError !== "") return process.spawnError;
      return `unknown error (try "tail ${process.plan.name}")`;
    case "STOPPED":
    case "EXITED":
      return start === 0 ? "Not started" : dayAndTime(stop * 1_000);
    case "STARTING":
    case "STOPPING":
      return "";
  }
}

/** supervisord forgets the status at the next start, and does not keep that of a start that failed. */
function exitStatus({ lastEnd, run, plan }: Process): number {
  if (lastEnd === null || lastEnd.run !== run) return 0;
  const { earlyExitFails, startSeconds } = plan.restart;
  if (!lastEnd.planned && earlyExitFails && lastEnd.uptime < startSeconds) return 0;
  return lastEnd.exit.kind === "code" ? lastEnd.exit.code : -1;
}

/** Where a stream is said to go; null: nowhere. A merged stderr has no log of its own. */
export function shownPath(logs: LogAccess, plan: ProcessPlan, stream: StreamName): string | null {
  const log = logPlan(plan, stream);
  if (log === null) return null;
  switch (log.destination.kind) {
    case "none":
      return null;
    case "stdout":
      return "/dev/stdout";
    case "stderr":
      return "/dev/stderr";
    case "file":
      return log.destination.path;
    case "auto":
      return logs.path(plan, stream);
  }
}

/** The log of a stream; null for a stderr that goes where stdout goes. */
export function logPlan(plan: ProcessPlan, stream: StreamName): LogPlan | null {
  if (stream === "stdout") return plan.stdout;
  return plan.stderr === "stdout" ? null : plan.stderr;
}
