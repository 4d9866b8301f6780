// The reader of pipes: every byte, in order, once; no work while there is nothing to read.
import { closeFd, growPipe, libc, makePipe, setNonBlocking, writeOnce } from "../../src/os/libc.ts";
import { Poller } from "../../src/os/poller.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { TestHost } from "../support/test_host.ts";
import { until } from "../support/wait.ts";

libc(); // Opened for the whole process: no test leaks it.

/** A pipe whose ends do not block. */
function openPipe(): { reader: number; writer: number } {
  const pipe = makePipe();
  if (typeof pipe === "number") throw new Error(`Cannot make a pipe: ${pipe}`);
  setNonBlocking(pipe.reader);
  setNonBlocking(pipe.writer);
  return pipe;
}

function text(fd: number, words: string): void {
  writeOnce(fd, new TextEncoder().encode(words));
}

/** Remembers what it gets. */
class Memory {
  text = "";
  takes = true;
  ends = 0;
  write(bytes: Uint8Array): boolean {
    this.text += new TextDecoder().decode(bytes);
    return this.takes;
  }
}

Deno.test("attach() reads until the end, closes, and tells the end once", async () => {
  await using poller = new Poller();
  const { reader, writer } = openPipe();
  const memory = new Memory();
  const handle = poller.attach(reader, memory, () => memory.ends++);
  text(writer, "one ");
  await until("the first bytes", () => memory.text === "one ");
  text(writer, "two");
  closeFd(writer);
  await until("the end", () => memory.ends === 1);
  assertEquals(memory.text, "one two");
  handle.resume();
  handle.drain();
  handle.close();
  assertEquals(memory.ends, 1);
});

Deno.test("attach() waits after a false of the sink until resume()", async () => {
  await using poller = new Poller();
  const { reader, writer } = openPipe();
  const memory = new Memory();
  memory.takes = false;
  const handle = poller.attach(reader, memory, () => memory.ends++);
  text(writer, "one");
  await until("the first bytes", () => memory.text === "one");
  text(writer, " two");
  closeFd(writer);
  const other = openPipe();
  const witness = new Memory();
  poller.attach(other.reader, witness, () => {});
  text(other.writer, "seen");
  await until("another pipe to be read", () => witness.text === "seen");
  assertEquals([memory.text, memory.ends], ["one", 0]);
  memory.takes = true;
  handle.resume();
  handle.resume();
  await until("the end", () => memory.ends === 1);
  assertEquals(memory.text, "one two");
  closeFd(other.writer);
  await until("the other end", () => poller.isIdle);
});

Deno.test("drain() takes what is there at once, also from a pipe that waits", async () => {
  await using poller = new Poller();
  const { reader, writer } = openPipe();
  const memory = new Memory();
  memory.takes = false;
  const handle = poller.attach(reader, memory, () => memory.ends++);
  growPipe(writer, 1 << 20);
  const block = "x".repeat(300_000);
  text(writer, block);
  handle.drain();
  assertEquals(memory.text.length, block.length);
  text(writer, "end");
  closeFd(writer);
  handle.drain();
  assertEquals([memory.text.length, memory.ends], [block.length + 3, 1]);
  handle.drain();
  assertEquals(memory.ends, 1);
});

Deno.test("drain() comes to an end while somebody goes on writing", async () => {
  await using host = new TestHost();
  const spawned = host.children.spawn({
    ...{ path: "/usr/bin/yes", argv: ["yes"], env: {}, directory: null, umask: null, user: null },
    ...{ nice: null, oomScoreAdj: null, rlimits: [], cgroup: null, mergeStderr: true },
    stdin: { kind: "null" },
  });
  assertTrue(spawned.kind === "spawned", "yes was not spawned");
  let bytes = 0;
  const sink = { write: (chunk: Uint8Array) => (bytes += chunk.length) > 0 };
  const handle = host.poller.attach(spawned.stdout, sink, () => {});
  await until("some bytes", () => bytes > 0);
  handle.drain();
  handle.close();
});

Deno.test("close() lets go at once and tells no end", async () => {
  await using poller = new Poller();
  const { reader, writer } = openPipe();
  const memory = new Memory();
  const handle = poller.attach(reader, memory, () => memory.ends++);
  handle.close();
  text(writer, "one");
  closeFd(writer);
  await until("quiet", () => poller.isIdle);
  assertEquals([memory.text, memory.ends], ["", 0]);
});

Deno.test("close() in a pause after a busy moment ends the wait", async () => {
  for (let round = 0; round < 20; round++) {
    await using poller = new Poller();
    const { reader, writer } = openPipe();
    let left = 20;
    const closed = new Promise<void>((done) => {
      const handle = poller.attach(reader, {
        write: () => {
          // In the microtask the poller has begun its pause.
          if (--left === 0) queueMicrotask(() => queueMicrotask(() => done(handle.close())));
          else text(writer, "again");
          return true;
        },
      }, () => {});
    });
    text(writer, "first");
    await closed;
    closeFd(writer);
  }
});

Deno.test("attach() reads hundreds of pipes, some of them closed by the sink of another", async () => {
  await using poller = new Poller();
  const count = 400;
  let ends = 0;
  const pipes = Array.from({ length: count }, () => openPipe());
  const handles = pipes.map(({ reader }, index) =>
    poller.attach(reader, {
      write: () => {
        if (index === 0) handles[1]?.close();
        return true;
      },
    }, () => ends++)
  );
  for (const { writer } of pipes) text(writer, "some words");
  for (const { writer } of pipes) closeFd(writer);
  await until("all ends", () => ends >= count - 1);
  await until("quiet", () => poller.isIdle);
});

Deno.test("attach() gives every byte of a fast writer in order", async () => {
  await using host = new TestHost();
  const script = "seq 1 500000";
  const { stdout } = await host.shell(script);
  let wanted = 1;
  for (const line of new TextDecoder().decode(stdout).trimEnd().split("\n")) {
    if (Number(line) !== wanted++) throw new Error(`After ${wanted - 2} came ${line}`);
  }
  assertEquals(wanted, 500_001);
});

Deno.test("watchWritable() calls once, when there is room again", async () => {
  await using poller = new Poller();
  const { reader, writer } = openPipe();
  const block = new Uint8Array(65536);
  while (writeOnce(writer, block) > 0);
  let calls = 0;
  poller.watchWritable(writer, () => calls++);
  const dropped = openPipe();
  poller.watchWritable(dropped.writer, () => calls += 100)[Symbol.dispose]();
  assertEquals(calls, 0);
  const memory = new Memory();
  poller.attach(reader, memory, () => memory.ends++);
  await until("room", () => calls === 1);
  closeFd(writer);
  [dropped.reader, dropped.writer].forEach(closeFd);
  await until("the end", () => memory.ends === 1);
  assertEquals(calls, 1);
});

Deno.test("watchWritable() calls for a file and for a pipe without reader", async () => {
  await using poller = new Poller();
  const file = Deno.makeTempFileSync();
  const open = Deno.openSync(file, { write: true });
  const fd = [...Deno.readDirSync("/proc/self/fd")].map((entry) => Number(entry.name))
    .find((fd) => linkOf(fd) === file);
  assertTrue(fd !== undefined, "the file has no descriptor");
  let calls = 0;
  poller.watchWritable(fd, () => calls++);
  const { reader, writer } = openPipe();
  while (writeOnce(writer, new Uint8Array(65536)) > 0);
  closeFd(reader);
  poller.watchWritable(writer, () => calls++);
  await until("both", () => calls === 2);
  closeFd(writer);
  open.close();
  Deno.removeSync(file);
});

function linkOf(fd: number): string {
  try {
    return Deno.readLinkSync(`/proc/self/fd/${fd}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

Deno.test("attach() leaves time for timers while a writer never stops", async () => {
  await using host = new TestHost();
  let bytes = 0;
  const child = host.start({ path: "/usr/bin/yes", argv: ["yes"] });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  await until("ticks", () => ticks >= 20);
  clearInterval(timer);
  host.children.signal(child.pid, 9, "process");
  bytes += (await child.ended).stdout.length;
  assertTrue(bytes > 0, "nothing was read");
});
