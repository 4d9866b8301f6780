// What listeners of events get to see of output, and what of it stays out of the log.
import { Output } from "../../src/engine/output.ts";
import type { LogPlan, ProcessPlan } from "../../src/manifest/plan.ts";
import type { ByteSink, PipeReader } from "../../src/ports/host.ts";
import type { LogStore } from "../../src/ports/logs.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";
import { LOG, processPlan } from "../support/plans.ts";

const BEGIN = "<!--XSUPERVISOR:BEGIN-->";
const END = "<!--XSUPERVISOR:END-->";

/** One pipe at a time, one log for everything, and every call noted. */
function rig() {
  const heard: string[] = [];
  let log = "";
  let isFull = false;
  let drained = () => {};
  let resumed = 0;
  let pipe: { readonly sink: ByteSink; readonly onEnd: () => void } | null = null;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const pipes: PipeReader = {
    attach: (_fd, sink, onEnd) => {
      pipe = { sink, onEnd };
      return { resume: () => resumed++, drain: () => {}, close: () => {} };
    },
  };
  const store: LogStore = {
    listen: () => {},
    open: () => ({
      path: null,
      counters: { bytes: 0, bytesLost: 0, linesLost: 0, rotations: 0 },
      source: (_key, onDrain) => {
        drained = onDrain;
        const write = (bytes: Uint8Array) => {
          log += text(bytes);
          return !isFull;
        };
        return { write, close: () => {} };
      },
      adjust: () => {},
      clear: () => false,
      close: () => {},
    }),
    reopen: () => {},
    close: () => Promise.resolve(),
  };
  const events = {
    pipe: (plan: ProcessPlan, run: number) => ({
      heard: plan.listener === null
        ? null
        : (bytes: Uint8Array) => void heard.push(`heard ${run} ${text(bytes)}`),
      logged: (bytes: Uint8Array) => void heard.push(`logged ${text(bytes)}`),
      captured: (bytes: Uint8Array) => void heard.push(`captured ${text(bytes)}`),
      ended: () => void heard.push("ended"),
    }),
  };
  const output = new Output({ pipes, store, clock: new FakeClock(), foreground: null, events });
  return {
    output,
    heard,
    logText: () => log,
    say: (words: string) => pipe?.sink.write(new TextEncoder().encode(words)),
    end: () => pipe?.onEnd(),
    fill: () => isFull = true,
    drain: () => {
      isFull = false;
      drained();
    },
    resumes: () => resumed,
  };
}

function plan(own: Partial<LogPlan>, rest: Partial<ProcessPlan> = {}): ProcessPlan {
  const stdout: LogPlan = { ...LOG, destination: { kind: "file", path: "out" }, ...own };
  return processPlan("web", { stdout, stderr: "stdout", ...rest });
}

Deno.test("Output takes captured text out of the log, over reads, and keeps the tail", () => {
  const made = rig();
  made.output.attach(plan({ captureMaxBytes: 100 }), 1, { stdout: 1, stderr: null });
  for (const words of ["a<!--XSUPERV", "ISOR:BEGIN-->x", `y${END}b<!--X`]) made.say(words);
  assertEquals([made.logText(), made.heard], ["ab", ["captured xy"]]);
  made.end();
  assertEquals(made.logText(), "ab<!--X");
});

Deno.test("Output leaves the tokens alone where there is no capture", () => {
  const made = rig();
  made.output.attach(plan({}), 1, { stdout: 1, stderr: null });
  made.say(`${BEGIN}x${END}`);
  assertEquals([made.logText(), made.heard], [`${BEGIN}x${END}`, []]);
});

Deno.test("Output tells of each piece as it goes to the log, without what is captured", () => {
  const made = rig();
  const own = { eventsEnabled: true, captureMaxBytes: 9, stripAnsi: true };
  made.output.attach(plan(own), 1, { stdout: 1, stderr: null });
  made.say(`\x1b[31mred\n${BEGIN}x${END}`);
  made.end();
  assertEquals(made.heard, ["logged red\n", "captured x", "ended"]);
});

Deno.test("Output gives the protocol of a listener as it comes, run by run, and takes it for no output", () => {
  const made = rig();
  const listener = { events: ["EVENT"], bufferSize: 1, lengthUnit: "bytes" } as const;
  const own = plan({ eventsEnabled: true, captureMaxBytes: 9 }, { listener });
  made.output.attach(own, 4, { stdout: 1, stderr: null });
  made.say(`READY\n${BEGIN}`);
  made.end();
  assertEquals(made.heard, [`heard 4 READY\n${BEGIN}`]);
  assertEquals(made.logText(), `READY\n${BEGIN}`);
});

Deno.test("Output holds up a pipe in capture mode while its log is full", () => {
  const made = rig();
  made.output.attach(plan({ captureMaxBytes: 9 }), 1, { stdout: 1, stderr: null });
  made.fill();
  assertEquals(made.say("a"), false);
  assertEquals(made.say(`${BEGIN}x`), false, "it is held up still");
  made.drain();
  assertEquals(made.resumes(), 1);
  assertEquals(made.say(`${END}b`), true);
});

Deno.test("Output begins and ends capture and events with the settings of the process", () => {
  const made = rig();
  made.output.attach(plan({}), 1, { stdout: 1, stderr: null });
  made.output.adjust(plan({ captureMaxBytes: 9, eventsEnabled: true }));
  made.say(`a${BEGIN}x${END}`);
  made.output.adjust(plan({}));
  made.say(`${BEGIN}`);
  assertEquals(made.heard, ["logged a", "captured x", "ended"]);
  assertEquals(made.logText(), `a${BEGIN}`);
});
