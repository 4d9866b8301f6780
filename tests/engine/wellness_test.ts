// Who looks after the runs, with a clock that is moved by hand: what it tells of them, and when it lets them be.
import type { ProcessEvent } from "../../src/core/events.ts";
import { newProcess, type Process, type StateName } from "../../src/core/process_state.ts";
import { Patience } from "../../src/engine/patience.ts";
import { Wellness } from "../../src/engine/wellness.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { PLAIN_WORK, type ReadyWhen } from "../../src/manifest/plan_work.ts";
import type { LookFault } from "../../src/ports/prober.ts";
import type { StreamName } from "../../src/ports/logs.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";
import { processPlan, STOP } from "../support/plans.ts";

const WEB = "web:web";
const TCP = { kind: "tcp", host: "localhost", port: 1 } as const;
const HEALTH = { probe: TCP, interval: 1_000, timeout: 500, failures: 2, grace: 0 };

/** Everything around it, faked: probes answer when they are told to. */
class Rig {
  readonly clock = new FakeClock();
  readonly told: ProcessEvent[] = [];
  readonly said: string[] = [];
  readonly looks: ((fault: LookFault | null) => void)[] = [];
  readonly taps = new Map<StreamName, Set<(bytes: Uint8Array, run: number) => void>>();
  speak: (text: string) => void = () => {};
  openSockets = 0;
  hasChannels = true;
  sendUp: (line: string) => void = () => {};
  /** The first one is heard, the others are not. */
  readonly sentDown: string[] = [];
  readonly processes = new Map<string, Process>();
  readonly wellness = new Wellness(
    {
      clock: this.clock,
      prober: {
        look: (_probe, _limit, told) => {
          this.looks.push(told);
          return { [Symbol.dispose]: () => this.looks.splice(this.looks.indexOf(told), 1) };
        },
      },
      errands: {
        send: () => {
          throw new Error("no errand is expected");
        },
      },
      sockets: {
        open: (_user, heard) => {
          this.openSockets += 1;
          this.speak = heard;
          const close = () => void (this.openSockets -= 1);
          const open = { fd: 7, address: "/run/notify", path: "/run/notify", uids: [0] };
          return { open, address: open.address, drain: () => {}, [Symbol.dispose]: close };
        },
        adopt: () => {
          throw new Error("nothing is taken over");
        },
        [Symbol.dispose]: () => {},
      },
      channels: {
        open: (heard) => {
          if (!this.hasChannels) return "no more descriptors";
          this.sendUp = heard;
          const send = (line: string) => this.sentDown.push(line) === 1;
          const ours = { open: null, send, drain: () => {}, [Symbol.dispose]: () => {} };
          return { ours, theirs: { fd: 9, [Symbol.dispose]: () => {} } };
        },
        adopt: () => {
          throw new Error("nothing is taken over");
        },
        [Symbol.dispose]: () => {},
      },
      output: {
        tap: (_plan, stream, tap) => {
          const taps = this.taps.get(stream) ?? new Set();
          this.taps.set(stream, taps.add(tap));
          return { [Symbol.dispose]: () => taps.delete(tap) };
        },
      },
      say: (level, text) => this.said.push(`${level} ${text}`),
    },
    {
      tell: (_id, event) => this.told.push(event),
      process: (id) => this.processes.get(id),
    },
  );

  /** A run from its order until it is up. */
  start(plan: ProcessPlan, run = 1): Readonly<Record<string, string>> {
    const env = this.wellness.prepare(plan, run);
    this.wellness.fact({ kind: "spawned", id: plan.id, pid: 100, run });
    return env;
  }

  enter(to: StateName): void {
    const fact = { id: WEB, from: "STARTING", to, pid: 100, run: 1, tries: 0 } as const;
    this.wellness.fact({ kind: "state", ...fact, expected: false });
  }

  run(plan: ProcessPlan): Readonly<Record<string, string>> {
    const env = this.start(plan);
    this.enter("RUNNING");
    return env;
  }

  write(text: string, run = 1, stream: StreamName = "stdout"): void {
    for (const tap of this.taps.get(stream) ?? []) tap(new TextEncoder().encode(text), run);
  }

  answer(fault: LookFault | null): void {
    const look = this.looks.shift();
    assertTrue(look !== undefined, "a look under way");
    look(fault);
  }

  causes(): string[] {
    return this.told.map((event) =>
      event.kind === "unwell" ? `${event.cause} ${event.well}` : event.kind
    );
  }
}

function withReady(when: ReadyWhen): ProcessPlan {
  return processPlan("web", { ready: { when, timeout: 90_000 } });
}

function withLiveness(own: Partial<ProcessPlan["liveness"]>): ProcessPlan {
  return processPlan("web", { liveness: { ...PLAIN_WORK.liveness, ...own } });
}

Deno.test("prepare() costs nothing for a program that asks for nothing", () => {
  const rig = new Rig();
  assertEquals(rig.run(processPlan("web")), {});
  assertEquals([rig.clock.waiting, rig.openSockets, rig.taps.size], [0, 0, 0]);
  assertEquals(rig.wellness.look(WEB), null);
});

Deno.test("prepare() gives a socket to those whose plan counts on it, and the watchdog's limit", () => {
  const plans: readonly (readonly [ProcessPlan, Record<string, string>])[] = [
    [withReady({ kind: "notify" }), {}],
    [withLiveness({ watchdog: 2_500 }), { WATCHDOG_USEC: "2500000" }],
    [processPlan("web", { recycle: { ...PLAIN_WORK.recycle, maxJobs: 5 } }), {}],
  ];
  for (const [plan, more] of plans) {
    const rig = new Rig();
    assertEquals(rig.start(plan), { NOTIFY_SOCKET: "/run/notify", ...more });
    rig.enter("EXITED");
    assertEquals([rig.openSockets, rig.clock.waiting], [0, 0]);
  }
  const rig = new Rig();
  assertEquals(rig.start(withReady({ kind: "delay", wait: 1 })), {});
});

Deno.test("a run is ready by its line in either stream, and by no other run's", () => {
  const rig = new Rig();
  rig.start(withReady({ kind: "log", pattern: "^up$" }), 2);
  rig.write("up\n", 1);
  rig.write("u", 2, "stderr");
  rig.write("up", 2);
  rig.write("p\n", 2, "stderr");
  rig.write("\nup\n", 2);
  assertEquals(rig.told, [{ kind: "ready", run: 2 }]);
});

Deno.test("a run is ready after its delay, by its probe, or by its word", () => {
  const delayed = new Rig();
  delayed.start(withReady({ kind: "delay", wait: 5_000 }));
  delayed.clock.pass(4_999);
  assertEquals(delayed.told, []);
  delayed.clock.pass(1);
  assertEquals(delayed.causes(), ["ready"]);

  const probed = new Rig();
  probed.start(withReady({ kind: "probe", probe: TCP, interval: 200 }));
  probed.answer("connection refused");
  assertEquals(probed.wellness.look(WEB)?.waiting, "connection refused");
  probed.wellness.fact({ kind: "stopping", id: WEB, cause: "not-ready", signal: 15 });
  assertEquals(probed.said, ["warn not ready: web: connection refused"]);
  assertEquals(probed.looks.length, 0);
  probed.clock.pass(200);
  probed.answer(null);
  assertEquals([probed.causes(), probed.clock.waiting], [["ready"], 0]);
  assertEquals(probed.wellness.look(WEB)?.failedLooks, { ready: 1, health: 0 });

  const spoken = new Rig();
  spoken.start(withReady({ kind: "notify" }));
  spoken.speak("STATUS=loading");
  spoken.speak("READY=1\nREADY=1");
  assertEquals(spoken.causes(), ["ready"]);
});

Deno.test("a word of readiness means nothing where something else is waited for", () => {
  const rig = new Rig();
  const plan = withReady({ kind: "delay", wait: 1_000 });
  rig.start({ ...plan, liveness: { ...plan.liveness, watchdog: 1_000 } });
  rig.speak("READY=1");
  assertEquals(rig.told, []);
});

Deno.test("a heartbeat that stops is told of once, with how long all was well", () => {
  const rig = new Rig();
  rig.run(withLiveness({ watchdog: 1_000 }));
  for (let beat = 0; beat < 4; beat++) {
    rig.clock.pass(900);
    rig.speak("WATCHDOG=1");
  }
  rig.clock.pass(999);
  assertEquals(rig.told, []);
  rig.clock.pass(5_000);
  assertEquals(rig.causes(), ["watchdog 3600"]);
});

Deno.test("a program can trigger its watchdog, and give it another limit", () => {
  const rig = new Rig();
  rig.run(withLiveness({ watchdog: 1_000 }));
  rig.speak("WATCHDOG_USEC=3000000");
  rig.clock.pass(2_999);
  assertEquals(rig.told, []);
  rig.speak("WATCHDOG=trigger");
  assertEquals(rig.causes(), ["watchdog 0"]);
  const off = new Rig();
  off.run(withLiveness({ watchdog: 1_000 }));
  off.speak("WATCHDOG_USEC=0");
  off.clock.pass(60_000);
  assertEquals(off.told, []);
});

Deno.test("silence counts from RUNNING on, and any output of this run ends it", () => {
  const rig = new Rig();
  rig.start(withLiveness({ maxSilence: 1_000 }));
  rig.clock.pass(5_000);
  rig.enter("RUNNING");
  rig.clock.pass(900);
  rig.write(".", 1, "stderr");
  rig.clock.pass(900);
  rig.write(".", 7);
  assertEquals(rig.told, []);
  rig.clock.pass(100);
  assertEquals(rig.causes(), ["silence 5900"]);
});

Deno.test("failed looks are told of when they are enough; there is one look at a time", () => {
  const rig = new Rig();
  rig.run(withLiveness({ health: HEALTH }));
  rig.clock.pass(500);
  rig.answer(null);
  rig.clock.pass(10_000);
  assertEquals(rig.looks.length, 1);
  rig.answer("status 503");
  rig.clock.pass(1_000);
  rig.answer("status 503");
  assertEquals(rig.told, [{
    kind: "unwell",
    run: 1,
    cause: "health",
    detail: "2 failed looks in a row at tcp:1: status 503",
    well: 500,
  }]);
  assertEquals([rig.clock.waiting, rig.looks.length], [0, 0]);
});

Deno.test("a look that the runner could not make counts neither for nor against a program, and is told of now and then", () => {
  const rig = new Rig();
  rig.run(withLiveness({ health: HEALTH }));
  rig.clock.pass(1_000);
  rig.answer("connection refused");
  for (let look = 0; look < 100; look++) {
    rig.clock.pass(1_000);
    rig.answer({ unseen: "EMFILE" });
  }
  assertEquals(rig.causes(), []);
  const { health, inARow, failedLooks } = rig.wellness.look(WEB) ?? {};
  assertEquals([health?.fault, inARow, failedLooks?.health], ["connection refused", 1, 1]);
  const word =
    "warn not looked at web, which is not judged by it: the runner lacks the means (EMFILE)";
  assertEquals(rig.said, [word, `${word}; 59 looks more since the last word`]);
  rig.clock.pass(1_000);
  rig.answer("connection refused");
  assertEquals(rig.causes().length, 1, "it goes on where it was");
});

Deno.test("who waits to be ready gets more time while the runner cannot look", () => {
  const rig = new Rig();
  rig.start(withReady({ kind: "probe", probe: TCP, interval: 200 }));
  rig.answer({ unseen: "ENFILE" });
  assertEquals(rig.told, [{ kind: "extend", run: 1, wait: 5_200 }]);
  const { failedLooks, waiting } = rig.wellness.look(WEB) ?? {};
  assertEquals([failedLooks?.ready, waiting], [0, "ENFILE"]);
  rig.clock.pass(200);
  rig.answer(null);
  assertEquals(rig.told.at(-1), { kind: "ready", run: 1 });
});

Deno.test("who says STOPPING=1 need not be healthy any more", () => {
  const rig = new Rig();
  const plan = withLiveness({ health: HEALTH, watchdog: 60_000 });
  rig.run(plan);
  rig.speak("STOPPING=1");
  for (let look = 0; look < 5; look++) {
    rig.clock.pass(1_000);
    rig.answer("connection refused");
  }
  assertEquals(rig.told, []);
  assertEquals(rig.wellness.look(WEB)?.condition, "stopping");
});

Deno.test("nothing is looked at in a run that is being stopped, but it is still heard", () => {
  const rig = new Rig();
  rig.run(withLiveness({ health: HEALTH, watchdog: 1_000, maxSilence: 1_000 }));
  rig.enter("STOPPING");
  rig.clock.pass(60_000);
  assertEquals([rig.told, rig.looks], [[], []]);
  rig.speak("EXTEND_TIMEOUT_USEC=5000000\nSTATUS=closing");
  assertEquals(rig.told, [{ kind: "extend", run: 1, wait: 5_000 }]);
  assertEquals(rig.wellness.look(WEB)?.status, "closing");
  rig.enter("STOPPED");
  assertEquals([rig.openSockets, rig.wellness.look(WEB)], [0, null]);
});

Deno.test("jobs are told on, metrics kept up to a number, and the rest is said at level debug", () => {
  const rig = new Rig();
  rig.run(withReady({ kind: "notify" }));
  rig.speak("RUNNER job\nJOBS=3\nX_RUNNER_JOB=1\nMAINPID=1");
  const jobs = rig.told.map((event) => event.kind === "jobs" ? event.count : event.kind);
  assertEquals(jobs, [1, 3, 1]);
  assertEquals(rig.said, ['debug notify: web:web said "MAINPID=1"']);
  for (let metric = 0; metric < 100; metric++) rig.speak(`X_RUNNER_METRIC=m${metric}=1`);
  rig.speak("X_RUNNER_METRIC=m3=9\nERRNO=28\nRELOADING=1");
  const look = rig.wellness.look(WEB);
  assertEquals([look?.metrics.size, look?.metrics.get("m3")], [64, 9]);
  assertEquals([look?.errno, look?.condition], [28, "reloading"]);
});

Deno.test("adjust() watches a living run by other rules, also one that nobody looked after", () => {
  const rig = new Rig();
  rig.run(withLiveness({ maxSilence: 60_000 }));
  rig.wellness.adjust(withLiveness({ maxSilence: 1_000 }));
  rig.clock.pass(1_000);
  assertEquals(rig.told.length, 1);

  const plain = new Rig();
  plain.run(processPlan("web"));
  const since = plain.clock.now();
  const state = { name: "RUNNING", pid: 100, since, recycleAt: null } as const;
  plain.processes.set(WEB, { ...newProcess(processPlan("web")), run: 1, state });
  plain.wellness.adjust(withLiveness({ maxSilence: 1_000 }));
  plain.clock.pass(900);
  plain.write(".");
  plain.clock.pass(1_000);
  assertEquals(plain.causes(), ["silence 900"]);
});

Deno.test("failed looks are counted over runs, other rules and another program", () => {
  const plan = withLiveness({ health: { ...HEALTH, failures: 100 } });
  const fail = (rig: Rig) => {
    rig.clock.pass(1_000);
    rig.answer("connection refused");
  };
  const failed = (rig: Rig) => rig.wellness.look(WEB)?.failedLooks.health;
  const first = new Rig();
  first.run(plan);
  for (let look = 0; look < 3; look++) fail(first);
  assertEquals(failed(first), 3);
  first.enter("STOPPING");
  assertEquals(failed(first), 3);
  first.enter("BACKOFF");
  assertEquals(failed(first), undefined);
  first.run(plan);
  assertEquals(failed(first), 3);
  fail(first);
  first.wellness.adjust(withLiveness({ health: { ...HEALTH, failures: 50 } }));
  assertEquals(failed(first), 4);
  fail(first);
  assertEquals(failed(first), 5);

  const second = new Rig();
  const state = { name: "RUNNING", pid: 100, since: second.clock.now(), recycleAt: null } as const;
  second.processes.set(WEB, { ...newProcess(plan), run: 1, state });
  second.wellness.adopt(first.wellness.handOver());
  assertEquals(failed(second), 5);
  fail(second);
  assertEquals(failed(second), 6);
});

Deno.test("dispose lets go of everything", () => {
  const rig = new Rig();
  rig.run(withLiveness({ health: HEALTH, watchdog: 1_000, maxSilence: 1_000 }));
  rig.wellness[Symbol.dispose]();
  assertEquals([rig.clock.waiting, rig.openSockets, rig.taps.get("stdout")?.size], [0, 0, 0]);
});

Deno.test("Patience gives a second chance when the timer itself was late", () => {
  const clock = new FakeClock();
  let isOver = false;
  const late: { wake: () => void } = { wake: () => {} };
  const held = {
    ...bound(clock),
    wakeAt: (_at: number, wake: () => void) => {
      late.wake = wake;
      return { [Symbol.dispose]: () => {} };
    },
  };
  const patience = new Patience(held, 1_000, () => isOver = true);
  // The runner was held up for a minute: nothing could be read meanwhile.
  clock.pass(60_000);
  late.wake();
  assertEquals(isOver, false);
  patience.touch();
  clock.pass(1_000);
  late.wake();
  assertEquals(isOver, true);
});

function bound(clock: FakeClock) {
  return { now: () => clock.now(), random: () => clock.random() };
}

Deno.test("Wellness hears ready over a channel once, and tells where a message was not heard", () => {
  const rig = new Rig();
  const plan = processPlan("web", {
    ready: { when: { kind: "message" }, timeout: 1_000 },
  });
  assertEquals(rig.wellness.prepare(plan, 1), {});
  assertEquals(rig.wellness.channelFor(plan)?.fd, 9);
  rig.wellness.fact({ kind: "spawned", id: WEB, pid: 100, run: 1 });
  for (const line of ['"Ready"', '{"cmd":"NODE_X"}', '"ready"', '"ready"']) rig.sendUp(line);
  assertEquals(rig.told, [{ kind: "ready", run: 1 }]);
  assertEquals(rig.said, ['debug message: web:web sent "Ready"']);
  const instead = { kind: "signal", id: WEB, pid: 100, signal: 15, scope: "process" } as const;
  const order = { kind: "message", id: WEB, run: 1, text: "go", instead } as const;
  assertEquals(rig.wellness.message({ ...order, run: 2 }), false);
  assertEquals([rig.wellness.message(order), rig.wellness.message(order)], [true, false]);
  assertEquals(rig.sentDown, ['"go"\n', '"go"\n']);
  assertEquals(
    rig.said.slice(1),
    Array(2).fill('info message: web:web does not hear "go": it gets the signal'),
  );
});

Deno.test("Wellness gives a channel to those that need one, and says why there is none", () => {
  const rig = new Rig();
  const plain = processPlan("web", { ready: { when: { kind: "notify" }, timeout: 1_000 } });
  rig.start(plain);
  assertEquals(rig.wellness.channelFor(plain), null);
  rig.hasChannels = false;
  const asked = processPlan("web", { stop: { ...STOP, message: "go" } });
  rig.start(asked, 2);
  assertEquals(rig.wellness.channelFor(asked), null);
  assertEquals(rig.said, ["warn message: web:web gets no channel: no more descriptors"]);
});
