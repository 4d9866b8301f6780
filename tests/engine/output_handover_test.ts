// Output that is handed over in the middle: wherever the cut is, logs and events are those of one program alone.
import { decodePlain, encodePlain } from "../../src/base/plain_json.ts";
import { ListenerFeed } from "../../src/engine/listener_feed.ts";
import { Output, type OutputState } from "../../src/engine/output.ts";
import type { LogPlan } from "../../src/manifest/plan.ts";
import type { ByteSink, PipeReader } from "../../src/ports/host.ts";
import { libc } from "../../src/os/libc.ts";
import { stat as lookAt, truncateFd } from "../../src/os/log_libc.ts";
import { type LogStoreState, openLogStore } from "../../src/os/log_store.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";
import { LOG, processPlan } from "../support/plans.ts";

// The C library stays open: not inside a test, where it would count as a leak.
libc();
lookAt("/");
truncateFd(-1, 0);

const encoder = new TextEncoder();
const NOBODY = { watchWritable: () => ({ [Symbol.dispose]: () => {} }) };

interface State {
  readonly output: readonly OutputState[];
  readonly logs: LogStoreState;
}

/** One program: its store, its output, and pipes that are written by hand. */
function program(folder: string, adopted: State | null, events: string[]) {
  const clock = new FakeClock();
  const store = openLogStore({
    clock,
    watch: NOBODY,
    childLogDir: folder,
    identifier: "test",
    noCleanup: true,
    adopted: adopted?.logs ?? null,
  });
  const sinks = new Map<number, ByteSink>();
  const ends = new Map<number, () => void>();
  const pipes: PipeReader = {
    attach: (fd, sink, onEnd) => {
      sinks.set(fd, sink);
      ends.set(fd, onEnd);
      return { resume: () => {}, drain: () => {}, close: () => {} };
    },
  };
  const note = (word: string, bytes: Uint8Array) =>
    void events.push(`${word} ${new TextDecoder("utf-8", { fatal: true }).decode(bytes)}`);
  const feed = () =>
    new ListenerFeed({
      heard: null,
      isLogWanted: () => true,
      log: (bytes) => note("log", bytes),
      captured: (bytes) => note("captured", bytes),
    });
  const output = new Output({ pipes, store, clock, foreground: null, events: { pipe: feed } });
  if (adopted !== null) output.adopt(adopted.output, () => undefined);
  return {
    output,
    say: (fd: number, bytes: Uint8Array) => void sinks.get(fd)?.write(bytes),
    end: (fd: number) => ends.get(fd)?.(),
    handOver: (): State =>
      decodePlain(encodePlain({ output: output.handOver(), logs: store.handOver() })),
    close: async () => {
      output.close();
      await store.close(0);
    },
  };
}

function log(path: string, own: Partial<LogPlan>): LogPlan {
  return { ...LOG, destination: { kind: "file", path }, ...own };
}

/** The same text, cut in two programs at each of its bytes; every file must be that of the uncut one. */
async function cutEverywhere(text: string, own: Partial<LogPlan>): Promise<void> {
  const bytes = encoder.encode(text);
  const folder = await Deno.makeTempDir({ prefix: "handover-" });
  const once = async (cut: number | null): Promise<string> => {
    const events: string[] = [];
    const path = `${folder}/${cut ?? "whole"}.log`;
    const plan = processPlan("web", { stdout: log(path, own) });
    let now = program(folder, null, events);
    now.output.attach(plan, 1, { stdout: 7, stderr: 8 });
    if (cut !== null) {
      now.say(7, bytes.subarray(0, cut));
      const next = program(folder, now.handOver(), events);
      // What the first one had open it has no more: nothing of it is written.
      now = next;
    }
    now.say(7, bytes.subarray(cut ?? 0));
    now.end(7);
    await now.close();
    const logged = events.filter((event) => event.startsWith("log ")).map((event) =>
      event.slice(4)
    );
    const captured = events.filter((event) => event.startsWith("captured "));
    return [Deno.readTextFileSync(path), logged.join(""), ...captured].join("\n---\n");
  };
  try {
    const whole = await once(null);
    for (let cut = 0; cut <= bytes.length; cut++) assertEquals(await once(cut), whole, `at ${cut}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test(
  "Output goes on with half a JSON line, half a character and half a control sequence",
  () =>
    cutEverywhere("ab\n\x1b[31mré\x1b[0md €\nlast", {
      format: "json",
      stripAnsi: true,
      eventsEnabled: true,
    }),
);

Deno.test(
  "Output goes on within a capture, and within its tokens",
  () =>
    cutEverywhere("a<!--XSUPERVISOR:BEGIN-->one<!--XSUPERVISOR:END-->b\n", {
      captureMaxBytes: 100,
      eventsEnabled: true,
    }),
);

Deno.test("Output goes on with raw bytes", () => cutEverywhere("1\n22\n3", {}));

Deno.test(
  "Output of two programs in one file stays in whole lines over a handover",
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "handover-" });
    try {
      const path = `${folder}/shared.log`;
      const first = program(folder, null, []);
      first.output.attach(processPlan("a", { stdout: log(path, {}) }), 1, {
        stdout: 1,
        stderr: null,
      });
      first.output.attach(processPlan("b", { stdout: log(path, {}) }), 1, {
        stdout: 2,
        stderr: null,
      });
      first.say(1, encoder.encode("a one\na t"));
      first.say(2, encoder.encode("b one\nb t"));
      const next = program(folder, first.handOver(), []);
      next.say(2, encoder.encode("wo\n"));
      next.say(1, encoder.encode("wo\n"));
      await next.close();
      const lines = Deno.readTextFileSync(path).split("\n").toSorted();
      assertEquals(lines, ["", "a one", "a two", "b one", "b two"]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test(
  "Output counts on, and keeps the pipes of a process that has left the pool",
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "handover-" });
    try {
      const path = `${folder}/gone.log`;
      const plan = processPlan("gone", { stdout: log(path, {}) });
      const first = program(folder, null, []);
      first.output.attach(plan, 3, { stdout: 1, stderr: null });
      first.say(1, encoder.encode("before\n"));
      const counted = program(folder, first.handOver(), []);
      assertEquals(counted.output.counters(plan.id, "stdout")?.read, 7);
      assertEquals(counted.output.counters(plan.id, "stdout")?.bytes, 7);
      counted.output.forget(plan.id);
      const last = program(folder, counted.handOver(), []);
      last.say(1, encoder.encode("after\n"));
      last.end(1);
      await last.close();
      assertEquals(Deno.readTextFileSync(path), "before\nafter\n");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
