// Output from fake pipes into a fake store: what goes where, who is held up, what outlives its run.
import { Output } from "../../src/engine/output.ts";
import type { LogPlan, ProcessPlan } from "../../src/manifest/plan.ts";
import type { ByteSink, PipeHandle, PipeReader } from "../../src/ports/host.ts";
import type { LogLimits, LogStore, LogTarget, LogWriter } from "../../src/ports/logs.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";
import { LOG, processPlan } from "../support/plans.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** Pipes that are written by hand. */
class FakePipes implements PipeReader {
  readonly #pipes = new Map<number, { sink: ByteSink; onEnd: () => void }>();
  readonly resumed: number[] = [];
  readonly closed: number[] = [];
  /** What `drain` finds, by descriptor. */
  readonly waiting = new Map<number, string>();

  attach(fd: number, sink: ByteSink, onEnd: () => void): PipeHandle {
    this.#pipes.set(fd, { sink, onEnd });
    return {
      resume: () => this.resumed.push(fd),
      drain: () => {
        const text = this.waiting.get(fd) ?? "";
        this.waiting.delete(fd);
        if (text !== "") this.say(fd, text);
      },
      close: () => this.closed.push(fd),
    };
  }

  say(fd: number, text: string): boolean {
    const pipe = this.#pipes.get(fd);
    if (pipe === undefined) throw new Error(`nobody reads ${fd}`);
    return pipe.sink.write(encode(text));
  }

  end(fd: number): void {
    this.#pipes.get(fd)?.onEnd();
    this.#pipes.delete(fd);
  }
}

/** Logs in memory; a log that is named in `full` wants no more. */
class FakeStore implements LogStore {
  readonly texts: Record<string, string> = {};
  readonly counts = new Map<string, number>();
  readonly limits = new Map<string, LogLimits>();
  readonly full = new Set<string>();
  readonly cleared: string[] = [];
  reopens = 0;
  readonly #drains = new Map<string, Set<() => void>>();

  listen(): void {}

  open(target: LogTarget, limits: LogLimits): LogWriter {
    const name = nameOf(target);
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    this.limits.set(name, limits);
    return {
      path: target.kind === "file" ? target.path : null,
      counters: { bytes: 7, bytesLost: 2, linesLost: 1, rotations: 3 },
      source: (_key, onDrain) => {
        const drains = this.#drains.get(name) ?? new Set();
        this.#drains.set(name, drains.add(onDrain));
        return {
          write: (bytes) => {
            this.texts[name] = (this.texts[name] ?? "") + new TextDecoder().decode(bytes);
            return !this.full.has(name);
          },
          close: () => drains.delete(onDrain),
        };
      },
      adjust: (limits) => this.limits.set(name, limits),
      clear: () => this.cleared.push(name) > 0,
      close: () => this.counts.set(name, (this.counts.get(name) ?? 0) - 1),
    };
  }

  reopen(): void {
    this.reopens++;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** There is room again. */
  drain(name: string): void {
    this.full.delete(name);
    for (const onDrain of this.#drains.get(name) ?? []) onDrain();
  }

  /** Names of what is open. */
  opened(): string[] {
    return [...this.counts].filter(([, count]) => count > 0).map(([name]) => name).sort();
  }
}

function nameOf(target: LogTarget): string {
  switch (target.kind) {
    case "file":
      return target.path;
    case "auto":
      return `auto ${target.process} ${target.stream}`;
    default:
      return target.kind;
  }
}

function rig(foreground: { readonly colour: boolean } | null = null) {
  const pipes = new FakePipes();
  const store = new FakeStore();
  const clock = new FakeClock();
  return { pipes, store, clock, output: new Output({ pipes, store, clock, foreground }) };
}

function file(path: string, own: Partial<LogPlan> = {}): LogPlan {
  return { ...LOG, destination: { kind: "file", path }, ...own };
}

function plan(name: string, own: Partial<ProcessPlan> = {}): ProcessPlan {
  return processPlan(name, { stdout: file(`${name}.out`), stderr: file(`${name}.err`), ...own });
}

Deno.test("Output writes each stream to its log, bytes as they are", () => {
  const { pipes, store, output } = rig();
  output.attach(plan("web"), 1, { stdout: 10, stderr: 11 });
  pipes.say(10, "ha");
  pipes.say(11, "err\n");
  pipes.say(10, "lf");
  assertEquals(store.texts, { "web.out": "half", "web.err": "err\n" });
  assertEquals(output.counters("web:web", "stdout"), {
    read: 4,
    bytes: 7,
    bytesLost: 2,
    linesLost: 1,
    rotations: 3,
  });
});

Deno.test("Output opens nothing for NONE, and reads the pipe all the same", () => {
  const { pipes, store, output } = rig();
  output.attach(plan("web", { stdout: LOG, stderr: "stdout" }), 1, { stdout: 10, stderr: null });
  assertEquals(pipes.say(10, "gone\n"), true);
  assertEquals([store.texts, store.opened()], [{}, []]);
});

Deno.test("Output gives AUTO, stdout and syslog what is theirs", () => {
  const { pipes, store, output } = rig();
  const stdout = { ...LOG, destination: { kind: "auto" }, syslog: true } as const;
  const stderr = { ...LOG, destination: { kind: "stdout" } } as const;
  output.attach(plan("web", { stdout, stderr }), 1, { stdout: 10, stderr: 11 });
  pipes.say(10, "a\nb");
  pipes.say(11, "raw");
  assertEquals(store.texts, { "auto web stdout": "a\nb", syslog: "web a\n", stdout: "raw" });
  pipes.end(10);
  assertEquals(store.texts["syslog"], "web a\nweb b\n");
});

Deno.test("Output copies lines to the foreground behind aligned names, whole ones only", () => {
  const { pipes, store, output } = rig({ colour: false });
  const [web, worker] = [plan("web"), plan("worker")];
  output.announce([web, worker]);
  output.attach(web, 1, { stdout: 10, stderr: 11 });
  output.attach(worker, 1, { stdout: 20, stderr: 21 });
  pipes.say(10, "on");
  pipes.say(20, "two\r\n");
  pipes.say(10, "e\nlast");
  pipes.end(10);
  assertEquals(
    store.texts["stdout"],
    "worker | two\nweb    | one\nweb    | last\n",
  );
  assertEquals(store.texts["web.out"], "one\nlast");
});

Deno.test("Output colours names when asked, and shows the id where the name alone says too little", () => {
  const { pipes, store, output } = rig({ colour: true });
  const odd = { ...plan("x"), id: "group:x", group: "group" };
  output.attach(odd, 1, { stdout: 10, stderr: null });
  pipes.say(10, "hi\n");
  assertEquals(store.texts["stdout"], "\x1b[36mgroup:x |\x1b[0m hi\n");
});

Deno.test("Output does not show twice what goes to our stdout or stderr", () => {
  const { pipes, store, output } = rig({ colour: false });
  const [stdout, stderr] = (["stdout", "stderr"] as const)
    .map((kind) => ({ ...LOG, destination: { kind } }));
  output.attach(plan("web", { stdout: stdout ?? LOG, stderr: stderr ?? LOG }), 1, {
    stdout: 10,
    stderr: 11,
  });
  pipes.say(10, "1\n");
  pipes.say(11, "2\n");
  assertEquals(store.texts, { stdout: "1\n", stderr: "2\n" });
});

Deno.test("Output formats lines for the log and the foreground alike, and strips sequences", () => {
  const { pipes, store, output } = rig({ colour: false });
  const stdout = file("web.out", { format: "json", stripAnsi: true });
  output.attach(plan("web", { stdout }), 1, { stdout: 10, stderr: null });
  pipes.say(10, "\x1b[3");
  pipes.say(10, "1mred\x1b[0m\nun");
  pipes.end(10);
  const line = (message: string) => {
    const time = new Date(1000).toISOString();
    const fields = { time, program: "web", process: "web:web", stream: "stdout", message };
    return `${JSON.stringify(fields)}\n`;
  };
  assertEquals(store.texts["web.out"], line("red") + line("un"));
  assertEquals(store.texts["stdout"], store.texts["web.out"]);
});

Deno.test("Output holds a pipe up while one of its logs is full, and only this pipe", () => {
  const { pipes, store, output } = rig({ colour: false });
  store.full.add("web.out");
  output.attach(plan("web"), 1, { stdout: 10, stderr: 11 });
  assertEquals([pipes.say(10, "1\n"), pipes.say(11, "2\n")], [false, true]);
  store.drain("web.out");
  store.drain("web.out");
  assertEquals(pipes.resumed, [10]);
  assertEquals(pipes.say(10, "3\n"), true);
});

Deno.test("Output drains the pipes of a process, of all its runs", () => {
  const { pipes, store, output } = rig();
  const web = plan("web", { stderr: "stdout" });
  output.attach(web, 1, { stdout: 10, stderr: null });
  output.attach(web, 2, { stdout: 20, stderr: null });
  pipes.waiting.set(10, "grandchild\n");
  pipes.waiting.set(20, "child\n");
  output.drain("web:web");
  assertEquals(store.texts["web.out"], "grandchild\nchild\n");
});

Deno.test("Output keeps logs open between runs, and after forget() until the last pipe has ended", () => {
  const { pipes, store, output } = rig();
  const web = plan("web", { stderr: "stdout" });
  output.attach(web, 1, { stdout: 10, stderr: null });
  pipes.end(10);
  assertEquals(store.opened(), ["web.out"]);
  output.attach(web, 2, { stdout: 20, stderr: null });
  output.forget("web:web");
  pipes.say(20, "late\n");
  assertEquals([store.opened(), store.texts["web.out"]], [["web.out"], "late\n"]);
  pipes.end(20);
  assertEquals(store.opened(), []);
});

Deno.test("Output adjusts limits of open logs, and moves open pipes to other logs", () => {
  const { pipes, store, output } = rig();
  const web = plan("web", { stderr: "stdout" });
  output.attach(web, 1, { stdout: 10, stderr: null });
  output.adjust({ ...web, stdout: file("web.out", { maxBytes: 5 }) });
  assertEquals([store.limits.get("web.out")?.maxBytes, store.counts.get("web.out")], [5, 1]);
  pipes.say(10, "1\n");
  output.adjust({ ...web, stdout: file("other", { format: "text" }) });
  pipes.say(10, "2\n");
  assertEquals(store.opened(), ["other"]);
  assertEquals(store.texts["web.out"], "1\n");
  assertEquals(store.texts["other"]?.endsWith(" web stdout: 2\n"), true);
  output.adjust(plan("unknown"));
  assertEquals(store.opened(), ["other"]);
});

Deno.test("Output writes the runner's own lines to the log of a stream, merged or not", () => {
  const { store, output } = rig();
  output.attach(plan("web"), 1, { stdout: 10, stderr: 11 });
  output.attach(plan("one", { stderr: "stdout" }), 1, { stdout: 20, stderr: null });
  output.writeLine("web:web", "stderr", "supervisor: no");
  output.writeLine("one:one", "stderr", "supervisor: nor this");
  output.writeLine("unknown:unknown", "stderr", "nowhere");
  assertEquals(store.texts, {
    "web.err": "supervisor: no\n",
    "one.out": "supervisor: nor this\n",
  });
});

Deno.test("Output clears and names the logs of a process, whether it has run or not", () => {
  const { store, output } = rig();
  const web = plan("web");
  assertEquals([output.clear(web), store.cleared], [true, ["web.out", "web.err"]]);
  assertEquals(output.path(web, "stderr"), "web.err");
});

Deno.test("Output takes what is left in the pipes when it is closed, and lets go of everything", () => {
  const { pipes, store, output } = rig({ colour: false });
  output.attach(plan("web", { stderr: "stdout" }), 1, { stdout: 10, stderr: null });
  pipes.say(10, "head");
  pipes.waiting.set(10, "-tail");
  output.close();
  assertEquals(store.texts, { "web.out": "head-tail", stdout: "web | head-tail\n" });
  assertEquals([pipes.closed, store.opened()], [[10], []]);
});

Deno.test("Output does not show what is not to be shown", () => {
  const { pipes, store, output } = rig({ colour: false });
  const stdout = file("web.out", { shown: false });
  output.attach(plan("web", { stdout }), 1, { stdout: 10, stderr: 11 });
  pipes.say(10, "hidden\n");
  pipes.say(11, "shown\n");
  assertEquals(store.texts["stdout"], "web | shown\n");
});

Deno.test("Output goes to the own log at level debug, as with supervisord", () => {
  const { pipes, store, clock } = rig();
  const said: string[] = [];
  const log = {
    isOn: () => true,
    write: (level: string, text: string) => void said.push(`${level} ${text}`),
  };
  const output = new Output({ pipes, store, clock, foreground: null, log });
  output.attach(plan("web"), 1, { stdout: 10, stderr: null });
  pipes.say(10, "one\ntwo\n");
  assertEquals(said, ["debug 'web' stdout output:\none\ntwo"]);
});

Deno.test("Output reopens by the store", () => {
  const { store, output } = rig();
  output.reopen();
  assertEquals(store.reopens, 1);
});
