// From facts to news: what is worth telling, once.
import {
  type News,
  type NewsMemory,
  NO_MEMORY,
  noteFact,
  subjectOf,
} from "../../src/core/alert_news.ts";
import { type Flaps, noteFlap } from "../../src/core/alert_flapping.ts";
import type { Fact } from "../../src/core/events.ts";
import type { Exit } from "../../src/base/exit.ts";
import { assertEquals } from "../support/assert.ts";
import { WEB } from "../support/alerts.ts";
import { processPlan } from "../support/plans.ts";

const ID = WEB.id;

/** All news of some facts, a second apart. */
function told(facts: readonly Fact[], subject = WEB): readonly News[] {
  let memory: NewsMemory = NO_MEMORY;
  return facts.flatMap((fact, index) => {
    const about = "id" in fact ? subject : null;
    const step = noteFact(memory, { fact, at: index * 1_000, subject: about });
    memory = step.memory;
    return step.news;
  });
}

function events(facts: readonly Fact[], subject = WEB): readonly string[] {
  return told(facts, subject).map(({ event }) => event);
}

function exited(exit: Exit, expected = false): Fact {
  return { kind: "exited", id: ID, exit, expected, uptime: 2_000, restartIn: 0 };
}

const CRASH = exited({ kind: "code", code: 3 });
const SHOT = exited({ kind: "signal", signal: 9, coreDumped: false });
const RUNNING: Fact = { kind: "running", id: ID, startSeconds: 1_000 };
const KILLING: Fact = { kind: "killing", id: ID, pid: 9 };
const STOPPED: Fact = { kind: "stopped", id: ID, exit: { kind: "code", code: 0 }, killed: false };
const GAVE_UP: Fact = { kind: "gave-up", id: ID, reason: "too many" };
const FAILED: Fact = { kind: "spawn-error", id: ID, reason: "no such command" };
const FAILED_HOOK: Fact = {
  kind: "hook",
  id: ID,
  hook: "pre_start",
  outcome: "failed",
  detail: "exit status 1",
  said: "the password is hunter2",
};
const SHUTDOWN: Fact = { kind: "shutdown", step: "graceful", why: "received SIGTERM" };
const DOWN: Fact = { kind: "down", status: 0, killed: [] };

const CASES: readonly (readonly [string, readonly Fact[], readonly string[]])[] = [
  ["an outage, told of once", [CRASH, CRASH, GAVE_UP], ["exit", "down", "exit", "fatal"]],
  ["the end of an outage", [CRASH, RUNNING, RUNNING], ["exit", "down", "recovered"]],
  ["the next outage", [CRASH, RUNNING, CRASH], ["exit", "down", "recovered", "exit", "down"]],
  ["a start that failed", [FAILED, FAILED, RUNNING], [
    "start-failed",
    "down",
    "start-failed",
    "recovered",
  ]],
  ["nothing of an expected end", [exited({ kind: "code", code: 0 }, true), RUNNING], []],
  ["nothing of a first start", [RUNNING], []],
  ["nothing of a stop that ends an outage", [CRASH, STOPPED, RUNNING], ["exit", "down"]],
  ["an expected end as the end of an outage", [
    CRASH,
    exited({ kind: "code", code: 0 }, true),
    RUNNING,
  ], ["exit", "down"]],
  ["SIGKILL from outside", [SHOT], ["exit", "oom", "down"]],
  ["no want of memory when the runner has killed it", [KILLING, SHOT], ["exit", "down"]],
  ["want of memory after an older kill", [KILLING, STOPPED, SHOT], ["exit", "oom", "down"]],
  ["over max_memory", [{ kind: "over-cap", id: ID, bytes: 2, cap: 1, action: "restart" }], [
    "memory",
  ]],
  ["a failed hook", [FAILED_HOOK], ["hook-failed"]],
  ["nothing of a hook that is done", [{ ...FAILED_HOOK, outcome: "done" }], []],
  ["a process of no use", [
    { kind: "unwell", id: ID, run: 1, cause: "health", detail: "no answer" },
  ], ["unhealthy"]],
  ["the end of the runner", [SHUTDOWN, DOWN], ["runner-stop"]],
];

for (const [what, facts, wanted] of CASES) {
  Deno.test(`noteFact() tells of ${what}`, () => assertEquals(events(facts), wanted));
}

Deno.test("noteFact() passes on nothing of what a hook has said", () => {
  const [news] = told([FAILED_HOOK]);
  assertEquals(news?.text, "web has a failed pre_start: exit status 1");
  assertEquals(JSON.stringify(news).includes("hunter2"), false);
});

Deno.test("noteFact() does not call it an outage when a job fails", () => {
  const job = subjectOf(processPlan("web", {
    schedule: {
      expression: "@daily",
      timeZone: null,
      overlap: "skip",
      timeout: null,
      jitter: 0,
      retries: 0,
      retryDelay: 0,
      catchUp: "none",
      history: 1,
    },
  }));
  assertEquals(events([CRASH, RUNNING], job), ["exit"]);
});

Deno.test("noteFact() tells of a job that has failed for good, and of missed runs", () => {
  const ended = {
    kind: "job",
    id: ID,
    job: "web:web",
    step: "failed",
    result: "failed",
    why: "schedule",
    attempt: 2,
    exit: { kind: "code", code: 1 },
    duration: 1_500,
    retryIn: null,
    reason: "exit status 1",
  } as const;
  assertEquals(events([{ ...ended, retryIn: 10_000 }, ended]), ["job-failed"]);
  const missed = {
    kind: "job",
    id: ID,
    job: "web:web",
    step: "missed",
    planned: 0,
    count: 3,
  } as const;
  assertEquals(told([missed]).map(({ event, text }) => [event, text]), [
    ["job-missed", "web has missed 3 runs"],
  ]);
});

Deno.test("noteFact() says it in words, and with particulars", () => {
  const [exit, , recovered] = told([CRASH, RUNNING]);
  assertEquals(exit?.text, "web has ended unexpectedly: exit status 3, after 2s");
  assertEquals(exit?.detail, { code: 3, signal: null, uptime: 2, restarts: true });
  assertEquals(recovered?.text, "web is up again, after 1s");
  const [, down] = told([FAILED]);
  assertEquals(down?.text, "web is down: it did not start: no such command");
  const [stop] = told([SHUTDOWN, DOWN]);
  assertEquals(stop?.text, "the runner has stopped everything: received SIGTERM");
});

Deno.test("noteFlap() tells once that a process flaps, and again after it has been quiet", () => {
  const rule = { ends: 3, within: 10_000 };
  let flaps: Flaps = new Map();
  const at = (time: number): boolean => {
    const step = noteFlap(flaps, { id: ID, at: time }, rule);
    flaps = step.flaps;
    return step.begins;
  };
  const times = [0, 1_000, 2_000, 3_000, 4_000];
  assertEquals(times.map(at), [false, false, true, false, false]);
  // Ends that go on slowly are no flapping, and no quiet either.
  assertEquals([13_000, 22_000].map(at), [false, false]);
  assertEquals([40_000, 41_000, 42_000].map(at), [false, false, true]);
});

Deno.test("noteFlap() does not add up ends that lie far apart, or of different processes", () => {
  const rule = { ends: 2, within: 1_000 };
  const one = noteFlap(new Map(), { id: "a", at: 0 }, rule);
  const other = noteFlap(one.flaps, { id: "b", at: 1 }, rule);
  const late = noteFlap(other.flaps, { id: "a", at: 1_000 }, rule);
  assertEquals([one.begins, other.begins, late.begins], [false, false, false]);
});
