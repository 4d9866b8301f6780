// A rotated file on a disk in memory: no byte lost or doubled, no line split, sizes bounded, faults outlived.
import fc from "fast-check";
import type { LogFact } from "../../src/core/log_loss.ts";
import { type LogLimits, NO_LIMITS } from "../../src/core/log_policy.ts";
import { RotatingFile } from "../../src/os/rotating_file.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";
import { MemoryDisk } from "../support/memory_disk.ts";

const encode = (text: string) => new TextEncoder().encode(text);

interface Rig {
  readonly file: RotatingFile;
  readonly disk: MemoryDisk;
  readonly clock: FakeClock;
  readonly facts: LogFact[];
  readonly compressed: string[];
  say(...texts: readonly string[]): void;
  pass(milliseconds: number): void;
}

function rig(limits: Partial<LogLimits> = {}, disk = new MemoryDisk()): Rig {
  const clock = new FakeClock();
  const facts: LogFact[] = [];
  const compressed: string[] = [];
  disk.wall = clock.now().wall;
  const file = new RotatingFile({
    path: "a",
    mode: 0o644,
    limits: { ...NO_LIMITS, ...limits },
    driver: disk,
    clock,
    report: (fact) => facts.push(fact),
    compress: (path) => compressed.push(path),
  });
  const say = (...texts: readonly string[]) => texts.forEach((text) => file.write(encode(text)));
  const pass = (milliseconds: number) => {
    clock.pass(milliseconds);
    disk.wall = clock.now().wall;
  };
  return { file, disk, clock, facts, compressed, say, pass };
}

interface RotationCase {
  readonly name: string;
  readonly limits: Partial<LogLimits>;
  readonly writes: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

const ROTATIONS: readonly RotationCase[] = [
  {
    name: "keeps one file without a limit",
    limits: {},
    writes: ["1234567890\n", "1234567890\n"],
    files: { a: "1234567890\n1234567890\n" },
  },
  {
    name: "is full to the last byte before it is rotated",
    limits: { maxBytes: 10, backups: 2 },
    writes: ["1234\n1234\n", "5\n"],
    files: { a: "5\n", "a.1": "1234\n1234\n" },
  },
  {
    name: "splits one write at its line ends",
    limits: { maxBytes: 10, backups: 2 },
    writes: ["aaa\nbbb\nccc\nddd\neee\n"],
    files: { a: "eee\n", "a.1": "ccc\nddd\n", "a.2": "aaa\nbbb\n" },
  },
  {
    name: "takes the head of a line along to the new file",
    limits: { maxBytes: 10, backups: 2 },
    writes: ["aaa\nbb", "bb", "bbb\n"],
    files: { a: "bbbbbbb\n", "a.1": "aaa\n" },
  },
  {
    name: "keeps a line whole that is longer than the limit",
    limits: { maxBytes: 10, backups: 2 },
    writes: ["a\n", "bbbbbbbb", "bbbbbbbb", "\nc\n"],
    files: { a: "c\n", "a.1": "bbbbbbbbbbbbbbbb\n", "a.2": "a\n" },
  },
  {
    name: "removes the oldest backup",
    limits: { maxBytes: 2, backups: 2 },
    writes: ["1\n", "2\n", "3\n", "4\n"],
    files: { a: "4\n", "a.1": "3\n", "a.2": "2\n" },
  },
  {
    name: "starts anew without backups only when there is something new",
    limits: { maxBytes: 4, backups: 0 },
    writes: ["1\n2\n", "3"],
    files: { a: "3" },
  },
  {
    name: "takes the head of a line along without backups, too",
    limits: { maxBytes: 6, backups: 0 },
    writes: ["1\n2", "345", "6\n"],
    files: { a: "23456\n" },
  },
  {
    name: "is still full without backups until then",
    limits: { maxBytes: 4, backups: 0 },
    writes: ["1\n2\n"],
    files: { a: "1\n2\n" },
  },
];

for (const { name, limits, writes, files } of ROTATIONS) {
  Deno.test(`RotatingFile ${name}`, () => {
    const { disk, say, facts } = rig(limits);
    say(...writes);
    assertEquals(disk.all(), files);
    assertEquals(facts, []);
    assertEquals(disk.openFiles, 1);
  });
}

const LINES = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom("", "a", "bb", "日本", "🙂🙂", "0123456789") },
    { weight: 1, arbitrary: fc.constant("x".repeat(70)) },
  ),
  { maxLength: 80 },
);
const CUTS = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });

/** Text in pieces of these numbers of bytes, again and again. */
function chop(text: string, lengths: readonly number[]): Uint8Array[] {
  const bytes = encode(text);
  const pieces: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    pieces.push(bytes.slice(at, at + length));
    at += length;
  }
  return pieces;
}

/** The backups from the oldest, then the file. */
function inOrder(disk: MemoryDisk): string[] {
  const numbers = [...disk.files.keys()].flatMap((name) => name.match(/^a\.(\d+)$/)?.[1] ?? []);
  return [...numbers.map(Number).sort((a, b) => b - a).map((number) => `a.${number}`), "a"];
}

Deno.test("RotatingFile: bytes out = bytes in, no line split, sizes bounded, for any chunking", () => {
  const property = (lines: string[], cuts: number[], maxBytes: number, writeMost: number) => {
    const text = lines.map((line) => `${line}\n`).join("");
    const { file, disk } = rig({ maxBytes, backups: 10_000 });
    disk.writeMost = writeMost;
    for (const piece of chop(text, cuts)) file.write(piece);
    const names = inOrder(disk);
    assertEquals(names.map((name) => disk.text(name)).join(""), text);
    for (const name of names) {
      const content = disk.text(name);
      assertTrue(content === "" || content.endsWith("\n"), `${name} ends inside a line`);
      const isOneLine = content.indexOf("\n") === content.length - 1;
      assertTrue(disk.bytes(name).length <= maxBytes || isOneLine, `${name} is too long`);
    }
    assertEquals(file.counters.rotations, names.length - 1);
  };
  fc.assert(fc.property(
    LINES,
    CUTS,
    fc.integer({ min: 1, max: 60 }),
    fc.constantFrom(1, 3, Infinity),
    property,
  ));
});

Deno.test("RotatingFile: what is kept is the end of what was written, within backups and cap", () => {
  const limits = fc.record({
    maxBytes: fc.integer({ min: 12, max: 60 }),
    backups: fc.integer({ min: 0, max: 4 }),
    totalMax: fc.option(fc.integer({ min: 60, max: 200 })),
  });
  fc.assert(fc.property(LINES, CUTS, limits, (lines, cuts, limits) => {
    const short = lines.map((line) => `${line.slice(0, 10)}\n`).join("");
    const { file, disk } = rig(limits);
    for (const piece of chop(short, cuts)) {
      file.write(piece);
      assertTrue(disk.used <= (limits.totalMax ?? Infinity), "over the total cap");
      assertTrue(disk.files.size <= limits.backups + 1, "too many backups");
      assertTrue(disk.used <= limits.maxBytes * (limits.backups + 1), "too much kept");
    }
    assertTrue(
      short.endsWith(inOrder(disk).map((name) => disk.text(name)).join("")),
      "not the end",
    );
  }));
});

Deno.test("RotatingFile goes on with the size of what exists, also in the middle of a line", () => {
  const disk = new MemoryDisk();
  disk.put("a", "12\n456");
  const { say } = rig({ maxBytes: 8, backups: 2 }, disk);
  say("7", "89\n");
  assertEquals(disk.all(), { a: "456789\n", "a.1": "12\n" });
});

Deno.test("RotatingFile leaves a file alone that another program has put in its place", () => {
  const { disk, say } = rig({ maxBytes: 4, backups: 2 });
  say("1\n2\n");
  disk.rename("a", "elsewhere");
  disk.put("a", "X\n");
  say("3\n");
  assertEquals(disk.all(), { a: "X\n3\n", elsewhere: "1\n2\n" });
});

Deno.test("RotatingFile counts what a full disk takes, tells it once, and goes on with a whole line", () => {
  const { file, disk, say, facts, pass } = rig();
  disk.capacity = 8;
  say("one\n", "two-three\n", "four\n", "fi");
  assertEquals(disk.text("a"), "one\ntwo-");
  disk.capacity = 100;
  say("ve\nsix\n");
  assertEquals(disk.text("a"), "one\ntwo-");
  pass(1000);
  say("seven\n", "eight\n");
  assertEquals(disk.text("a"), "one\ntwo-\nseven\neight\n");
  assertEquals(facts, [
    { kind: "log-lost", log: "a", reason: "ENOSPC" },
    { kind: "log-resumed", log: "a", bytes: 20, lines: 4 },
  ]);
  const { bytesLost, linesLost } = file.counters;
  assertEquals([bytesLost, linesLost], [20, 4]);
});

Deno.test("RotatingFile tries a full disk at most once a second", () => {
  const { disk, say, pass, facts } = rig();
  disk.isBroken = true;
  say("1\n");
  disk.isBroken = false;
  pass(999);
  say("2\n");
  pass(1);
  disk.isBroken = true;
  say("3\n");
  disk.isBroken = false;
  say("4\n");
  assertEquals(disk.text("a"), "");
  pass(1000);
  say("5\n");
  assertEquals(disk.text("a"), "5\n");
  assertEquals(facts.map(({ kind }) => kind), ["log-lost", "log-resumed"]);
});

Deno.test("RotatingFile skips the end of a lost line, as lost", () => {
  const { disk, say, pass, facts } = rig();
  disk.isBroken = true;
  say("lost ");
  disk.isBroken = false;
  pass(1000);
  say("end\nnext\n");
  assertEquals(disk.text("a"), "next\n");
  assertEquals(facts.at(-1), { kind: "log-resumed", log: "a", bytes: 9, lines: 1 });
});

Deno.test("RotatingFile: a full disk never leaves a half line that another one continues", () => {
  const waits = fc.array(fc.record({ room: fc.integer({ min: 0, max: 30 }), wait: fc.nat(1500) }));
  fc.assert(fc.property(LINES, CUTS, waits, (lines, cuts, waits) => {
    const { file, disk, pass } = rig({ maxBytes: 50, backups: 10_000 });
    const text = lines.map((line, index) => `${index}:${line};\n`).join("");
    let turn = 0;
    for (const piece of chop(text, cuts)) {
      const { room, wait } = waits[turn++ % Math.max(1, waits.length)] ?? { room: 99, wait: 0 };
      disk.capacity = disk.used + room;
      pass(wait);
      file.write(piece);
    }
    const { bytes, bytesLost } = file.counters;
    const kept = inOrder(disk).flatMap((name) => disk.text(name).split("\n"));
    const whole = new Set(text.split("\n"));
    for (const line of kept) {
      assertTrue(whole.has(line) || !line.endsWith(";"), `a glued line: ${line}`);
      assertTrue(/^(\d+(:.*)?)?$/.test(line), `not the head of a line: ${line}`);
    }
    assertEquals(bytes, encode(text).length);
    const added = disk.used - (bytes - bytesLost);
    assertTrue(added >= 0 && added <= kept.length, "the count of lost bytes is wrong");
  }));
});

Deno.test("RotatingFile grows on when it cannot be rotated, says so once, and rotates when it can", () => {
  const { file, disk, say, pass, facts } = rig({ maxBytes: 4, backups: 2 });
  say("1\n2\n");
  disk.fault = "EACCES";
  say("3\n", "4\n");
  pass(1000);
  say("5\n");
  assertEquals(disk.all(), { a: "1\n2\n3\n4\n5\n" });
  assertEquals(facts, [{ kind: "log-unrotated", log: "a", reason: "EACCES" }]);
  disk.fault = null;
  pass(1000);
  say("6\n");
  assertEquals(disk.all(), { a: "6\n", "a.1": "1\n2\n3\n4\n5\n" });
  assertEquals(file.counters.bytesLost, 0);
});

Deno.test("RotatingFile that cannot be opened counts what it loses and opens later", () => {
  const disk = new MemoryDisk();
  disk.fault = "EACCES";
  const { say, pass, facts } = rig({}, disk);
  say("1\n");
  disk.fault = null;
  pass(1000);
  say("2\n");
  assertEquals(disk.all(), { a: "2\n" });
  assertEquals(facts.map(({ kind }) => kind), ["log-lost", "log-resumed"]);
});

Deno.test("RotatingFile notices that it was deleted at the next write after a second", () => {
  const { disk, say, pass, facts } = rig();
  say("1\n");
  pass(1000);
  say("2\n");
  disk.remove("a");
  say("3\n");
  pass(1000);
  say("4\n");
  assertEquals(disk.all(), { a: "4\n" });
  assertEquals(facts, [{ kind: "log-removed", log: "a", bytes: 4 }]);
  assertEquals(disk.openFiles, 1);
});

Deno.test("RotatingFile writes to the renamed file until it is reopened, as logrotate expects", () => {
  const { file, disk, say } = rig();
  say("1\n");
  disk.rename("a", "a-old");
  say("2\n");
  file.reopen();
  say("3\n");
  assertEquals(disk.all(), { a: "3\n", "a-old": "1\n2\n" });
  file.reopen();
  assertEquals(disk.openFiles, 1);
  file.close();
  assertEquals(disk.openFiles, 0);
});

Deno.test("RotatingFile takes the head of a line along when it is reopened after logrotate", () => {
  const { file, disk, say } = rig();
  say("1\nhe");
  disk.rename("a", "a-old");
  say("a");
  file.reopen();
  say("d\n");
  assertEquals(disk.all(), { a: "head\n", "a-old": "1\n" });
  // Nothing moved, nothing to take along.
  say("he");
  file.reopen();
  say("ad\n");
  assertEquals(disk.all(), { a: "head\nhead\n", "a-old": "1\n" });
});

Deno.test("RotatingFile leaves the head of a line where it is when the new file has no room for it", () => {
  const { file, disk, say, facts } = rig();
  say("1\nhead");
  disk.rename("a", "a-old");
  disk.capacity = disk.used + 2;
  file.reopen();
  assertEquals(disk.all(), { a: "", "a-old": "1\nhead" });
  assertEquals(facts, []);
});

Deno.test("RotatingFile cuts off nothing that another program has added to the file", () => {
  const { disk, say } = rig({ maxBytes: 12, backups: 2 });
  say("own 1\n");
  disk.add("a", "theirs\n");
  say("head");
  say("-tail\n");
  assertEquals(disk.all(), { a: "head-tail\n", "a.1": "own 1\ntheirs\n" });
});

Deno.test("RotatingFile counts from the start again when another program has emptied the file", () => {
  const { file, disk, say, facts, pass } = rig({ maxBytes: 12, backups: 2 });
  say("123456\n");
  disk.truncate("a");
  say("abcdefg\n");
  assertEquals(disk.all(), { a: "abcdefg\n" });
  pass(1000);
  disk.truncate("a");
  disk.remove("a");
  say("x\n");
  assertEquals(facts, [{ kind: "log-removed", log: "a", bytes: 8 }]);
  assertEquals(file.counters.bytesLost, 8);
});

Deno.test("RotatingFile rotates at local midnight, and a file of yesterday at once", () => {
  const day = 24 * 3_600_000;
  const limits = { daily: true, backups: 5 };
  const { file, disk, clock, say, pass } = rig(limits);
  say("1\nhead");
  pass(day);
  file.tick(clock.now());
  say("-tail\n");
  assertEquals(disk.all(), { a: "head-tail\n", "a.1": "1\n" });
  const next = file.nextTick(clock.now());
  assertTrue(next !== null && next <= clock.now().mono + 3_600_000, "the calendar is not asked");
  pass(day);
  const later = rig(limits, disk);
  later.pass(2 * day);
  disk.wall = 0;
  file.tick(later.clock.now());
  file.tick(later.clock.now());
  assertEquals(disk.all(), { a: "", "a.1": "head-tail\n", "a.2": "1\n" });
});

Deno.test("RotatingFile without a calendar wants no tick", () => {
  const { file, clock } = rig({ maxBytes: 4, backups: 2 });
  assertEquals(file.nextTick(clock.now()), null);
});

Deno.test("RotatingFile removes backups that are too old, at the time they are", () => {
  const { file, disk, clock, say, pass } = rig({ maxBytes: 2, backups: 5, maxAge: 5000 });
  say("1\n");
  pass(1000);
  say("2\n");
  pass(1000);
  say("3\n");
  assertEquals(Object.keys(disk.all()), ["a", "a.1", "a.2"]);
  const due = file.nextTick(clock.now()) ?? 0;
  assertEquals(due, 1000 + 5000);
  pass(due - clock.now().mono);
  file.tick(clock.now());
  assertEquals(disk.all(), { a: "3\n", "a.1": "2\n" });
});

Deno.test("RotatingFile takes new limits while it is open", () => {
  const { file, disk, say } = rig();
  say("1\n2\n");
  file.adjust({ ...NO_LIMITS, maxBytes: 4, backups: 1 });
  say("3\n");
  assertEquals(disk.all(), { a: "3\n", "a.1": "1\n2\n" });
});

Deno.test("RotatingFile asks for compression when it opens and after each rotation", () => {
  const { compressed, say } = rig({ maxBytes: 2, backups: 2, compress: true });
  say("1\n", "2\n");
  assertEquals(compressed, ["a", "a"]);
});

Deno.test("RotatingFile is emptied by clear() and goes on at its start", () => {
  const { file, disk, say } = rig({ maxBytes: 4, backups: 1 });
  say("1\n2");
  assertEquals(file.clear(), true);
  say("3\n4\n");
  assertEquals(disk.all(), { a: "3\n4\n" });
});
