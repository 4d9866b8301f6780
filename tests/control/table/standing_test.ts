// What processes stand for in tables, counts and colours.
import type { ProcessView } from "../../../src/control/api/types.ts";
import {
  isAtRest,
  isInTrouble,
  processesText,
  programCounts,
  type Standing,
  standingCounts,
  standingOf,
  STANDINGS,
} from "../../../src/control/table/standing.ts";
import { assertEquals } from "../../support/assert.ts";
import { jobView, processView, runningView, runView } from "../../support/views.ts";

const WAITS = { waitingFor: ["redis: ready"] };
const FAILED = jobView({ last: runView({ id: "job:job", result: "failed" }) });

const CASES: readonly (readonly [Partial<ProcessView>, Standing])[] = [
  [{}, "STOPPED"],
  [{ state: "RUNNING" }, "RUNNING"],
  [WAITS, "waiting"],
  [{ ...WAITS, state: "EXITED" }, "waiting"],
  [{ ...WAITS, state: "STOPPING" }, "STOPPING"],
  [{ ...WAITS, state: "FATAL" }, "FATAL"],
  [{ state: "EXITED" }, "EXITED"],
  [{ state: "EXITED", done: true }, "done"],
  [{ state: "EXITED", done: true, ...WAITS }, "waiting"],
  [{ spare: true }, "spare"],
  [{ state: "RUNNING", spare: true }, "RUNNING"],
  [{ job: jobView() }, "due"],
  [{ job: jobView(), state: "EXITED" }, "due"],
  [{ job: jobView({ next: null }) }, "STOPPED"],
  [{ job: jobView({ next: null, waiting: "queue" }) }, "due"],
  [{ job: jobView({ running: 1 }), state: "RUNNING" }, "RUNNING"],
  [{ job: jobView(), state: "FATAL" }, "FATAL"],
  [{ job: FAILED, state: "EXITED" }, "failed"],
  [{ job: jobView({ last: runView({ result: "timeout" }) }) }, "failed"],
  [{ job: jobView({ last: runView({ result: "replaced" }) }) }, "due"],
  [{ job: jobView({ last: runView({ id: "job:job_1", result: "failed" }) }) }, "due"],
  [{ job: FAILED, state: "RUNNING" }, "RUNNING"],
];

Deno.test("standingOf() tells apart who is down", () => {
  for (const [values, expected] of CASES) {
    assertEquals(standingOf(processView("job", values)), expected, JSON.stringify(values));
  }
  assertEquals(standingOf({ id: "job:job", state: "STOPPED" }), "STOPPED", "of an older runner");
});

Deno.test("standingCounts() counts everybody once, worst first", () => {
  const all = CASES.map(([values]) => processView("job", values));
  const counts = standingCounts(all);
  assertEquals(counts.reduce((sum, [, count]) => sum + count, 0), all.length);
  const places = counts.map(([standing]) => STANDINGS.indexOf(standing));
  assertEquals(places, places.toSorted((a, b) => a - b));
});

Deno.test("programCounts() leaves spares out, unless there is nothing else", () => {
  const spare = processView("w:w1", { spare: true });
  assertEquals(programCounts([runningView("w:w0"), spare]), [["RUNNING", 1]]);
  assertEquals(programCounts([spare]), [["spare", 1]]);
  assertEquals(processesText([runningView("w:w0"), spare]), "2 processes, 1 spare");
  assertEquals(processesText([runningView("w:w0"), runningView("w:w1")]), "2 processes");
});

Deno.test("isInTrouble() means who failed, not who waits or is done", () => {
  const bad = CASES.filter(([values]) => isInTrouble(processView("job", values)));
  assertEquals(new Set(bad.map(([, standing]) => standing)), new Set(["FATAL", "failed"] as const));
});

Deno.test("isAtRest() is true for who is down as it should be", () => {
  const resting: readonly Partial<ProcessView>[] = [
    { spare: true },
    { state: "EXITED", done: true },
    { job: jobView() },
    { state: "EXITED", job: jobView({ last: runView() }) },
  ];
  for (const one of resting) assertEquals(isAtRest(processView("job", one)), true);
  const others: readonly Partial<ProcessView>[] = [
    {},
    { state: "EXITED" },
    { state: "RUNNING", spare: true },
    { state: "FATAL", job: jobView() },
    { state: "EXITED", job: FAILED },
    WAITS,
  ];
  for (const one of others) assertEquals(isAtRest(processView("job", one)), false);
});
