// Why a process is where it is, as top and the page say it.
import type { ProcessView } from "../../../src/control/api/types.ts";
import { runnerTime, whyText } from "../../../src/control/table/why_text.ts";
import { assertEquals } from "../../support/assert.ts";
import { listOf } from "../../support/fake_control.ts";
import { endView, jobView, processView, runView } from "../../support/views.ts";

const NOW = new Date(2026, 10, 21, 12, 0).getTime();
const AT = new Date(NOW).toISOString();
const JOB = jobView({ next: new Date(2026, 10, 21, 14, 5).toISOString() });

const CASES: readonly (readonly [Partial<ProcessView>, string])[] = [
  [{}, ""],
  [{ waitingFor: ["db: ready", "m: done"], job: JOB }, "waits for db: ready, m: done"],
  [{ job: JOB }, "next 14:05"],
  [{ job: { ...JOB, last: runView({ duration: 2 }) } }, "next 14:05, last ok 2s"],
  [{ spare: true, lastExit: endView(AT) }, "stands by"],
  [{ state: "STARTING", description: "waiting for tcp:80" }, "waiting for tcp:80"],
  [{ state: "STARTING", description: "", lastExit: endView(AT) }, "exit status 1"],
  [{ state: "RUNNING", description: "pid 12", lastExit: endView(AT) }, "exit status 1"],
  [{ state: "RUNNING", healthFault: "no answer", lastExit: endView(AT) }, "health: no answer"],
  [{ state: "BACKOFF", retryIn: 2.1, lastExit: endView(AT) }, "next try in 3s, exit status 1"],
  [{ state: "FATAL", spawnError: "no such file", lastExit: endView(AT) }, "no such file"],
];

Deno.test("whyText() says what counts most", () => {
  for (const [values, expected] of CASES) {
    assertEquals(whyText(processView("a", values), NOW), expected, JSON.stringify(values));
  }
});

Deno.test("runnerTime() is the runner's clock, not ours", () => {
  assertEquals(new Date(runnerTime(listOf([]).runner)).toISOString(), "2026-11-21T10:00:00.000Z");
});
