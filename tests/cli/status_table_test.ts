// The table of `status`, from views to lines.
import { coloured, plain } from "../../src/cli/paint.ts";
import {
  driftLines,
  formatPercent,
  lastExitText,
  statusLines,
} from "../../src/cli/status_table.ts";
import { formatAge } from "../../src/control/table/age_text.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { endView, jobView, processView, runningView, runView } from "../support/views.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const EARLIER = "2026-11-21T11:56:30Z";
const LOOK = { width: Infinity, paint: plain, now: NOW };

Deno.test("statusLines() shows what is known of each process", () => {
  const memory = 3 << 20;
  assertEquals(
    statusLines([
      runningView("web:web_0", { uptime: 4000, memory, cpu: 12.4, restarts: 2, pid: 4711 }),
      processView("idle"),
      processView("old", { state: "EXITED", lastExit: endView(EARLIER) }),
    ], LOOK),
    [
      "NAME       STATE     PID  UPTIME  RESTARTS  MEMORY  CPU  LAST EXIT",
      "web:web_0  RUNNING  4711   1h06m         2     3MB  12%  -",
      "idle       STOPPED     -       -         0       -    -  -",
      "old        EXITED      -       -         0       -    -  exit status 1 3m30s ago",
    ],
  );
});

Deno.test("statusLines() keeps the processes of a program together and in order of their numbers", () => {
  const views = [
    processView("w:w0", { instance: 0 }),
    processView("w:w10", { instance: 10 }),
    processView("w:w2", { instance: 2 }),
    processView("b"),
    processView("w:w3", { instance: 3 }),
  ];
  const [, ...lines] = statusLines(views, LOOK);
  const names = lines.map((line) => line.split(" ", 1)[0]);
  assertEquals(names, ["w:w0", "w:w2", "w:w3", "w:w10", "b"]);
});

Deno.test("statusLines() gives nothing for nobody", () => {
  assertEquals(statusLines([], LOOK), []);
});

Deno.test("statusLines() fits eighty columns and less, and keeps name and state", () => {
  const reason = "memory: 65.1MB, over max_memory 64MB (terminated by SIGTERM)";
  const rows = [runningView("mail:mail_03", {
    uptime: 200_000,
    memory: 1 << 30,
    cpu: 0.5,
    lastExit: endView(EARLIER, { reason }),
  })];
  for (let width = 80; width >= 24; width--) {
    for (const line of statusLines(rows, { ...LOOK, width })) {
      assertTrue(line.length <= width, `${line.length} of ${width}: ${line}`);
    }
    assertTrue(statusLines(rows, { ...LOOK, width })[1]?.includes("RUNNING") === true, `${width}`);
  }
});

Deno.test("statusLines() gives CPU away before the name or why it waits", () => {
  const views = [
    runningView("consumer:consumer_0", { memory: 67 << 20, cpu: 12, uptime: 53, pid: 18_838 }),
    processView("consumer:consumer_1", { waitingFor: ["broker: ready"] }),
  ];
  const lines = statusLines(views, { ...LOOK, width: 80 });
  assertEquals(lines, [
    "NAME                 STATE      PID  UPTIME  RESTARTS  MEMORY  LAST EXIT",
    "consumer:consumer_0  RUNNING  18838     53s         0    67MB  -",
    "consumer:consumer_1  STOPPED      -       -         0       -  waits for broker…",
  ]);
});

Deno.test("statusLines() shows hidden characters instead of obeying them", () => {
  const [, line = ""] = statusLines([processView("x\x1b[2J", { spawnError: "" })], LOOK);
  assertTrue(!line.includes("\x1b"), line);
});

const BAD_RUN = runView({ result: "failed", code: 1 });

const STATE_COLOURS = [
  [runningView("a"), "32"],
  [processView("a", { state: "BACKOFF" }), "33"],
  [processView("a", { state: "FATAL" }), "31"],
  [processView("a", { state: "STOPPED" }), "2"],
  [processView("a", { state: "EXITED", lastExit: endView(EARLIER) }), "31"],
  [processView("waits", { waitingFor: ["b: ready"] }), "33"],
  [processView("oneshot", { state: "EXITED", done: true }), "32"],
  [processView("spare", { spare: true, lastExit: endView(EARLIER) }), "2"],
  [processView("job", { state: "EXITED", job: jobView(), lastExit: endView(EARLIER) }), "2"],
  [processView("job", { state: "EXITED", job: jobView({ last: BAD_RUN }) }), "31"],
  [processView("a", { state: "EXITED", lastExit: endView(EARLIER, { planned: true }) }), "2"],
] as const;

for (const [view, code] of STATE_COLOURS) {
  const end = view.lastExit === null ? "" : view.lastExit.planned ? ", expected" : ", unexpected";
  Deno.test(`statusLines() shows ${view.state}${end} of ${view.shown} in its colour, ${code}`, () => {
    const [, line = ""] = statusLines([view], { ...LOOK, paint: coloured });
    assertTrue(line.includes(`\x1b[${code}m${view.state}`), line);
  });
}

const WHYS = [
  [processView("a"), "-"],
  [runningView("a", { lastExit: endView(EARLIER) }), "exit status 1 3m30s ago"],
  [processView("a", { state: "FATAL", spawnError: "can't find 'x'" }), "can't find 'x'"],
  [processView("a", { state: "FATAL", lastExit: endView(EARLIER) }), "exit status 1 3m30s ago"],
  [
    runningView("a", { healthFault: "no answer", lastExit: endView(EARLIER) }),
    "health: no answer",
  ],
  [processView("a", { state: "FATAL" }), "-"],
  [processView("a", { state: "BACKOFF", retryIn: 2.7 }), "next try in 2s"],
  [
    processView("a", { waitingFor: ["db: ready", "migrate: done"] }),
    "waits for db: ready, migrate: done",
  ],
  [processView("a", { spare: true, lastExit: endView(EARLIER) }), "stands by"],
  [processView("a", { state: "EXITED", done: true, lastExit: endView(EARLIER) }), "done 3m30s ago"],
  [
    processView("a", { state: "STARTING", description: "waiting for tcp:80" }),
    "waiting for tcp:80",
  ],
  [
    processView("a", { state: "BACKOFF", retryIn: 2, lastExit: endView(EARLIER) }),
    "next try in 2s: exit status 1",
  ],
] as const;

for (const [view, text] of WHYS) {
  Deno.test(`lastExitText() says "${text}" of ${view.state}`, () => {
    assertEquals(lastExitText(view, NOW), text);
  });
}

Deno.test("formatAge() and formatPercent() stay short", () => {
  const ages = [-1, 0, 59.9, 60, 3599, 3600, 86_399, 86_400, 100 * 86_400].map(formatAge);
  assertEquals(ages, [
    "0s",
    "0s",
    "59s",
    "1m00s",
    "59m59s",
    "1h00m",
    "23h59m",
    "1d00h",
    "100d00h",
  ]);
  assertEquals([0, 0.04, 9.94, 9.95, 250.4].map(formatPercent), [
    "0.0%",
    "0.0%",
    "9.9%",
    "10%",
    "250%",
  ]);
});

Deno.test("driftLines() says how a pool differs from its manifest", () => {
  assertEquals(driftLines([{ program: "web", running: 1, manifest: 3 }]), [
    "web has 1 process, its manifest says 3",
  ]);
});
