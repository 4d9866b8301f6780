// What is read out of /proc, and who is taken for whose descendant.
import { encodeText } from "../../src/os/byte_text.ts";
import { Kin } from "../../src/os/kin.ts";
import { entryAfter, hasEntry, isAlive, listProcesses } from "../../src/os/proc_fs.ts";
import { parseResidentPages, parseStat, type ProcStat, readStat } from "../../src/os/proc_fs.ts";
import { ProcessTree } from "../../src/os/process_tree.ts";
import { libc } from "../../src/os/libc.ts";
import { withAllDescriptors } from "../support/all_descriptors.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

libc(); // Opened for the whole process: no test leaks it.

const REST = "0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654321 8192 77 18446744073709551615 1 1\n";

Deno.test("parseStat() reads whatever the name is", () => {
  const names = ["sh", "a b", "(sd-pam)", ") R 1 2 3", "a) S 5 (b", "名", ""];
  for (const name of names) {
    const line = `1234 (${name}) S 77 1200 1100 ${REST}`;
    const wanted = { pid: 1234, isZombie: false, parent: 77, group: 1200, session: 1100 };
    const more = {
      startTime: 987654321,
      cpuTicks: 5 + 6 + 7 + 8,
      ownTicks: 5 + 6,
      residentPages: 77,
    };
    assertEquals(parseStat(encodeText(line)), { ...wanted, ...more }, name);
  }
});

Deno.test("parseStat() knows zombies and half-read lines", () => {
  assertEquals(parseStat(encodeText(`1 (x) Z 0 1 1 ${REST}`))?.isZombie, true);
  assertEquals(parseStat(encodeText(`1 (x) X 0 1 1 ${REST}`))?.isZombie, true);
  const threads = REST.replace(" 20 0 1 0 ", " 20 0 2 0 ");
  assertEquals(parseStat(encodeText(`1 (x) Z 0 1 1 ${threads}`))?.isZombie, false);
  for (const line of ["", "1", "1 (x", "1 (x) S 0 1", `1 (x) S 0 1 1 ${REST.slice(0, 30)}`]) {
    assertEquals(parseStat(encodeText(line)), null, line);
  }
});

Deno.test("parseResidentPages() reads the second number", () => {
  assertEquals(parseResidentPages(encodeText("21474 1288 940 7 0 410 0\n")), 1288);
  assertEquals(parseResidentPages(encodeText("")), 0);
});

Deno.test("hasEntry() and entryAfter() look at whole entries", () => {
  const environ = encodeText("PATH=/bin\0RUNNER_MARK=a@0:1:2:3/x:y/4\0XRUNNER_MARK=no\0");
  const table = [
    ["RUNNER_MARK=a@0:1:2:3/x:y/4", true],
    ["RUNNER_MARK=a@0:1:2:3/x:y/", false],
    ["RUNNER_MARK=no", false],
    ["PATH=/bin", true],
    ["", false],
  ] as const;
  for (const [entry, found] of table) {
    assertEquals(hasEntry(environ, encodeText(entry)), found, entry);
  }
  const rest = entryAfter(environ, encodeText("RUNNER_MARK=a@0:1:"));
  assertEquals(rest, encodeText("2:3/x:y/4"));
  assertEquals(entryAfter(environ, encodeText("RUNNER_MARK=b")), null);
});

Deno.test("listProcesses() and readStat() find ourselves", () => {
  assertTrue(listProcesses().some(({ pid }) => pid === Deno.pid), "we are not in the list");
  const stat = readStat(Deno.pid);
  assertEquals([stat?.pid, stat?.parent, stat?.isZombie], [Deno.pid, Deno.ppid, false]);
  assertEquals(isAlive({ pid: Deno.pid, startTime: stat?.startTime ?? 0 }), true);
  assertEquals(isAlive({ pid: Deno.pid, startTime: 1 }), false);
  assertEquals(readStat(2 ** 22 + 1), null);
});

/** Processes as `[pid, parent]`, and which of them were read. */
class FakeProc {
  readonly reads: number[] = [];
  table: readonly (readonly [number, number])[] = [];
  /** Processes that end between list and read. */
  vanished: readonly number[] = [];
  list() {
    return this.table.map(([pid]) => ({ pid, inode: pid + 1000 }));
  }
  stat(pid: number): ProcStat | null {
    this.reads.push(pid);
    const parent = this.table.find(([one]) => one === pid)?.[1];
    if (parent === undefined || this.vanished.includes(pid)) return null;
    return process(pid, { parent });
  }
}

function process(pid: number, more: Partial<ProcStat> = {}): ProcStat {
  return {
    pid,
    isZombie: false,
    parent: 1,
    group: pid,
    session: pid,
    startTime: pid * 10,
    cpuTicks: 0,
    ownTicks: 0,
    residentPages: 0,
    ...more,
  };
}

Deno.test("scan() finds descendants, parents first, and reads a stranger once", () => {
  const proc = new FakeProc();
  const tree = new ProcessTree(50, proc);
  proc.table = [[1, 0], [2, 1], [9, 52], [50, 2], [51, 50], [52, 51], [60, 2]];
  assertEquals([...tree.scan().keys()], [51, 52, 9]);
  proc.reads.length = 0;
  proc.table = [...proc.table, [61, 9], [62, 60]];
  assertEquals([...tree.scan().keys()], [51, 52, 9, 61]);
  assertEquals(proc.reads, [9, 51, 52, 61, 62]); // neither strangers nor ourselves
});

Deno.test("scan() takes nobody for a stranger whose parent ended during it", () => {
  const proc = new FakeProc();
  const tree = new ProcessTree(50, proc);
  proc.table = [[1, 0], [50, 1], [51, 50], [52, 51]];
  proc.vanished = [51];
  assertEquals([...tree.scan().keys()], []);
  proc.vanished = [];
  proc.table = [[1, 0], [50, 1], [52, 50]];
  assertEquals([...tree.scan().keys()], [52]);
});

Deno.test("scan() forgets nobody when the processes cannot be listed", () => {
  const proc = new FakeProc();
  const tree = new ProcessTree(50, proc);
  proc.table = [[1, 0], [50, 1], [51, 50]];
  assertEquals([...tree.scan().keys()], [51]);
  proc.table = [];
  assertEquals([...tree.scan().keys()], [51]);
});

Deno.test("processes are listed and read when no descriptor is left", () => {
  assertTrue(listProcesses().length > 0, "nobody is listed");
  const { pids, own, again } = withAllDescriptors(() => ({
    pids: listProcesses().map(({ pid }) => pid),
    own: readStat(Deno.pid),
    // Once more: what was spared is there again.
    again: readStat(Deno.pid),
  }));
  assertTrue(pids.includes(Deno.pid), "this process is not listed");
  assertEquals([own?.pid, again?.pid], [Deno.pid, Deno.pid]);
});

Deno.test("disown() takes the present descendants for strangers, and not later ones", () => {
  const proc = new FakeProc();
  const tree = new ProcessTree(50, proc);
  proc.table = [[1, 0], [50, 1], [51, 50], [52, 51]];
  tree.disown();
  proc.table = [...proc.table, [53, 51], [54, 50]];
  assertEquals([...tree.scan().keys()], [54]);
});

Deno.test("scan() comes to an end when pids were reused into a circle", () => {
  const proc = new FakeProc();
  proc.table = [[1, 0], [50, 1], [70, 71], [71, 70]];
  assertEquals([...new ProcessTree(50, proc).scan().keys()], []);
});

function scanOf(...stats: readonly ProcStat[]): ReadonlyMap<number, ProcStat> {
  return new Map(stats.map((stat) => [stat.pid, stat]));
}

Deno.test("leftBy() keeps descendants with their run, also when pids come back", () => {
  const kin = new Kin(50);
  kin.born(100);
  kin.update(scanOf(process(100, { parent: 50 }), process(101, { parent: 100 })));
  kin.ended(100);
  const orphan = process(101, { parent: 50 });
  kin.update(scanOf(orphan));
  assertEquals(kin.leftBy(100, ""), [orphan]);
  kin.born(100); // another child gets the number
  kin.update(scanOf(process(100, { parent: 50, startTime: 2000 }), orphan));
  assertEquals(kin.leftBy(100, ""), []);
});

Deno.test("totals() sums up each living child with all that came from it", () => {
  const kin = new Kin(50);
  kin.born(100);
  kin.born(200);
  kin.update(scanOf(
    process(100, { parent: 50, cpuTicks: 1, residentPages: 10 }),
    process(101, { parent: 100, cpuTicks: 2, residentPages: 20 }),
    process(200, { parent: 50, cpuTicks: 4, residentPages: 40 }),
    process(201, { parent: 200, isZombie: true, cpuTicks: 8, residentPages: 80 }),
  ));
  kin.ended(200);
  assertEquals([...kin.totals()], [[100, { pages: 30, ticks: 3, processes: 2 }]]);
});

Deno.test("totals() keeps the time of who has ended until the parent has it", () => {
  const kin = new Kin(50);
  kin.born(100);
  const child = process(100, { parent: 50, cpuTicks: 1, residentPages: 10 });
  kin.update(scanOf(
    child,
    process(101, { parent: 100, isZombie: true, cpuTicks: 8, residentPages: 80 }),
  ));
  assertEquals([...kin.totals()], [[100, { pages: 10, ticks: 9, processes: 1 }]]);
  kin.update(scanOf({ ...child, cpuTicks: 9 }));
  assertEquals([...kin.totals()], [[100, { pages: 10, ticks: 9, processes: 1 }]]);
});

Deno.test("leftBy() does not take a later process for the one it knew", () => {
  const kin = new Kin(50);
  kin.born(100);
  kin.update(scanOf(process(100, { parent: 50 }), process(101, { parent: 100 })));
  kin.ended(100);
  kin.update(scanOf(process(101, { parent: 50, startTime: 9999 })));
  assertEquals(kin.leftBy(100, ""), []);
});

Deno.test("leftBy() knows an orphan by session or group, and its descendants", () => {
  const kin = new Kin(50);
  kin.born(100);
  kin.born(200);
  kin.ended(100);
  const bySession = process(101, { parent: 50, session: 100 });
  const byGroup = process(102, { parent: 50, group: 100 });
  const below = process(103, { parent: 101 });
  const ofOther = process(201, { parent: 200, session: 100 });
  const strange = process(300, { parent: 50 });
  kin.update(scanOf(process(200, { parent: 50 }), bySession, byGroup, below, ofOther, strange));
  assertEquals(kin.leftBy(100, "").map(({ pid }) => pid), [101, 102, 103]);
  assertEquals(kin.leftBy(200, "").map(({ pid }) => pid), [201]);
  assertEquals(kin.leftBy(300, ""), []);
});
