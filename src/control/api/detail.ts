// Everything about one process: what `describe` shows.
import type { Process } from "../../core/process_state.ts";
import { pidOf } from "../../core/process_state.ts";
import { processJson } from "../../manifest/plan_view.ts";
import { listBackups } from "../../os/log_backups.ts";
import { diskDriver } from "../../os/log_driver.ts";
import type { StreamName } from "../../ports/logs.ts";
import type { RunnerFace } from "../runner_face.ts";
import { runView } from "./job_view.ts";
import type { LogView, ProcessDetail } from "./types.ts";
import { recycleView } from "./recycle_view.ts";
import { wellnessView } from "./wellness_view.ts";
import { endView, lookAt, processView, seconds } from "./views.ts";

/** One process is measured anew unless somebody has just done so. */
const FRESH = 200;

export function processDetail(runner: RunnerFace, process: Process): ProcessDetail {
  const { plan } = process;
  const look = lookAt(runner, FRESH);
  const usage = pidOf(process) === null ? undefined : look.usage.get(plan.id);
  const { restarts, exits } = runner.counts(plan.id);
  return {
    ...processView(process, look),
    plan: processJson(plan),
    environmentNames: Object.keys(plan.environment).toSorted(),
    memoryPeak: usage?.memoryPeak ?? null,
    children: usage?.processes ?? 0,
    cpuTime: usage === undefined ? null : seconds(usage.cpuTime),
    history: runner.ends(plan.id).map(endView),
    runs: look.jobs.get(plan.id)?.past.map(runView) ?? [],
    restartsBy: Object.fromEntries(restarts),
    exits: Object.fromEntries(exits),
    stdout: logView(runner, process, "stdout"),
    stderr: plan.stderr === "stdout" ? null : logView(runner, process, "stderr"),
    listener: pidOf(process) === null ? null : runner.listener(plan.id),
    recycling: recycleView(runner.pool, process),
    wellness: wellnessView(process, runner.wellness(plan.id)),
  };
}

function logView({ logs }: RunnerFace, { plan }: Process, stream: StreamName): LogView {
  const path = logs.path(plan, stream);
  const counters = logs.counters(plan.id, stream);
  const driver = diskDriver();
  const look = path === null ? null : driver.look(path);
  const place = path === null || look?.isRegular !== true ? null : { driver, path, mode: 0 };
  return {
    path,
    size: look?.size ?? null,
    backups: place === null ? 0 : listBackups(place).length,
    written: counters?.bytes ?? 0,
    lost: counters?.bytesLost ?? 0,
  };
}
