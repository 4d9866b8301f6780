// Several writers of one log: lines stay whole, each writer's bytes stay in order, one writer costs nothing.
import fc from "fast-check";
import type { LogSink, SinkState } from "../../src/os/log_sink.ts";
import { SharedLog } from "../../src/os/shared_log.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** Remembers what it was given, and is full when told so. */
class FakeSink implements LogSink {
  readonly path = null;
  readonly identity = null;
  readonly counters = { bytes: 0, bytesLost: 0, linesLost: 0, rotations: 0 };
  readonly pending = 0;
  isFull = false;
  isClosed = false;
  readonly writes: string[] = [];

  write(bytes: Uint8Array): boolean {
    this.writes.push(new TextDecoder().decode(bytes));
    return !this.isFull;
  }
  adjust(): void {}
  clear(): boolean {
    return false;
  }
  reopen(): void {}
  tick(): void {}
  nextTick(): null {
    return null;
  }
  close(): void {
    this.isClosed = true;
  }
  handOver(): SinkState {
    return { ledger: { counters: this.counters, gap: null }, waiting: [], held: null };
  }
  adopt(): void {}

  get text(): string {
    return this.writes.join("");
  }
}

function rig() {
  const sink = new FakeSink();
  const clock = new FakeClock();
  let drain = () => {};
  const log = new SharedLog((onDrain) => {
    drain = onDrain;
    return sink;
  }, clock);
  return { sink, clock, log, drain: () => drain() };
}

Deno.test("SharedLog passes on the bytes of its only writer as they come", () => {
  const { sink, log, clock } = rig();
  const source = log.source("a", () => {});
  log.source("silent", () => {});
  for (const text of ["he", "ad\nprompt: "]) source.write(encode(text));
  assertEquals(sink.writes, ["he", "ad\nprompt: "]);
  assertEquals(clock.waiting, 0);
});

Deno.test("SharedLog holds back the head of a line while another writes", () => {
  const { sink, log } = rig();
  const [a, b] = [log.source("a", () => {}), log.source("b", () => {})];
  a.write(encode("a1\n"));
  b.write(encode("b1\nb"));
  a.write(encode("a"));
  b.write(encode("2\n"));
  a.write(encode("2\na3\n"));
  assertEquals(sink.text, "a1\nb1\nb2\na2\na3\n");
});

Deno.test("SharedLog shows a held line after a second, and then keeps others off it", () => {
  const { sink, log, clock } = rig();
  const [a, b] = [log.source("a", () => {}), log.source("b", () => {})];
  a.write(encode("a\n"));
  b.write(encode("password: "));
  assertEquals(sink.text, "a\n");
  clock.pass(1000);
  assertEquals(sink.text, "a\npassword: ");
  a.write(encode("more\n"));
  clock.pass(1000);
  assertEquals(sink.text, "a\npassword: \nmore\n");
});

Deno.test("SharedLog cuts no line of one who writes without a pause because another one has begun a second ago", () => {
  const { sink, log, clock } = rig();
  const [a, b] = [log.source("a", () => {}), log.source("b", () => {})];
  a.write(encode("a\n"));
  b.write(encode("b"));
  clock.pass(600);
  b.write(encode("b\nb"));
  clock.pass(600);
  assertEquals(sink.text, "a\nbb\n");
  b.write(encode("c\n"));
  assertEquals(sink.text, "a\nbb\nbc\n");
  clock.pass(2000);
  assertEquals(clock.waiting, 0);
});

Deno.test("SharedLog reads on before it cuts a line when the runner itself was held up", () => {
  const { sink, log, clock } = rig();
  const [a, b] = [log.source("a", () => {}), log.source("b", () => {})];
  a.write(encode("a\n"));
  b.write(encode("he"));
  clock.stall(5000);
  assertEquals(sink.text, "a\n");
  b.write(encode("ad\n"));
  b.write(encode("prompt: "));
  clock.pass(900);
  assertEquals(sink.text, "a\nhead\n");
  clock.pass(1000);
  assertEquals(sink.text, "a\nhead\nprompt: ");
});

Deno.test("SharedLog waits with others for the end of a line that was begun alone, a second at most", () => {
  const { sink, log, clock } = rig();
  const [a, b] = [log.source("a", () => {}), log.source("b", () => {})];
  a.write(encode("a-head"));
  b.write(encode("b1\nb"));
  a.write(encode("-tail\n"));
  b.write(encode("2\n"));
  assertEquals(sink.text, "a-head-tail\nb1\nb2\n");
  a.write(encode("prompt: "));
  clock.pass(1000);
  b.write(encode("b3\n"));
  assertEquals(sink.text, "a-head-tail\nb1\nb2\nprompt: ");
  clock.pass(1000);
  assertEquals(sink.text, "a-head-tail\nb1\nb2\nprompt: \nb3\n");
});

Deno.test("SharedLog does not wait for the line of a writer that has left", () => {
  const { sink, log } = rig();
  const [a, b] = [log.source("a", () => {}), log.source("b", () => {})];
  a.write(encode("half"));
  b.write(encode("b1\n"));
  a.close();
  b.write(encode("b2\n"));
  assertEquals(sink.text, "half\nb1\nb2\n");
});

Deno.test("SharedLog writes what a leaving writer holds back", () => {
  const { sink, log } = rig();
  const [a, b] = [log.source("a", () => {}), log.source("b", () => {})];
  a.write(encode("a\n"));
  b.write(encode("the end"));
  b.close();
  a.write(encode("goes on\n"));
  assertEquals(sink.text, "a\nthe end\ngoes on\n");
});

Deno.test("SharedLog lets the next run of a stream go on where the last one ended", () => {
  const { sink, log } = rig();
  const first = log.source("web stdout", () => {});
  first.write(encode("half"));
  first.close();
  log.source("web stdout", () => {}).write(encode("-whole\n"));
  assertEquals(sink.text, "half-whole\n");
});

Deno.test("SharedLog tells those who were refused, and only them, when there is room", () => {
  const { sink, log, drain } = rig();
  const told: string[] = [];
  const [a, b] = [log.source("a", () => told.push("a")), log.source("b", () => told.push("b"))];
  b.write(encode("b\n"));
  sink.isFull = true;
  assertEquals(a.write(encode("a\n")), false);
  sink.isFull = false;
  drain();
  drain();
  assertEquals(told, ["a"]);
});

Deno.test("SharedLog writes what is held when it is closed, and leaves no timer", () => {
  const { sink, log, clock } = rig();
  const [a, b] = [log.source("a", () => {}), log.source("b", () => {})];
  a.write(encode("a\n"));
  b.write(encode("b"));
  log.close();
  assertEquals([sink.text, sink.isClosed, clock.waiting], ["a\nb", true, 0]);
});

const WRITES = fc.array(
  fc.record({
    who: fc.nat(2),
    text: fc.array(fc.constantFrom("x", "y", "日", "\n"), { maxLength: 6 }),
  }),
  { maxLength: 60 },
);

Deno.test("SharedLog: no line holds bytes of two writers, each one's order is kept, lines stay whole in time", () => {
  fc.assert(fc.property(WRITES, fc.constantFrom(0, 400), (writes, wait) => {
    const { sink, log, clock } = rig();
    const names = ["a", "b", "c"];
    const sources = names.map((name) => log.source(name, () => {}));
    const expected = names.map(() => "");
    for (const { who, text } of writes) {
      const name = names[who] ?? "";
      // Every character of a writer carries its name.
      const marked = text.map((char) => char === "\n" ? char : `${name}${char}`).join("");
      sources[who]?.write(encode(marked));
      expected[who] += marked;
      clock.pass(wait);
    }
    log.close();
    for (const line of sink.text.split("\n")) {
      assertTrue(new Set(line.match(/[abc]/g)).size <= 1, `a mixed line: ${line}`);
    }
    for (const [who, name] of names.entries()) {
      const own = sink.text.match(new RegExp(`${name}[xy日]`, "g"))?.join("") ?? "";
      assertEquals(own, expected[who]?.replaceAll("\n", ""));
      if (wait > 0) continue;
      const isOf = (line: string) => line.startsWith(name);
      assertEquals(sink.text.split("\n").filter(isOf), expected[who]?.split("\n").filter(isOf));
    }
  }));
});
