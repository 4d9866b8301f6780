// Jobs for tests of the pool: a schedule in milliseconds, and what has been told in words.
import type { JobFact } from "../../src/core/job_fact.ts";
import type { Job } from "../../src/core/job_state.ts";
import type { Calendar } from "../../src/manifest/cron.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import type { SchedulePlan } from "../../src/manifest/plan_work.ts";
import { processPlan, SUPERVISORD } from "./plans.ts";
import type { PoolWorld } from "./pool_world.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** `60000`: every so many milliseconds of wall time. */
export const every: Calendar = ({ expression }, after) => {
  const step = Number(expression);
  return step === 0 ? null : (Math.floor(after / step) + 1) * step;
};

const SCHEDULE: SchedulePlan = {
  expression: `${MINUTE}`,
  timeZone: null,
  overlap: "skip",
  timeout: null,
  jitter: 0,
  retries: 0,
  retryDelay: 10_000,
  catchUp: "none",
  history: 20,
};

/** A program that is due every minute unless said otherwise. */
export function jobPlan(schedule: Partial<SchedulePlan> = {}, own: Partial<ProcessPlan> = {}) {
  const restart = {
    ...SUPERVISORD,
    autorestart: "never",
    earlyExitFails: false,
    startSeconds: 0,
    startRetries: 0,
  } as const;
  return processPlan("job", {
    autostart: false,
    restart,
    schedule: { ...SCHEDULE, ...schedule },
    ...own,
  });
}

/** What makes a program of a rig a job, due once a year by the real calendar: `loadCron` comes first. */
export function jobOwn(schedule: Partial<SchedulePlan> = {}): Partial<ProcessPlan> {
  const plan = jobPlan({ expression: "@yearly", timeZone: "UTC", ...schedule });
  const { autostart, restart } = plan;
  return { schedule: plan.schedule, autostart, restart };
}

/** The only job. */
export function jobOf(world: PoolWorld): Job {
  const [job] = world.pool.jobs.items;
  if (job === undefined) throw new Error("there is no job");
  return job;
}

/** What has been told of jobs. */
export function steps(world: PoolWorld): string[] {
  return world.facts.filter((fact) => fact.kind === "job").map(textOf);
}

function textOf(fact: JobFact): string {
  switch (fact.step) {
    case "begun":
      return `begun ${fact.why}${fact.attempt === 1 ? "" : ` ${fact.attempt}`}`;
    case "ended":
    case "failed":
      return `${fact.step} ${fact.result}`;
    case "missed":
      return `missed ${fact.count}`;
    case "due":
    case "skipped":
    case "paused":
    case "resumed":
      return fact.step;
  }
}
