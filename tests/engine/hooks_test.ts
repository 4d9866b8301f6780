// Hooks on fakes: their order for one process, what a start waits for, and what a failure means.
import type { Fact, ProcessEvent } from "../../src/core/events.ts";
import { Hooks } from "../../src/engine/hooks.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { type HookName, type HookPlan, PLAIN_WORK } from "../../src/manifest/plan_work.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { FakeErrands } from "../support/fake_errands.ts";
import { processPlan } from "../support/plans.ts";

const HOOK: HookPlan = { command: ["/bin/hook", "-x"], timeout: 5_000, onFailure: "fail" };
const ALL = { preStart: HOOK, postStart: HOOK, preStop: HOOK, postExit: HOOK };

function rig(hooks: Partial<ProcessPlan["hooks"]> = ALL) {
  const errands = new FakeErrands();
  const facts: Fact[] = [];
  const told: (readonly [string, ProcessEvent["kind"]])[] = [];
  const made = new Hooks({
    errands,
    report: (fact) => facts.push(fact),
    tell: (id, { kind }) => told.push([id, kind]),
  });
  const plan = processPlan("web", { hooks: { ...PLAIN_WORK.hooks, ...hooks } });
  const starts: (string | null)[] = [];
  const start = (run: number) => made.before(plan, run, (fault) => starts.push(fault));
  const run = (hook: HookName, number = 1) =>
    made.run({ kind: "hook", id: plan.id, run: number, hook, plan, environment: { A: "1" } });
  return { hooks: made, errands, facts, told, plan, starts, start, run };
}

Deno.test("Hooks starts at once what has no pre_start, even with other hooks", () => {
  const { start, starts, errands } = rig({ postStart: HOOK });
  start(1);
  assertEquals([starts, errands.names], [[null], []]);
});

Deno.test("Hooks starts the child after pre_start, which is run like the program", () => {
  const { start, starts, errands, plan, facts } = rig();
  start(1);
  assertEquals([starts, errands.open], [[], ["pre_start of web:web"]]);
  const { command, like, timeout, stdin, environment } = errands.first;
  assertEquals([command, timeout, stdin], [["/bin/hook", "-x"], 5_000, null]);
  assertTrue(like === plan, "it is like the program");
  assertEquals([environment["RUNNER_EVENT"], environment["RUNNER_RUN"]], ["pre_start", "1"]);
  errands.end({ output: "fine" });
  assertEquals(starts, [null]);
  assertEquals(facts, [
    { kind: "hook", id: "web:web", hook: "pre_start", outcome: "done", detail: "", said: "fine" },
  ]);
});

const POLICIES: readonly (readonly [HookPlan["onFailure"], string | null, string])[] = [
  ["fail", "pre_start failed: exit status 3", "failed"],
  ["warn", null, "failed"],
  ["ignore", null, "ignored"],
];

for (const [onFailure, fault, outcome] of POLICIES) {
  Deno.test(`Hooks takes a failed pre_start as hook_failure = ${onFailure} says`, () => {
    const { start, starts, errands, facts } = rig({ preStart: { ...HOOK, onFailure } });
    start(1);
    errands.end({ code: 3, output: "no disk" });
    assertEquals(starts, [fault]);
    assertEquals(facts.map((fact) => fact.kind === "hook" && fact.outcome), [outcome]);
  });
}

Deno.test("Hooks takes back a start that waits, ends its pre_start, and says so", () => {
  const { hooks, start, starts, errands, told, facts } = rig();
  start(1);
  hooks.takeBack("web:web", 2);
  assertEquals([told, errands.open.length], [[], 1]);
  hooks.takeBack("web:web", 1);
  assertEquals([told, errands.open, starts], [[["web:web", "unspawned"]], [], []]);
  assertEquals(facts, []);
  start(2);
  errands.end();
  assertEquals(starts, [null]);
});

Deno.test("Hooks does not take back what has been started", () => {
  const { hooks, start, errands, told } = rig();
  start(1);
  errands.end();
  hooks.takeBack("web:web", 1);
  assertEquals(told, []);
});

Deno.test("Hooks lets the next start wait for pre_stop and post_exit of the run before", () => {
  const { start, starts, run, errands, told } = rig();
  run("preStop");
  run("postExit");
  start(2);
  assertEquals(errands.open, ["pre_stop of web:web"]);
  errands.end({ code: 1 });
  assertEquals(told, [["web:web", "hook-done"]]);
  assertEquals(errands.open, ["post_exit of web:web"]);
  errands.end();
  assertEquals([errands.open, starts], [["pre_start of web:web"], []]);
  errands.end();
  assertEquals(starts, [null]);
});

Deno.test("Hooks lets a start without pre_start wait for post_exit, too, and takes it back", () => {
  const { hooks, start, starts, run, errands, told } = rig({ postExit: HOOK });
  run("postExit");
  start(2);
  assertEquals(starts, []);
  hooks.takeBack("web:web", 2);
  assertEquals(told, [["web:web", "unspawned"]]);
  errands.end();
  assertEquals([starts, errands.open], [[], []]);
});

Deno.test("Hooks ends post_start when the process is stopped or has ended", () => {
  for (const next of ["preStop", "postExit"] as const) {
    const { run, errands } = rig();
    run("postStart");
    run(next);
    assertEquals(errands.open.length, 1);
    assertTrue(!errands.open[0]?.startsWith("post_start"), "post_start is over");
  }
});

Deno.test("Hooks of different processes do not wait for each other", () => {
  const { hooks, start, errands } = rig();
  start(1);
  const other = processPlan("api", { hooks: ALL });
  hooks.before(other, 1, () => {});
  assertEquals(errands.open, ["pre_start of web:web", "pre_start of api:api"]);
});

Deno.test("Hooks is idle when the last one has ended, and when it is disposed", async () => {
  const { hooks, run, errands } = rig();
  await hooks.whenIdle();
  run("postExit");
  let isIdle = false;
  const idle = hooks.whenIdle().then(() => isIdle = true);
  await Promise.resolve();
  assertEquals(isIdle, false);
  errands.end();
  await idle;
  run("postExit");
  const disposed = hooks.whenIdle();
  hooks[Symbol.dispose]();
  await disposed;
  assertEquals(errands.open, []);
});
