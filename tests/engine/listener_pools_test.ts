// Event listeners on a fake engine: what happens reaches the pools that want it, and costs nothing without any.
import type { Fact } from "../../src/core/events.ts";
import { newPool, type Pool } from "../../src/core/pool.ts";
import type { StateName } from "../../src/core/process_state.ts";
import { ListenerPools } from "../../src/engine/listener_pools.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";
import { planOf, processPlan } from "../support/plans.ts";

function listener(name: string, events: readonly string[], own: Partial<ProcessPlan> = {}) {
  return processPlan(name, {
    kind: "eventlistener",
    priority: -1,
    stdin: "pipe",
    listener: { events, bufferSize: 3, lengthUnit: "bytes" },
    ...own,
  });
}

const NOTHING = { added: [], removed: [], restarted: [], adjusted: [], alerts: [] };

class World implements Disposable {
  readonly clock = new FakeClock();
  readonly sent: string[] = [];
  readonly said: string[] = [];
  readonly posted: string[] = [];
  readonly pools: ListenerPools;
  pool: Pool;
  answer: "sent" | "closed" = "sent";

  constructor(processes: readonly ProcessPlan[]) {
    this.pool = newPool(planOf(processes), 10_000);
    this.pools = new ListenerPools({
      clock: this.clock,
      identifier: "supervisor",
      log: (level, text) => {
        if (level !== "debug") this.said.push(`${level} ${text}`);
      },
    });
    const pool = () => this.pool;
    this.pools.begin({
      get pool() {
        return pool();
      },
      post: ({ kind }) => this.posted.push(kind),
      writeStdin: (id, bytes) => {
        const text = new TextDecoder().decode(bytes);
        const [, serial, name, rest] =
          /serial:(\d+) .*eventname:(\S+) len:\d+\n([^]*)/.exec(text) ?? [];
        if (this.answer === "sent") this.sent.push(`${id} ${serial} ${name} ${rest}`);
        return this.answer;
      },
    });
  }

  state(id: string, to: StateName, from: StateName = "STOPPED"): this {
    const rest = { pid: 7, run: 1, tries: 0, expected: true };
    this.pools.fact({ kind: "state", id, from, to, ...rest });
    return this;
  }

  up(id: string): this {
    this.state(id, "STARTING").state(id, "RUNNING", "STARTING");
    return this.hears(id, "READY\n");
  }

  hears(id: string, text: string): this {
    const plan = this.pool.processes.get(id)?.plan;
    if (plan === undefined) throw new Error(`there is no ${id}`);
    this.pools.pipe(plan, 1, "stdout").heard?.(new TextEncoder().encode(text));
    return this;
  }

  update(
    processes: readonly ProcessPlan[],
    groups: Pick<Fact & { kind: "updated" }, "groupsAdded" | "groupsRemoved">,
  ): void {
    this.pool = { ...this.pool, plan: planOf(processes) };
    this.pools.fact({ kind: "updated", ...NOTHING, ...groups });
  }

  [Symbol.dispose](): void {
    this.pools[Symbol.dispose]();
  }
}

const OK = "RESULT 2\nOKREADY\n";

Deno.test("ListenerPools tells of groups and of itself at the start", () => {
  using world = new World([listener("l", ["PROCESS_GROUP", "SUPERVISOR_STATE_CHANGE"])]);
  world.up("l:l").hears("l:l", OK);
  assertEquals(world.sent, [
    "l:l 0 PROCESS_GROUP_ADDED groupname:l\n",
    "l:l 1 SUPERVISOR_STATE_CHANGE_RUNNING ",
  ]);
});

Deno.test("ListenerPools gives each pool its own copy, and each event one number", () => {
  using world = new World([
    listener("one", ["PROCESS_STATE_FATAL", "REMOTE_COMMUNICATION"]),
    listener("two", ["REMOTE_COMMUNICATION"]),
  ]);
  world.up("one:one").up("two:two").state("web:web", "FATAL", "BACKOFF");
  world.hears("one:one", OK).pools.announce("x", "日本");
  assertEquals(world.sent, [
    "one:one 0 PROCESS_STATE_FATAL processname:web groupname:web from_state:BACKOFF",
    "one:one 1 REMOTE_COMMUNICATION type:x\n日本",
    "two:two 1 REMOTE_COMMUNICATION type:x\n日本",
  ]);
});

Deno.test("ListenerPools has a timer only while somebody wants ticks", () => {
  using none = new World([processPlan("web"), listener("l", ["PROCESS_STATE"])]);
  assertEquals(none.clock.waiting, 0);
  using world = new World([listener("l", ["TICK_5"])]);
  assertEquals(world.clock.waiting, 1);
  world.up("l:l").clock.pass(4_500);
  assertEquals(world.sent, ["l:l 0 TICK_5 when:5"]);
  world.update([processPlan("web")], { groupsAdded: [], groupsRemoved: [] });
  assertEquals(world.clock.waiting, 0);
});

Deno.test("ListenerPools sends output with the pid, never half a character", () => {
  using world = new World([listener("l", ["PROCESS_LOG", "PROCESS_COMMUNICATION"])]);
  world.up("l:l");
  const pipe = world.pools.pipe(processPlan("web", { group: "g" }), 1, "stderr");
  const bytes = new TextEncoder().encode("a日");
  pipe.logged(bytes.subarray(0, 3));
  world.hears("l:l", OK);
  pipe.logged(bytes.subarray(3));
  world.hears("l:l", OK);
  pipe.captured(bytes);
  assertEquals(world.sent, [
    "l:l 0 PROCESS_LOG_STDERR processname:web groupname:g pid:0 channel:stderr\na",
    "l:l 1 PROCESS_LOG_STDERR processname:web groupname:g pid:0 channel:stderr\n日",
    "l:l 2 PROCESS_COMMUNICATION_STDERR processname:web groupname:g pid:0\na日",
  ]);
  world.hears("l:l", OK);
  pipe.logged(bytes.subarray(0, 2));
  world.hears("l:l", OK);
  pipe.ended();
  assertEquals(world.sent.at(-1)?.endsWith("\n\ufffd"), true, "what never came is sent as it is");
});

Deno.test("ListenerPools sends much output in pieces, each of whole characters", () => {
  const many = { events: ["PROCESS_LOG"], bufferSize: 9, lengthUnit: "bytes" } as const;
  using world = new World([listener("l", [], { listener: many })]);
  world.up("l:l");
  const text = "日".repeat(100_000);
  world.pools.pipe(processPlan("web"), 1, "stdout").logged(new TextEncoder().encode(text));
  for (let count = 0; count < 3; count++) world.hears("l:l", OK);
  const pieces = world.sent.map((event) => event.slice(event.indexOf("\n") + 1));
  assertEquals(pieces.length, 3);
  assertEquals(pieces.join(""), text);
});

Deno.test("ListenerPools listens to the stdout of listeners and to nobody else's", () => {
  using world = new World([listener("l", ["EVENT"])]);
  const own = listener("l", ["EVENT"]);
  assertEquals(world.pools.pipe(own, 1, "stdout").heard === null, false);
  assertEquals(world.pools.pipe(own, 1, "stderr").heard, null);
  assertEquals(world.pools.pipe(processPlan("web"), 1, "stdout").heard, null);
});

Deno.test("ListenerPools takes back what cannot be written", () => {
  using world = new World([listener("l", ["REMOTE_COMMUNICATION"])]);
  world.up("l:l");
  world.answer = "closed";
  world.pools.announce("x", "1");
  assertEquals(world.said, ["warn l: event 0 cannot be sent (closed)"]);
  world.answer = "sent";
  world.state("l:l", "EXITED", "RUNNING").up("l:l");
  assertEquals(world.sent, ["l:l 0 REMOTE_COMMUNICATION type:x\n1"]);
});

Deno.test("ListenerPools tells that a group has gone when its last process has", () => {
  const own = listener("l", ["PROCESS_GROUP_REMOVED"]);
  using world = new World([own, processPlan("web")]);
  world.up("l:l").update([own], { groupsAdded: [], groupsRemoved: ["web"] });
  world.pools.settled();
  assertEquals(world.sent, []);
  world.pool = newPool(planOf([own]), 10_000);
  world.pools.settled();
  world.pools.settled();
  assertEquals(world.sent, ["l:l 0 PROCESS_GROUP_REMOVED groupname:web\n"]);
});

Deno.test("ListenerPools begins with a listener that an update brings", () => {
  using world = new World([processPlan("web")]);
  const own = listener("l", ["PROCESS_GROUP"]);
  world.pool = newPool(planOf([own]), 10_000);
  world.update([own], { groupsAdded: ["l"], groupsRemoved: [] });
  world.up("l:l");
  assertEquals(world.sent, ["l:l 0 PROCESS_GROUP_ADDED groupname:l\n"]);
});

Deno.test("ListenerPools says when a stopping runner need not wait for listeners any more", () => {
  using world = new World([listener("l", ["REMOTE_COMMUNICATION"])]);
  world.up("l:l").pools.announce("x", "1");
  const waits = {
    holds: new Map(),
    listenersAt: 2_000,
    stage: 0,
    deadline: 9_000,
    hurryAt: 5_000,
    status: 0,
  };
  world.pool = { ...world.pool, phase: { name: "STOPPING", forced: false, ...waits } };
  world.pools.settled();
  assertEquals(world.posted, []);
  world.hears("l:l", OK);
  assertEquals(world.posted, ["heard-out"]);
  world.clock.pass(1_000);
  world.pools.settled();
  assertEquals(world.posted, ["heard-out"], "it is over by then");
});
