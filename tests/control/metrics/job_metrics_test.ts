// The metrics of jobs, from a pool whose job has run.
import { jobMetrics } from "../../../src/control/metrics/job_metrics.ts";
import { assertEquals } from "../../support/assert.ts";
import { every, jobPlan, MINUTE } from "../../support/jobs.ts";
import { planOf, processPlan } from "../../support/plans.ts";
import { PoolWorld } from "../../support/pool_world.ts";
import { parseMetrics } from "../../support/metrics_text.ts";

Deno.test("jobMetrics() counts runs by result and says when the next is due", () => {
  const world = new PoolWorld(planOf([jobPlan(), processPlan("web")]), { calendar: every });
  world.post({ kind: "boot" });
  world.pass(MINUTE + 5_000);
  world.exitWith("job:job", 0);
  world.pass(MINUTE - 5_000);
  world.exitWith("job:job", 1);
  const text = jobMetrics({ pool: world.pool }).join("");
  const values = new Map(
    parseMetrics(text).flatMap(({ samples }) =>
      samples.map(([name, labels, value]) => [`${name} ${labels["result"] ?? ""}`.trim(), value])
    ),
  );
  assertEquals(Object.fromEntries(values), {
    "runner_job_runs_total ok": 1,
    "runner_job_runs_total failed": 1,
    "runner_job_runs_total timeout": 0,
    "runner_job_runs_total stopped": 0,
    "runner_job_runs_total replaced": 0,
    "runner_job_runs_total lost": 0,
    "runner_job_skipped_total": 0,
    "runner_job_missed_total": 0,
    "runner_job_running": 0,
    "runner_job_last_duration_seconds": 0,
    "runner_job_last_end_time_seconds": 120,
    "runner_job_last_success_time_seconds": 65,
    "runner_schedule_paused": 0,
    "runner_job_next_due_time_seconds": 180,
  });
});

Deno.test("jobMetrics() tells who is paused, and then of no next run", () => {
  const world = new PoolWorld(planOf([jobPlan()]), { calendar: every });
  world.post({ kind: "boot" });
  world.post({ kind: "command", command: { kind: "pause", ids: ["job:job"] } });
  const samples = parseMetrics(jobMetrics({ pool: world.pool }).join(""))
    .flatMap((family) => family.samples.map(([name, , value]) => [name, value]));
  const values = Object.fromEntries(samples);
  assertEquals(values["runner_schedule_paused"], 1);
  assertEquals(values["runner_job_next_due_time_seconds"], undefined);
});

Deno.test("jobMetrics() has nothing without a schedule", () => {
  const world = new PoolWorld(planOf([processPlan("web")]));
  assertEquals(jobMetrics({ pool: world.pool }), []);
});
