// A stream with a slow or absent reader: back-pressure with one, a bounded wait without, never a half line glued.
import type { LogFact } from "../../src/core/log_loss.ts";
import { type OpenStream, StreamLog } from "../../src/os/stream_log.ts";
import type { LogFault } from "../../src/ports/logs.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";

const EAGAIN = 11;
const EPIPE = 32;
const encode = (text: string) => new TextEncoder().encode(text);

/** A pipe with so much room, and perhaps nobody at its other end. */
class FakePipe {
  room = Infinity;
  hasReader = true;
  read = "";
  opens = 0;
  closes = 0;
  #onWritable: (() => void) | null = null;

  open(): OpenStream | LogFault {
    if (!this.hasReader) return { fault: "nobody reads it" };
    this.opens++;
    return {
      fd: 7,
      identity: "pipe",
      write: (bytes) => this.#write(bytes),
      close: () => this.closes++,
    };
  }

  watchWritable(_fd: number, onWritable: () => void): Disposable {
    this.#onWritable = onWritable;
    return { [Symbol.dispose]: () => this.#onWritable = null };
  }

  get isWatched(): boolean {
    return this.#onWritable !== null;
  }

  /** Somebody reads: there is room again. */
  makeRoom(room: number): void {
    this.room = room;
    const tell = this.#onWritable;
    this.#onWritable = null;
    tell?.();
  }

  #write(bytes: Uint8Array): number {
    if (!this.hasReader) return -EPIPE;
    if (this.room <= 0) return -EAGAIN;
    const taken = bytes.subarray(0, Math.min(this.room, bytes.length));
    this.read += new TextDecoder().decode(taken);
    this.room -= taken.length;
    return taken.length;
  }
}

function rig(prepare: (pipe: FakePipe) => void = () => {}) {
  const pipe = new FakePipe();
  prepare(pipe);
  const clock = new FakeClock();
  const facts: LogFact[] = [];
  let drains = 0;
  const log = new StreamLog({
    log: "fifo",
    clock,
    watch: pipe,
    open: () => pipe.open(),
    report: (fact) => facts.push(fact),
    onDrain: () => drains++,
  });
  return { pipe, clock, facts, log, drains: () => drains };
}

Deno.test("StreamLog takes all bytes, says that it is full, and tells when it is not any more", () => {
  const { pipe, log, drains, facts } = rig();
  pipe.room = 4;
  assertEquals(log.write(encode("123456\n")), false);
  assertEquals(log.write(encode("7\n")), false);
  assertEquals([pipe.read, log.pending, pipe.isWatched], ["1234", 5, true]);
  pipe.makeRoom(3);
  assertEquals([pipe.read, drains(), pipe.isWatched], ["123456\n", 0, true]);
  pipe.makeRoom(100);
  assertEquals([pipe.read, drains(), log.isFull], ["123456\n7\n", 1, false]);
  assertEquals(log.write(encode("8\n")), true);
  assertEquals(facts, []);
  log.close();
});

Deno.test("StreamLog keeps what comes before the first reader, and holds nobody up for it", () => {
  const { pipe, log, clock, facts } = rig((pipe) => pipe.hasReader = false);
  assertEquals(log.write(encode("early\n")), true);
  pipe.hasReader = true;
  clock.pass(1000);
  assertEquals([pipe.read, facts.length, clock.waiting], ["early\n", 0, 0]);
  log.close();
});

Deno.test("StreamLog without a reader counts what is over a pipe's worth, and goes on with whole lines", () => {
  const { pipe, log, clock, facts } = rig((pipe) => pipe.hasReader = false);
  const line = `${"x".repeat(32_767)}\n`;
  log.write(encode(line));
  log.write(encode(line.slice(0, 1000)));
  assertEquals(log.write(encode(line)), true);
  log.write(encode("lost "));
  pipe.hasReader = true;
  clock.pass(1000);
  log.write(encode("end\nnext\n"));
  assertEquals(pipe.read.slice(line.length + 1000), "\nnext\n");
  assertEquals(facts, [
    { kind: "log-lost", log: "fifo", reason: "nobody reads it" },
    { kind: "log-resumed", log: "fifo", bytes: line.length + 9, lines: 2 },
  ]);
  assertEquals(log.counters.bytesLost, line.length + 9);
  log.close();
});

Deno.test("StreamLog gives what a reader left behind to the next one", () => {
  const { pipe, log, clock, facts, drains } = rig();
  pipe.room = 2;
  log.write(encode("1\n2\n"));
  pipe.hasReader = false;
  pipe.makeRoom(0);
  assertEquals([log.isFull, drains(), pipe.closes], [false, 1, 1]);
  pipe.hasReader = true;
  pipe.room = 100;
  clock.pass(1000);
  assertEquals([pipe.read, pipe.opens, facts.length], ["1\n2\n", 2, 0]);
  log.close();
});

Deno.test("StreamLog tries again once a second only while something waits", () => {
  const { pipe, log, clock } = rig((pipe) => pipe.hasReader = false);
  assertEquals(clock.waiting, 0);
  log.write(encode("1\n"));
  clock.pass(5000);
  assertEquals(clock.waiting, 1);
  log.close();
  assertEquals([clock.waiting, log.counters.bytesLost, pipe.opens], [0, 2, 0]);
});
