// supervisorctl's description of a process, in every state.
import { dayAndTime, description, uptimeText } from "../../../src/control/api/description.ts";
import { endReason } from "../../../src/control/api/views.ts";
import type { EndRecord, Process, ProcessState } from "../../../src/core/process_state.ts";
import { newProcess } from "../../../src/core/process_state.ts";
import { assertEquals } from "../../support/assert.ts";
import { processPlan } from "../../support/plans.ts";

const UPTIMES: readonly (readonly [number, string])[] = [
  [0, "0:00:00"],
  [59_999, "0:00:59"],
  [3_661_000, "1:01:01"],
  [86_399_999, "23:59:59"],
  [86_400_000, "1 day, 0:00:00"],
  [93_784_000, "1 day, 2:03:04"],
  [180_000_000, "2 days, 2:00:00"],
  [864_000_000, "10 days, 0:00:00"],
  [-5, "0:00:00"],
];

for (const [millis, text] of UPTIMES) {
  Deno.test(`uptimeText() of ${millis} ms is ${text}`, () => {
    assertEquals(uptimeText(millis), text);
  });
}

Deno.test("dayAndTime() is strftime's %b %d %I:%M %p in local time", () => {
  assertEquals(dayAndTime(new Date(2026, 0, 5, 0, 7).getTime()), "Jan 05 12:07 AM");
  assertEquals(dayAndTime(new Date(2026, 10, 21, 12, 0).getTime()), "Nov 21 12:00 PM");
  assertEquals(dayAndTime(new Date(2026, 11, 31, 23, 59).getTime()), "Dec 31 11:59 PM");
  assertEquals(dayAndTime(new Date(2026, 11, 31, 13, 18).getTime()), "Dec 31 01:18 PM");
});

const NOW = { mono: 70_000, wall: 70_000 };
const THEN = { mono: 8_000, wall: new Date(2026, 10, 21, 13, 17).getTime() };

function text(state: ProcessState, own: Partial<Process> = {}): string {
  return description({ ...newProcess(processPlan("web")), state, ...own }, NOW);
}

Deno.test("description() says of each state what supervisorctl says", () => {
  const running: ProcessState = { name: "RUNNING", pid: 12, since: THEN, recycleAt: null };
  assertEquals(text(running), "pid 12, uptime 0:01:02");
  assertEquals(text({ name: "FATAL", reason: "" }, { spawnError: "no" }), "no");
  assertEquals(
    text({ name: "BACKOFF", retryAt: 1, reason: "" }),
    'unknown error (try "tail web")',
  );
  assertEquals(text({ name: "STOPPED" }), "Not started");
  assertEquals(text({ name: "STOPPED" }, { lastEnd: END }), "Nov 21 01:17 PM");
  assertEquals(text({ name: "STARTING", pid: 1, since: THEN, stableAt: 1, readyBy: null }), "");
});

const END: EndRecord = {
  at: THEN,
  run: 1,
  exit: { kind: "code", code: 0 },
  uptime: 5,
  planned: true,
  reason: "",
};

const REASONS: readonly (readonly [string, string])[] = [
  ["", "exit status 0"],
  ["command", "stopped (exit status 0)"],
  ["command, killed", "stopped (exit status 0, had to be killed)"],
  ["memory", "stopped for memory (exit status 0)"],
  ["max-age, killed", "stopped for max-age (exit status 0, had to be killed)"],
  ["couldn't chdir to /x: ENOENT", "couldn't chdir to /x: ENOENT"],
];

for (const [reason, words] of REASONS) {
  Deno.test(`endReason() of "${reason}" is in words`, () => {
    assertEquals(endReason({ ...END, reason }), words);
  });
}
