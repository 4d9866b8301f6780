// The words of the runner's own log: the ones people grep for.
import type { Fact } from "../../src/core/events.ts";
import { logLine } from "../../src/core/log_lines.ts";
import { assertEquals } from "../support/assert.ts";

const id = "shop:web_00";
const killed = { kind: "signal", signal: 9, coreDumped: false } as const;
const dumped = { kind: "signal", signal: 11, coreDumped: true } as const;
const code = (value: number) => ({ kind: "code", code: value }) as const;
const MB = 1024 * 1024;
const NO_GROUPS = { groupsAdded: [], groupsRemoved: [], alerts: [] } as const;

const ROWS: readonly (readonly [Fact, string])[] = [
  [{ kind: "spawned", id, pid: 7, run: 1 }, "info spawned: 'web_00' with pid 7"],
  [{ kind: "spawn-error", id, reason: "why" }, "warn spawnerr: web_00: why"],
  [
    { kind: "running", id, startSeconds: 1_000 },
    "info success: web_00 entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)",
  ],
  [
    { kind: "exited", id, exit: code(3), expected: false, uptime: 1, restartIn: null },
    "warn exited: web_00 (exit status 3; not expected)",
  ],
  [
    { kind: "exited", id, exit: code(0), expected: true, uptime: 1, restartIn: 0 },
    "info exited: web_00 (exit status 0; expected)",
  ],
  [
    { kind: "exited", id, exit: killed, expected: false, uptime: 1, restartIn: 2_000 },
    "warn exited: web_00 (terminated by SIGKILL; not expected); again in 2s",
  ],
  [
    { kind: "exited", id, exit: dumped, expected: false, uptime: 1, restartIn: null },
    "warn exited: web_00 (terminated by SIGSEGV (core dumped); not expected)",
  ],
  [
    { kind: "gave-up", id, reason: "too many start retries too quickly" },
    "warn gave up: web_00 entered FATAL state, too many start retries too quickly",
  ],
  [{ kind: "killing", id, pid: 7 }, "warn killing 'web_00' (7) with SIGKILL"],
  [{ kind: "stopped", id, exit: code(0), killed: false }, "info stopped: web_00 (exit status 0)"],
  [
    { kind: "stopping", id, cause: "max-age", signal: 15 },
    "info stopping: web_00 with SIGTERM (max_age)",
  ],
  [
    { kind: "over-cap", id, bytes: 300 * MB, cap: 200 * MB, action: "restart" },
    "warn memory: web_00 and its descendants use 300MB, over max_memory 200MB: restart",
  ],
  [{ kind: "max-jobs", id, jobs: 500 }, "info max_jobs: web_00 has done 500 jobs"],
  [
    { kind: "changed", ids: [id, "b:b"], file: "/a.ts", more: 2 },
    "info watch: /a.ts and 2 more: web_00, b to be restarted",
  ],
  [
    { kind: "changed", ids: [id], file: "/a.ts", more: 0 },
    "info watch: /a.ts: web_00 to be restarted",
  ],
  [
    { kind: "spare", id, spare: "b:b", step: "called", cause: "max-age" },
    "info spare: b is to take over from web_00 (max_age)",
  ],
  [
    { kind: "spare", id, spare: "b:b", step: "took-over", cause: "max-age" },
    "info spare: b has taken over from web_00, which stands by",
  ],
  [
    { kind: "spare", id, spare: "b:b", step: "failed", cause: "max-age" },
    "warn spare: b did not come up: web_00 is left as it is",
  ],
  [{ kind: "ready", id, run: 1, after: 1_234.6 }, "info ready: web_00 after 1s235ms"],
  [
    { kind: "unwell", id, run: 1, cause: "silence", detail: "no output for 10m" },
    "warn unwell: web_00: no output for 10m (silence)",
  ],
  [
    { kind: "stopping", id, cause: "not-ready", signal: 15 },
    "info stopping: web_00 with SIGTERM (not-ready)",
  ],
  [{ kind: "waiting", ids: [id, "b:b"] }, "info waiting for web_00, b to die"],
  [
    { kind: "shutdown", step: "graceful", why: "received SIGTERM" },
    "info stopping everything: received SIGTERM",
  ],
  [
    { kind: "shutdown", step: "forced", why: "received SIGTERM" },
    "warn killing everything that is left: received SIGTERM",
  ],
  [{ kind: "down", status: 0, killed: [] }, "info everything has stopped"],
  [
    { kind: "down", status: 0, killed: [id] },
    "warn everything has stopped; had to be killed: web_00",
  ],
  [
    { kind: "updated", added: [], removed: [], restarted: [], adjusted: [], ...NO_GROUPS },
    "info update: nothing has changed",
  ],
  [
    {
      kind: "updated",
      added: ["a:a"],
      removed: [],
      restarted: ["b:b"],
      adjusted: ["c:c", "d:d"],
      ...NO_GROUPS,
    },
    "info update: added a:a; restarted b:b; adjusted c:c, d:d",
  ],
  [
    {
      ...{ kind: "updated", added: [], removed: [], restarted: [], adjusted: [], ...NO_GROUPS },
      alerts: ["ops", "night"],
    },
    "info update: changed alert:ops, alert:night",
  ],
];

for (const [fact, wanted] of ROWS) {
  Deno.test(`logLine() says: ${wanted}`, () => {
    const line = logLine(fact);
    assertEquals(line === null ? null : `${line.level} ${line.text}`, wanted);
  });
}

Deno.test("logLine() leaves state changes, and stops that were asked for, to others", () => {
  const state = {
    kind: "state",
    id,
    from: "STOPPED",
    to: "STARTING",
    pid: null,
    run: 1,
    tries: 0,
  } as const;
  assertEquals(logLine({ ...state, expected: false }), null);
  assertEquals(logLine({ kind: "stopping", id, cause: "command", signal: 15 }), null);
});
