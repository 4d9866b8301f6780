// Jobs in words: what status, top and the page say of them, and the rows of describe.
import { jobRows, runRows } from "../../src/control/table/job_rows.ts";
import { lastExitText } from "../../src/cli/status_table.ts";
import type { JobView, RunView } from "../../src/control/api/job_types.ts";
import { isJobAtRest, jobText } from "../../src/control/table/job_text.ts";
import { assertEquals } from "../support/assert.ts";
import { endView, processView } from "../support/views.ts";

const NOW = new Date(2026, 10, 21, 12, 0).getTime();

function at(...parts: readonly [number, number, number, number, number, number]): string {
  return new Date(...parts).toISOString();
}

function run(values: Partial<RunView> = {}): RunView {
  return {
    id: "job:job",
    why: "schedule",
    attempt: 1,
    planned: at(2026, 10, 21, 11, 0, 0),
    began: at(2026, 10, 21, 11, 0, 0),
    duration: 12.3,
    result: "ok",
    code: 0,
    signal: null,
    reason: "",
    ...values,
  };
}

function job(values: Partial<JobView> = {}): JobView {
  return {
    schedule: "5 14 * * *",
    timeZone: null,
    next: at(2026, 10, 21, 14, 5, 0),
    running: 0,
    waiting: null,
    last: null,
    lastSuccess: null,
    ...values,
  };
}

Deno.test("jobText() says when a job is due and how it went", () => {
  const cases: readonly (readonly [Partial<JobView>, string])[] = [
    [{}, "next 14:05"],
    [{ last: run() }, "next 14:05, last ok 12s"],
    [{ last: run({ result: "failed", duration: 0.25 }) }, "next 14:05, last failed 250ms"],
    [{ next: at(2026, 10, 23, 2, 30, 0) }, "next 2026-11-23 02:30"],
    [{ next: at(2026, 10, 21, 12, 0, 5) }, "next 12:00:05"],
    [{ next: null }, "never due"],
    [{ waiting: "retry" }, "next 14:05 (to be tried again)"],
  ];
  for (const [values, expected] of cases) {
    assertEquals(jobText({ job: job(values), state: "EXITED" }, NOW), expected);
  }
  assertEquals(jobText({ job: job(), state: "STOPPED" }, null), "next 2026-11-21 14:05");
});

Deno.test("jobText() leaves the word to others while a job runs, and where there is none", () => {
  assertEquals(jobText({ job: job(), state: "RUNNING" }, NOW), "");
  assertEquals(jobText({ job: job(), state: "FATAL" }, NOW), "");
  assertEquals(jobText({ job: null, state: "EXITED" }, NOW), "");
  assertEquals(jobText({ state: "EXITED" }, NOW), "");
});

Deno.test("lastExitText() tells of a job when it is due, not how it ended", () => {
  const values = {
    state: "EXITED",
    job: job(),
    lastExit: endView("2026-11-21T11:00:00Z"),
  } as const;
  assertEquals(lastExitText(processView("job", values), NOW), "next 14:05");
});

Deno.test("what is paused says so instead of when it is due, also where it is up", () => {
  const last = run({ duration: 12 });
  assertEquals(
    jobText({ job: job({ next: null, last }), state: "EXITED", paused: true }, NOW),
    "paused, last ok 12s",
  );
  const up = { state: "RUNNING", up: true, pid: 7, paused: true } as const;
  assertEquals(lastExitText(processView("web", up), NOW), "restart_schedule paused");
  assertEquals(lastExitText(processView("job", { ...up, job: job() }), NOW), "paused");
});

Deno.test("nobody knows how long a run took that is lost", () => {
  const last = run({ result: "lost", duration: null, code: null, reason: "the runner ended" });
  assertEquals(jobText({ job: job({ last }), state: "STOPPED" }, NOW), "next 14:05, last lost");
  const [row] = runRows({ runs: [last], id: "job:job", shown: "job" }, NOW);
  assertEquals(row?.[1], "lost: the runner ended (schedule)");
});

Deno.test("isJobAtRest() is true for a job that waits, not for one that cannot be started or whose last run failed", () => {
  const id = "job:job";
  assertEquals(isJobAtRest({ id, job: job(), state: "EXITED" }), true);
  assertEquals(isJobAtRest({ id, job: job(), state: "FATAL" }), false);
  assertEquals(isJobAtRest({ id, job: null, state: "EXITED" }), false);
  for (const result of ["failed", "timeout", "lost"] as const) {
    const last = run({ result, id });
    assertEquals(isJobAtRest({ id, job: job({ last }), state: "EXITED" }), false);
    assertEquals(isJobAtRest({ id: "job:job_1", job: job({ last }), state: "EXITED" }), true);
  }
});

Deno.test("runRows() has a line for each run, with its reason where the result does not say it", () => {
  const runs = [
    run({ result: "timeout", signal: "SIGKILL", code: null, duration: 61 }),
    run({ result: "failed", code: 3, why: "retry", attempt: 2 }),
    run({ result: "failed", code: null, reason: "can't find command 'x'", duration: 0 }),
    run({ why: "manual", id: "job:job_1" }),
  ];
  const detail = { id: "job:job", shown: "job", runs };
  assertEquals(runRows(detail, NOW).map(([, text]) => text), [
    "timeout: SIGKILL after 1m1s (schedule)",
    "failed: exit status 3 after 12s (retry, try 2)",
    "failed: can't find command 'x' after 0s (schedule)",
    "ok after 12s (manual) in job:job_1",
  ]);
});

Deno.test("jobRows() says when the next run is", () => {
  const rows = jobRows({ job: job({ lastSuccess: at(2026, 10, 21, 11, 0, 12) }) }, NOW);
  assertEquals(rows.filter(([, text]) => text !== ""), [
    ["next run", "14:05"],
    ["last good run", "11:00:12"],
  ]);
});
