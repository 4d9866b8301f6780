// What commands say: results, differences, whom they wait for, PM2's words, descriptions, events.
import { describeLines } from "../../src/cli/describe_text.ts";
import { eventText } from "../../src/cli/events.ts";
import { coloured, plain } from "../../src/cli/paint.ts";
import { pm2View } from "../../src/cli/pm2_view.ts";
import { resultLines } from "../../src/cli/result_lines.ts";
import { diffLines, hasChanges, ownLines } from "../../src/cli/update_text.ts";
import { upText } from "../../src/cli/list.ts";
import { waitingText } from "../../src/cli/waiting_progress.ts";
import type { ActionResult, ProcessDetail } from "../../src/control/api/types.ts";
import type { UpdateReply } from "../../src/control/api/update_types.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { endView, processView, runningView } from "../support/views.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");

function result(values: Partial<ActionResult>): ActionResult {
  return {
    id: "a:a",
    shown: "a",
    ok: true,
    outcome: "stopped",
    detail: "",
    state: "STOPPED",
    ...values,
  };
}

Deno.test("resultLines() says what became of each, and colours what went wrong", () => {
  assertEquals(
    resultLines([result({}), result({ ok: false, outcome: "failed", detail: "no\x07" })], plain),
    ["a: stopped", "a: failed (no\u2407)"],
  );
  assertEquals(resultLines([result({ ok: false, outcome: "failed" })], coloured), [
    "a: \x1b[31mfailed\x1b[0m",
  ]);
});

const SAME: UpdateReply = {
  added: [],
  removed: [],
  restarted: [],
  adjusted: [],
  unchanged: 3,
  alerts: { added: [], removed: [], changed: [] },
  live: [],
  runner: [],
  applied: false,
  problems: [],
  results: [],
  timedOut: false,
};

Deno.test("diffLines() has a line for each process that changes", () => {
  assertEquals(hasChanges(SAME), false);
  assertEquals(diffLines(SAME, plain), ["Nothing has changed for 3 processes"]);
  const reply: UpdateReply = {
    ...SAME,
    added: ["n:n"],
    removed: ["o:o"],
    restarted: [{ id: "r:r", changed: ["command", "nice"] }],
    adjusted: [{ id: "j:j", changed: ["memory"] }],
    unchanged: 1,
  };
  assertEquals(hasChanges(reply), true);
  assertEquals(diffLines(reply, plain), [
    "- o:o: stopped and removed",
    "+ n:n: added",
    "~ r:r: restarted (command, nice)",
    "~ j:j: adjusted without a restart (memory)",
    "1 process unchanged",
  ]);
});

Deno.test("diffLines() tells of alerts, also where no process changes; ownLines() of the runner", () => {
  const changed = [{ name: "night", changed: ["on", "every"] }];
  const reply = { ...SAME, alerts: { added: ["ops"], removed: ["old"], changed } };
  assertEquals(hasChanges(reply), true);
  assertEquals(diffLines(reply, plain), [
    "- alert:old: removed",
    "+ alert:ops: added",
    "~ alert:night: changed (on, every)",
    "3 processes unchanged",
  ]);
  // A runner of an older version.
  const { alerts: _, live: __, ...old } = SAME;
  assertEquals(diffLines(old, plain), ["Nothing has changed for 3 processes"]);
  assertEquals(ownLines(old), []);
  assertEquals(ownLines({ ...SAME, live: ["shutdownWhen"], runner: ["umask", "servers"] }), [
    "shutdownWhen of the runner itself: takes effect at once",
    "umask, servers of the runner itself: takes effect when it is started anew",
  ]);
});

Deno.test("upText() does not count who is down as it should be", () => {
  const done = processView("done", { state: "EXITED", done: true });
  assertEquals(upText([runningView("a"), processView("b")]), "1 of 2 up");
  assertEquals(upText([runningView("a"), done]), "1 of 1 up, 1 at rest");
});

Deno.test("waitingText() names those that are on their way, not more than five", () => {
  assertEquals(waitingText([runningView("a"), processView("b")], NOW), "");
  const since = "2026-11-21T11:59:48Z";
  const slow = processView("web:web_0", { state: "STOPPING", since });
  assertEquals(waitingText([slow, runningView("a")], NOW), "waiting for web:web_0 (STOPPING, 12s)");
  const many = Array.from(
    { length: 7 },
    (_, index) => processView(`p${index}`, { state: "STARTING" }),
  );
  assertTrue(waitingText(many, NOW).endsWith("p4 (STARTING) and 2 more"), waitingText(many, NOW));
});

Deno.test("pm2View() has PM2's main fields", () => {
  const since = "2026-11-21T11:59:48Z";
  const view = pm2View(runningView("web:web_1", { since, memory: 4096, cpu: 1.5, restarts: 2 }), 3);
  assertEquals([view.name, view.pid, view.pm_id], ["web:web_1", 12, 3]);
  assertEquals(view.monit, { memory: 4096, cpu: 1.5 });
  assertEquals(view.pm2_env.status, "online");
  assertEquals(view.pm2_env.restart_time, 2);
  assertEquals(view.pm2_env.pm_uptime, Date.parse(since));
  assertEquals(pm2View(processView("a", { state: "FATAL" }), 0).pm2_env.status, "errored");
  assertEquals(pm2View(processView("a"), 0).pid, 0);
});

Deno.test("describeLines() leaves out what is not known, and plans of another version", () => {
  const log = { path: "/tmp/x.log", size: 2048, backups: 2, written: 4096, lost: 1 };
  const detail: ProcessDetail = {
    ...processView("a", { lastExit: endView("2026-11-21T11:59:00Z"), state: "EXITED" }),
    plan: {},
    environmentNames: ["X"],
    memoryPeak: null,
    children: 0,
    cpuTime: null,
    history: [endView("2026-11-21T11:59:00Z")],
    runs: [],
    restartsBy: { exit: 2 },
    exits: { 1: 3 },
    stdout: log,
    stderr: null,
    listener: { state: "BUSY", waiting: 2 },
    recycling: { jobs: 7, due: "max-age", takenOverBy: null },
    wellness: null,
  };
  assertEquals(describeLines(detail, { now: NOW, paint: plain, withPlan: false }), [
    "a",
    "  id           a:a",
    "  program      a, number 0",
    "  state        EXITED",
    "  listener     BUSY, 2 in the buffer",
    "  last exit    exit status 1 1m00s ago",
    "  jobs         7",
    "  replaced     for max_age, waits for its turn",
    "  restarts     0 by itself",
    "  restarts by  exit 2×",
    "  exits        1 3×",
    "  logs",
    "    stdout  /tmp/x.log, 2KB, 2 rotated, 4KB written, 1B lost",
    "    stderr  goes where stdout goes",
    "  ends",
    "    1m00s ago  exit status 1 after 3s, not expected",
  ]);
  const look = { now: NOW, paint: plain, withPlan: false, memoryLimit: 256 * 1024 ** 2 };
  assertEquals(
    describeLines(detail, look).filter((line) => line.includes("limit")),
    ["    limit  256MB for the runner and all programs"],
  );
});

Deno.test("eventText() is one line with the time, whatever is in it", () => {
  const event = {
    serial: 1,
    time: "2026-11-21T11:59:48.007Z",
    kind: "state",
    process: "a:a",
    text: "spawned: 'a\nb'",
    detail: {},
  };
  const text = eventText(event);
  assertTrue(/^\d{4}-\d\d-\d\d \d\d:\d\d:48,007 spawned: 'a\u240ab'$/.test(text), text);
});
