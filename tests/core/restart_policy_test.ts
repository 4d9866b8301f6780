// The restart policy by tables, and its bounds by properties.
import fc from "fast-check";
import type { Exit } from "../../src/base/exit.ts";
import {
  backoffDelay,
  judgeEnd,
  judgeFailedStart,
  type Verdict,
} from "../../src/core/restart_policy.ts";
import type { ExitRule, RestartPlan } from "../../src/manifest/plan.ts";
import { newProcess, type Tally } from "../../src/core/process_state.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { OURS, processPlan, SUPERVISORD } from "../support/plans.ts";

const FRESH: Tally = newProcess(processPlan("web")).tally;

function code(value: number): Exit {
  return { kind: "code", code: value };
}

const KILLED: Exit = { kind: "signal", signal: 9, coreDumped: false };
const TERMED: Exit = { kind: "signal", signal: 15, coreDumped: false };

interface Row {
  readonly name: string;
  readonly restart: RestartPlan;
  readonly exit: Exit;
  readonly uptime: number;
  readonly verdict: Verdict;
}

const after5s = 5_000;
const early = 200;
const always: RestartPlan = { ...SUPERVISORD, autorestart: "always" };
const never: RestartPlan = { ...SUPERVISORD, autorestart: "never" };

const ROWS: readonly Row[] = [
  {
    name: "expected exit under unexpected stays down",
    restart: SUPERVISORD,
    exit: code(0),
    uptime: after5s,
    verdict: { kind: "exited", expected: true },
  },
  {
    name: "unexpected exit is restarted at once",
    restart: SUPERVISORD,
    exit: code(1),
    uptime: after5s,
    verdict: { kind: "restart", delay: 0, expected: false },
  },
  {
    name: "death by signal is unexpected",
    restart: SUPERVISORD,
    exit: TERMED,
    uptime: after5s,
    verdict: { kind: "restart", delay: 0, expected: false },
  },
  {
    name: "143 in exitcodes never matches SIGTERM",
    restart: { ...SUPERVISORD, exitCodes: [143, 15] },
    exit: TERMED,
    uptime: after5s,
    verdict: { kind: "restart", delay: 0, expected: false },
  },
  {
    name: "always restarts an expected exit",
    restart: always,
    exit: code(0),
    uptime: after5s,
    verdict: { kind: "restart", delay: 0, expected: true },
  },
  {
    name: "never stays down, unexpected",
    restart: never,
    exit: code(1),
    uptime: after5s,
    verdict: { kind: "exited", expected: false },
  },
  {
    name: "supervisord: an early exit fails the start whatever its code",
    restart: SUPERVISORD,
    exit: code(0),
    uptime: early,
    verdict: { kind: "retry", delay: 1_000 },
  },
  {
    name: "supervisord: even autorestart=false retries an early exit",
    restart: never,
    exit: code(0),
    uptime: early,
    verdict: { kind: "retry", delay: 1_000 },
  },
  {
    name: "ours: an early expected exit is an exit",
    restart: OURS,
    exit: code(0),
    uptime: early,
    verdict: { kind: "exited", expected: true },
  },
  {
    name: "ours: an early crash is a failed start",
    restart: OURS,
    exit: code(1),
    uptime: early,
    verdict: { kind: "retry", delay: 500 },
  },
  {
    name: "ours: autorestart=never is honoured from the first millisecond",
    restart: { ...OURS, autorestart: "never" },
    exit: code(1),
    uptime: early,
    verdict: { kind: "exited", expected: false },
  },
  {
    name: "restart_delay holds for the first restart",
    restart: { ...OURS, restartDelay: 2_000 },
    exit: code(1),
    uptime: after5s,
    verdict: { kind: "restart", delay: 2_000, expected: false },
  },
];

for (const row of ROWS) {
  Deno.test(`judgeEnd() ${row.name}`, () => {
    const end = { exit: row.exit, uptime: row.uptime, early: row.uptime < 1_000 };
    assertEquals(judgeEnd(row.restart, end, FRESH, 0.5).verdict, row.verdict);
  });
}

const RULES: readonly ExitRule[] = [
  { match: { kind: "codes", from: 12, to: 12 }, action: { kind: "restart", delay: 0 } },
  { match: { kind: "codes", from: 1, to: 9 }, action: { kind: "restart", delay: 30_000 } },
  { match: { kind: "codes", from: 64, to: 78 }, action: { kind: "fatal" } },
  { match: { kind: "signal", signal: 9 }, action: { kind: "shutdown", status: 3 } },
  { match: { kind: "any-signal" }, action: { kind: "restart", delay: 5_000 } },
  { match: { kind: "rest" }, action: { kind: "stop" } },
];

const RULE_ROWS: readonly (readonly [Exit, Verdict])[] = [
  [code(12), { kind: "restart", delay: 0, expected: true }],
  [code(1), { kind: "restart", delay: 30_000, expected: true }],
  [code(9), { kind: "restart", delay: 30_000, expected: true }],
  [code(70), { kind: "fatal", reason: "on_exit says fatal" }],
  [KILLED, { kind: "shutdown", status: 3, expected: true }],
  [TERMED, { kind: "restart", delay: 5_000, expected: true }],
  [code(0), { kind: "exited", expected: true }],
  [code(255), { kind: "exited", expected: true }],
];

for (const [exit, verdict] of RULE_ROWS) {
  Deno.test(`judgeEnd() follows on_exit for ${JSON.stringify(exit)}, early or late`, () => {
    const restart = { ...SUPERVISORD, onExit: RULES };
    for (const uptime of [1, after5s]) {
      const end = { exit, uptime, early: uptime < 1_000 };
      assertEquals(judgeEnd(restart, end, FRESH, 0.5).verdict, verdict);
    }
  });
}

Deno.test("judgeFailedStart() gives up after startRetries + 1 attempts", () => {
  let tally = FRESH;
  const delays: number[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    const { verdict, tally: next } = judgeFailedStart(SUPERVISORD, tally, 0.5);
    tally = next;
    if (verdict.kind === "retry") delays.push(verdict.delay);
  }
  assertEquals(delays, [1_000, 2_000, 3_000]);
  assertEquals(judgeFailedStart(SUPERVISORD, tally, 0.5).verdict.kind, "fatal");
});

Deno.test("judgeEnd() slows down a program that ends at once again and again", () => {
  const restart: RestartPlan = { ...always, startSeconds: 0 };
  const delays: number[] = [];
  let tally = FRESH;
  for (let life = 0; life < 8; life++) {
    const judged = judgeEnd(restart, { exit: code(0), uptime: 5, early: false }, tally, 0.5);
    tally = judged.tally;
    if (judged.verdict.kind === "restart") delays.push(judged.verdict.delay);
  }
  assertEquals(delays, [0, 100, 200, 400, 800, 1_000, 1_000, 1_000]);
});

Deno.test("judgeEnd() forgets quick ends after one life of a second", () => {
  const restart: RestartPlan = { ...always, startSeconds: 0 };
  const tally: Tally = { ...FRESH, quickEnds: 9 };
  const judged = judgeEnd(restart, { exit: code(0), uptime: 1_000, early: false }, tally, 0.5);
  assertEquals(judged.verdict, { kind: "restart", delay: 0, expected: true });
});

Deno.test("judgeEnd() grows the wait with repeated crashes and forgets them after reset_after", () => {
  const delays: number[] = [];
  let tally = FRESH;
  for (const uptime of [2_000, 2_000, 2_000, 2_000, 10_000, 2_000]) {
    const judged = judgeEnd(OURS, { exit: code(1), uptime, early: false }, tally, 0.5);
    tally = judged.tally;
    if (judged.verdict.kind === "restart") delays.push(judged.verdict.delay);
  }
  assertEquals(delays, [0, 500, 1_000, 2_000, 0, 500]);
});

Deno.test("judgeEnd() never counts an expected exit as a crash", () => {
  const restart: RestartPlan = { ...OURS, autorestart: "always" };
  const judged = judgeEnd(
    restart,
    { exit: code(0), uptime: 5_000, early: false },
    { ...FRESH, crashes: 7, failedStarts: 7 },
    0.5,
  );
  assertEquals([judged.tally.crashes, judged.tally.failedStarts], [0, 0]);
});

Deno.test("backoffDelay() is bounded, and monotonic without jitter", () => {
  const backoff = fc.record({
    kind: fc.constant("exponential" as const),
    initial: fc.integer({ min: 0, max: 60_000 }),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
    max: fc.integer({ min: 0, max: 600_000 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    resetAfter: fc.constant(10_000),
  });
  const failures = fc.integer({ min: 1, max: 2_000 });
  const lot = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  fc.assert(fc.property(backoff, failures, lot, (plan, count, drawn) => {
    const restart: RestartPlan = { ...OURS, backoff: plan };
    const delay = backoffDelay(restart, count, drawn);
    assertTrue(delay >= 0 && delay <= plan.max, `0 <= ${delay} <= ${plan.max}`);
    const still: RestartPlan = { ...OURS, backoff: { ...plan, jitter: 0 } };
    const next = backoffDelay(still, count + 1, drawn);
    assertTrue(next >= backoffDelay(still, count, drawn), "it grows, or stays");
  }));
});
