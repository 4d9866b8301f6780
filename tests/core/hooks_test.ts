// Hooks in the core: when they are due, what they are told, and what waits for them.
import { hookFact, hookFault } from "../../src/core/hook_outcome.ts";
import type { HookName, HookPlan, HooksPlan } from "../../src/manifest/plan_work.ts";
import { PLAIN_WORK } from "../../src/manifest/plan_work.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { planOf, processPlan, STOP, SUPERVISORD } from "../support/plans.ts";
import { PoolWorld, type WorldOptions } from "../support/pool_world.ts";

const HOOK: HookPlan = { command: ["/bin/hook"], timeout: 5_000, onFailure: "fail" };
const ID = "web:web";

function hooks(...names: HookName[]): HooksPlan {
  return { ...PLAIN_WORK.hooks, ...Object.fromEntries(names.map((name) => [name, HOOK])) };
}

function world(own: Partial<ProcessPlan>, options: WorldOptions = {}): PoolWorld {
  const made = new PoolWorld(planOf([processPlan("web", own)]), options);
  made.post({ kind: "boot" });
  return made;
}

function names(made: PoolWorld): readonly string[] {
  return made.hooks.map(({ hook, run }) => `${hook} ${run}`);
}

function told(made: PoolWorld): Readonly<Record<string, string>> {
  return made.hooks.at(-1)?.environment ?? {};
}

const STOP_WEB = { kind: "command", command: { kind: "stop", ids: [ID] } } as const;
const KILL_WEB = { kind: "command", command: { kind: "kill", ids: [ID] } } as const;
const RESTART_WEB = { kind: "command", command: { kind: "restart", ids: [ID] } } as const;

Deno.test("post_start is due when the process has become RUNNING, and not before", () => {
  const made = world({ hooks: hooks("postStart") });
  made.pass(999);
  assertEquals(names(made), []);
  made.pass(1);
  assertEquals(names(made), ["postStart 1"]);
  assertEquals(told(made), {
    RUNNER_EVENT: "post_start",
    RUNNER_PROGRAM: "web",
    RUNNER_PROCESS: "web",
    RUNNER_GROUP: "web",
    RUNNER_INSTANCE: "0",
    RUNNER_RUN: "1",
    RUNNER_PID: "100",
  });
});

Deno.test("post_exit is told how a child ended that nobody had asked to end", () => {
  const made = world({ hooks: hooks("postExit") });
  made.pass(2_500);
  made.exitWith(ID, 3);
  assertEquals(names(made), ["postExit 1"]);
  const { RUNNER_EXIT_CODE, RUNNER_SIGNAL, RUNNER_EXPECTED, RUNNER_UPTIME, RUNNER_PID } = told(
    made,
  );
  assertEquals([RUNNER_EXIT_CODE, RUNNER_SIGNAL, RUNNER_EXPECTED], ["3", "", "false"]);
  assertEquals([RUNNER_UPTIME, RUNNER_PID], ["2.500", "100"]);
});

Deno.test("post_exit is due after an early end, an expected one, and a stop, too", () => {
  const made = world({ hooks: hooks("postExit") });
  made.end(ID, { kind: "signal", signal: 11, coreDumped: false });
  assertEquals([told(made)["RUNNER_SIGNAL"], told(made)["RUNNER_EXIT_CODE"]], ["SIGSEGV", ""]);
  made.pass(10_000);
  made.exitWith(ID, 0);
  assertEquals([told(made)["RUNNER_EXPECTED"], told(made)["RUNNER_REASON"]], ["true", ""]);
  made.post({ kind: "command", command: { kind: "start", ids: [ID] } });
  made.post(STOP_WEB);
  made.exitWith(ID, 0);
  assertEquals([told(made)["RUNNER_EXPECTED"], told(made)["RUNNER_REASON"]], ["true", "command"]);
  assertEquals(names(made), ["postExit 1", "postExit 2", "postExit 3"]);
});

Deno.test("pre_stop comes before the first signal, which waits for its end", () => {
  const made = world({ hooks: hooks("preStop") });
  made.pass(1_000);
  made.post(STOP_WEB);
  assertEquals([names(made), made.signals, made.stateOf(ID)], [["preStop 1"], [], "STOPPING"]);
  assertEquals([told(made)["RUNNER_PID"], told(made)["RUNNER_REASON"]], ["100", "command"]);
  made.pass(2_000);
  made.tell(ID, { kind: "hook-done", run: 1 });
  assertEquals(made.signals, [{ id: ID, signal: 15, at: 3_000 }]);
  // The wait for SIGKILL counts from the signal.
  made.pass(9_999);
  assertEquals(made.signals.length, 1);
  made.pass(1);
  assertEquals(made.signals[1], { id: ID, signal: 9, at: 13_000 });
});

Deno.test("pre_stop that never answers is not waited for longer than hook_timeout", () => {
  const made = world({ hooks: hooks("preStop") });
  made.pass(1_000);
  made.post(STOP_WEB);
  made.pass(5_000);
  assertEquals(made.signals, [{ id: ID, signal: 15, at: 6_000 }]);
  made.tell(ID, { kind: "hook-done", run: 1 });
  assertEquals(made.signals.length, 1);
});

Deno.test("pre_stop of an older run, or one that comes twice, sends nothing", () => {
  const made = world({ hooks: hooks("preStop") });
  made.pass(1_000);
  made.tell(ID, { kind: "hook-done", run: 1 });
  made.post(STOP_WEB);
  made.tell(ID, { kind: "hook-done", run: 7 });
  assertEquals(made.signals, []);
  made.tell(ID, { kind: "hook-done", run: 1 });
  made.tell(ID, { kind: "hook-done", run: 1 });
  assertEquals(made.signals.length, 1);
});

Deno.test("pre_stop is for what is RUNNING: a STARTING process gets its signal at once", () => {
  const made = world({ hooks: hooks("preStop") });
  made.post(STOP_WEB);
  assertEquals([names(made), made.signals.length], [[], 1]);
});

Deno.test("pre_stop does not hold up a kill, nor the deadline of the shutdown", () => {
  const killed = world({ hooks: hooks("preStop") });
  killed.pass(1_000);
  killed.post(KILL_WEB);
  assertEquals(killed.signals.map(({ signal }) => signal), [9]);
  const slow = { ...HOOK, timeout: 60_000 };
  const made = world({ hooks: { ...PLAIN_WORK.hooks, preStop: slow } }, { shutdownTimeout: 4_000 });
  made.pass(1_000);
  made.post({ kind: "command", command: { kind: "shutdown", why: "test" } });
  made.pass(4_000);
  assertEquals(made.signals, [{ id: ID, signal: 9, at: 5_000 }]);
});

Deno.test("pre_stop is followed by SIGKILL when that is the first stop signal", () => {
  const stop = { ...STOP, steps: [{ signal: 9, wait: 1_000 }] };
  const made = world({ hooks: hooks("preStop"), stop });
  made.pass(1_000);
  made.post(STOP_WEB);
  assertEquals(made.signals, []);
  made.tell(ID, { kind: "hook-done", run: 1 });
  assertEquals(made.signals.map(({ signal }) => signal), [9]);
  assertTrue(made.facts.some(({ kind }) => kind === "killing"), "it is told");
});

Deno.test("an end during pre_stop is the end of the stop", () => {
  const made = world({ hooks: hooks("preStop", "postExit") });
  made.pass(1_000);
  made.post(STOP_WEB);
  made.exitWith(ID, 0);
  assertEquals(made.stateOf(ID), "STOPPED");
  assertEquals(names(made), ["preStop 1", "postExit 1"]);
});

Deno.test("startsecs count from the child, however long pre_start took", () => {
  const made = world({ hooks: hooks("preStart") }, { answersAtOnce: false });
  made.pass(20_000);
  assertEquals(made.stateOf(ID), "STARTING");
  made.answerSpawns();
  made.pass(999);
  assertEquals(made.stateOf(ID), "STARTING");
  made.pass(1);
  assertEquals(made.stateOf(ID), "RUNNING");
  made.exitWith(ID, 1);
  assertEquals(made.pool.processes.get(ID)?.lastEnd?.uptime, 1_000);
});

Deno.test("a stop takes back a start that waits for pre_start", () => {
  const made = world({ hooks: hooks("preStart") }, { answersAtOnce: false });
  made.post(STOP_WEB);
  assertEquals([made.stateOf(ID), made.runs(ID)], ["STOPPED", 1]);
  made.answerSpawns();
  assertEquals(made.children.size, 0);
});

Deno.test("a restart, and a kill, take back a start that waits, too", () => {
  const again = world({ hooks: hooks("preStart") }, { answersAtOnce: false });
  again.post(RESTART_WEB);
  assertEquals([again.stateOf(ID), again.runs(ID)], ["STARTING", 2]);
  again.answerSpawns();
  assertEquals(again.childOf(ID)?.run, 2);
  const killed = world({ hooks: hooks("preStart") }, { answersAtOnce: false });
  killed.post(KILL_WEB);
  assertEquals(killed.stateOf(ID), "STOPPED");
});

Deno.test("a failed pre_start is a failed start, tried again as the plan says", () => {
  const restart = { ...SUPERVISORD, startRetries: 1 };
  const made = world({ hooks: hooks("preStart"), restart }, { answersAtOnce: false });
  made.tell(ID, { kind: "spawn-failed", run: 1, reason: "pre_start failed: exit status 1" });
  assertEquals(made.stateOf(ID), "BACKOFF");
  made.pass(1_000);
  made.tell(ID, { kind: "spawn-failed", run: 2, reason: "pre_start failed: exit status 1" });
  assertEquals(made.stateOf(ID), "FATAL");
  assertEquals(made.pool.processes.get(ID)?.spawnError, "pre_start failed: exit status 1");
});

Deno.test("a process without hooks orders none", () => {
  const made = world({});
  made.pass(1_000);
  made.post(STOP_WEB);
  made.exitWith(ID, 0);
  assertEquals([made.hooks, made.signals.length], [[], 1]);
});

const ENDS: readonly (readonly [Parameters<typeof hookFault>[0], string | null])[] = [
  [{ exit: { kind: "code", code: 0 }, timedOut: false, fault: null, output: "" }, null],
  [{ exit: { kind: "code", code: 2 }, timedOut: false, fault: null, output: "" }, "exit status 2"],
  [{ exit: null, timedOut: true, fault: null, output: "" }, "took longer than 5s"],
  [{ exit: null, timedOut: false, fault: "no such command", output: "" }, "no such command"],
  [
    {
      exit: { kind: "signal", signal: 9, coreDumped: false },
      timedOut: false,
      fault: null,
      output: "",
    },
    "terminated by SIGKILL",
  ],
  [{ exit: { kind: "lost" }, timedOut: false, fault: null, output: "" }, "exit status unknown"],
];

for (const [end, fault] of ENDS) {
  Deno.test(`hookFault() gives ${fault}`, () => assertEquals(hookFault(end, HOOK), fault));
}

Deno.test("hookFact() tells the last lines of the output, and ignores what is to be ignored", () => {
  const end = { exit: { kind: "code", code: 1 }, timedOut: false, fault: null } as const;
  const output = "1\n2\n\n3\n4\n5\n6";
  const fact = hookFact(ID, "preStart", { end: { ...end, output }, plan: HOOK });
  assertEquals(fact, {
    kind: "hook",
    id: ID,
    hook: "pre_start",
    outcome: "failed",
    detail: "exit status 1",
    said: "2 | 3 | 4 | 5 | 6",
  });
  const ignored = { ...HOOK, onFailure: "ignore" } as const;
  assertEquals(
    hookFact(ID, "preStop", { end: { ...end, output: "" }, plan: ignored }).outcome,
    "ignored",
  );
});
