// The engine on fake ports: what the core orders is done, and what the host answers comes back to the core.
import type { Fact } from "../../src/core/events.ts";
import { newPool } from "../../src/core/pool.ts";
import { Engine, type EngineParts } from "../../src/engine/engine.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeErrands } from "../support/fake_errands.ts";
import { FakeClock, FakeHost } from "../support/fake_host.ts";
import { planOf, processPlan, SUPERVISORD } from "../support/plans.ts";

interface Rig {
  readonly engine: Engine;
  readonly clock: FakeClock;
  readonly host: FakeHost;
  readonly facts: Fact[];
  /** What the output, the journal and the reports were told, in order. */
  readonly told: string[];
}

function rig(processes: readonly ProcessPlan[], own: Partial<EngineParts> = {}): Rig {
  const clock = new FakeClock();
  const host = new FakeHost();
  const facts: Fact[] = [];
  const told: string[] = [];
  const engine = new Engine(newPool(planOf(processes), 10_000), {
    clock,
    children: host,
    memory: host,
    inherited: { PATH: "/bin", LANG: "C" },
    workingDirectory: "/srv",
    serverUrl: null,
    defaultRlimits: [],
    kindOf: (path) => path === "/bin/true" ? "executable" : "missing",
    marks: (id, run) => ({ RUNNER_MARK: `${id}/${run}` }),
    cgroupFor: () => null,
    output: {
      attach: (plan, run, fds) => told.push(`attach ${plan.id} ${run} ${fds.stdout} ${fds.stderr}`),
      drain: (id) => told.push(`drain ${id}`),
      adjust: (plan) => told.push(`adjust ${plan.id}`),
      forget: (id) => told.push(`forget ${id}`),
      writeLine: (id, stream, text) => told.push(`${id} ${stream}: ${text}`),
    },
    journal: {
      add: ({ id, run, pid }) => told.push(`alive ${id} ${run} ${pid}`),
      remove: (pid) => told.push(`gone ${pid}`),
    },
    errands: new FakeErrands(),
    report: (fact) => facts.push(fact),
    settled: () => {},
    reportStranger: ({ pid }) => told.push(`stranger ${pid}`),
    ...own,
  });
  engine.post({ kind: "boot" });
  return { engine, clock, host, facts, told };
}

function stateOf({ engine }: Rig, id: string): string | undefined {
  return engine.pool.processes.get(id)?.state.name;
}

const AT_ONCE = { ...SUPERVISORD, startSeconds: 0 };

Deno.test("Engine starts what the pool orders, with its environment and mark", () => {
  const { host, told } = rig([processPlan("web", { environment: { LANG: "zh", A: "1" } })]);
  const [request] = host.requests;
  assertEquals(request?.path, "/bin/true");
  assertEquals(request?.env, {
    PATH: "/bin",
    LANG: "zh",
    SUPERVISOR_ENABLED: "1",
    SUPERVISOR_PROCESS_NAME: "web",
    SUPERVISOR_GROUP_NAME: "web",
    A: "1",
    RUNNER_MARK: "web:web/1",
  });
  assertEquals(told, ["alive web:web 1 100", "attach web:web 1 1000 1001"]);
});

Deno.test("Engine goes to BACKOFF, with the reason, when there is no such command", () => {
  const made = rig([processPlan("web", { command: ["nope"] })]);
  assertEquals(stateOf(made, "web:web"), "BACKOFF");
  assertEquals(made.engine.pool.processes.get("web:web")?.spawnError, "can't find command 'nope'");
  assertEquals(made.host.requests, []);
});

Deno.test("Engine wakes the pool when it asks to be woken, with one timer", () => {
  const made = rig([processPlan("a"), processPlan("b")]);
  assertEquals(made.clock.waiting, 1);
  made.clock.pass(1_000);
  assertEquals([stateOf(made, "a:a"), stateOf(made, "b:b")], ["RUNNING", "RUNNING"]);
  assertEquals(made.clock.waiting, 0);
});

Deno.test("Engine hears what came while the runner was held up before it judges who is not ready", () => {
  const ready = { when: { kind: "message" }, timeout: 5_000 } as const;
  const made = rig([processPlan("heard", { ready }), processPlan("silent", { ready })]);
  made.clock.stall(60_000);
  assertEquals(made.host.signals, []);
  const event = { kind: "ready", run: 1 } as const;
  made.engine.post({ kind: "process", id: "heard:heard", event });
  made.clock.pass(1_000);
  assertEquals(stateOf(made, "heard:heard"), "RUNNING");
  assertEquals(stateOf(made, "silent:silent"), "STOPPING");
});

Deno.test("Engine drains the output before it makes an end known, and starts again", () => {
  const made = rig([processPlan("web", { restart: AT_ONCE })]);
  made.told.length = 0;
  made.host.end(100, { kind: "signal", signal: 9, coreDumped: false });
  made.engine.reap();
  assertEquals(made.told, [
    "gone 100",
    "drain web:web",
    "alive web:web 2 101",
    "attach web:web 2 1010 1011",
  ]);
});

Deno.test("Engine lets go of a child's stdin when the child has ended, not before", () => {
  const made = rig([processPlan("web", { stdin: "pipe", restart: AT_ONCE })]);
  assertEquals(made.host.closedStdins, []);
  made.host.end(100, { kind: "code", code: 1 });
  made.engine.reap();
  assertEquals(made.host.closedStdins, [1002]);
});

Deno.test("Engine tells of a stranger's end and leaves the pool alone", () => {
  const made = rig([processPlan("web")]);
  const before = made.engine.pool;
  made.host.end(7, { kind: "code", code: 0 });
  made.engine.reap();
  assertEquals(made.told.at(-1), "stranger 7");
  assertEquals(made.engine.pool, before);
});

Deno.test("Engine writes into the child's log why it never became the program", () => {
  const made = rig([processPlan("web")]);
  made.host.end(100, { kind: "code", code: 127 }, "couldn't chdir to /x: ENOENT");
  made.engine.reap();
  assertEquals(made.told.slice(-2), [
    "web:web stderr: supervisor: couldn't chdir to /x: ENOENT",
    "web:web stderr: supervisor: child process was not spawned",
  ]);
  assertEquals(stateOf(made, "web:web"), "BACKOFF");
});

Deno.test("Engine sweeps after a stopped child, by its mark", () => {
  const made = rig([processPlan("web")]);
  made.engine.post({ kind: "command", command: { kind: "stop", ids: ["web:web"] } });
  assertEquals(made.host.signals, [{ pid: 100, signal: 15, scope: "process" }]);
  made.host.end(100, { kind: "code", code: 0 });
  made.engine.reap();
  assertEquals(made.host.swept, [{ pid: 100, marker: "RUNNER_MARK=web:web/1" }]);
});

Deno.test("Engine measures a capped process and recycles it over its cap", () => {
  const memory = { cap: 1_000, action: "restart", hardLimit: null } as const;
  const made = rig([processPlan("web", { memory, restart: AT_ONCE })]);
  made.host.memory.set(100, 10);
  made.clock.pass(3_000);
  assertEquals(stateOf(made, "web:web"), "RUNNING");
  made.host.memory.set(100, 1_001);
  made.clock.pass(1_000);
  assertEquals(stateOf(made, "web:web"), "STOPPING");
  assertEquals(made.facts.some((fact) => fact.kind === "over-cap" && fact.bytes === 1_001), true);
});

Deno.test("Engine sets RLIMIT_AS where there is no cgroup for memory_hard_limit", () => {
  const memory = { cap: null, action: "restart", hardLimit: 5_000 } as const;
  const without = rig([processPlan("web", { memory })]);
  assertEquals(without.host.requests[0]?.rlimits, [{ resource: "as", soft: 5_000, hard: 5_000 }]);
  const within = rig([processPlan("web", { memory })], { cgroupFor: () => "/cg/web" });
  assertEquals(within.host.requests[0]?.rlimits, []);
  assertEquals(within.host.requests[0]?.cgroup, "/cg/web");
});

Deno.test("Engine resolves with the status when the pool is down, and leaves no timer", async () => {
  const made = rig([processPlan("web")]);
  made.engine.post({ kind: "command", command: { kind: "shutdown", why: "test" } });
  made.host.end(100, { kind: "code", code: 0 });
  made.engine.reap();
  assertEquals(await made.engine.finished, 0);
  assertEquals(made.clock.waiting, 0);
});

Deno.test("Engine says every three seconds whom a shutdown is waiting for", () => {
  const made = rig([processPlan("web")]);
  made.engine.post({ kind: "command", command: { kind: "shutdown", why: "test" } });
  made.clock.pass(7_000);
  const waits = made.facts.filter((fact) => fact.kind === "waiting");
  assertEquals(waits, [{ kind: "waiting", ids: ["web:web"] }, {
    kind: "waiting",
    ids: ["web:web"],
  }]);
});
