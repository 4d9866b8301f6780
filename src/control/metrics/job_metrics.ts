// The metrics of jobs: their runs by result, how long the latest took, when they are due.
import { type Job, RUN_RESULTS } from "../../core/job_state.ts";
import type { RunnerFace } from "../runner_face.ts";
import { isTimed } from "../../core/job_state.ts";
import { plansInOrder } from "../../core/pool.ts";
import { jobKey } from "../../manifest/cron.ts";
import { Family, labelText, withLabel } from "./metric_text.ts";

/** The families of jobs; none without a schedule. */
export function jobMetrics({ pool }: Pick<RunnerFace, "pool">): readonly Family[] {
  const families = newFamilies();
  for (const job of pool.jobs.items) addJob(families, job);
  const paused = new Set(pool.jobs.paused);
  const timed = new Set(plansInOrder(pool.plan).filter(isTimed).map(jobKey));
  for (const key of timed) families.paused.add(labelsOf(key), paused.has(key) ? 1 : 0);
  return timed.size === 0 ? [] : Object.values(families);
}

function newFamilies() {
  const gauge = (name: string, help: string) => new Family(`runner_job_${name}`, "gauge", help);
  const counter = (name: string, help: string) =>
    new Family(`runner_job_${name}_total`, "counter", help);
  return {
    runs: counter("runs", "Runs that have ended, by result; timeout counts as failed."),
    skipped: counter("skipped", "Due times left out because another run had not ended."),
    missed: counter("missed", "Due times that passed unseen; at most 10 are counted at a time."),
    running: gauge("running", "Runs under way."),
    duration: gauge("last_duration_seconds", "How long the latest run took."),
    ended: gauge("last_end_time_seconds", "When the latest run ended, Unix time."),
    success: gauge("last_success_time_seconds", "When the latest good run ended, Unix time."),
    paused: new Family(
      "runner_schedule_paused",
      "gauge",
      "1 while its schedule, or restart_schedule, is paused.",
    ),
    next: gauge("next_due_time_seconds", "When the next run is planned, Unix time."),
  };
}

function addJob(families: ReturnType<typeof newFamilies>, job: Job): void {
  const labels = labelsOf(job.key);
  const { counts, last, lastSuccess, next, runs } = job;
  for (const result of RUN_RESULTS) {
    families.runs.add(withLabel(labels, "result", result), counts[result]);
  }
  families.skipped.add(labels, counts.skipped);
  families.missed.add(labels, counts.missed);
  families.running.add(labels, runs.length);
  // When one that is lost ended, nobody knows.
  const seen = last === null || last.result === "lost" ? null : last;
  families.duration.add(labels, seen && (seen.ended.mono - seen.began.mono) / 1000);
  families.ended.add(labels, unixTime(seen?.ended.wall ?? null));
  families.success.add(labels, unixTime(lastSuccess));
  families.next.add(labels, unixTime(next?.planned ?? null));
}

function labelsOf(key: string): string {
  const cut = key.indexOf(":");
  return labelText({ group: key.slice(0, cut), program: key.slice(cut + 1) });
}

function unixTime(wall: number | null): number | null {
  return wall === null ? null : wall / 1000;
}
