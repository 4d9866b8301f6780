// One runner per manifest: the lock, the journal, and what is found after a kill -9.
import { fileURLToPath } from "node:url";
import { ChildJournal, parseJournal, readJournal } from "../../src/os/child_journal.ts";
import { findInstance, lockInstance } from "../../src/os/instance.ts";
import { instanceName, markMaker, ownIdentity, parseMark } from "../../src/os/instance_key.ts";
import { findLeftovers, stopLeftovers } from "../../src/os/leftovers.ts";
import { libc } from "../../src/os/libc.ts";
import { writePidFile } from "../../src/os/pid_file.ts";
import { readStat } from "../../src/os/proc_fs.ts";
import { systemClock } from "../../src/os/system_clock.ts";
import { RunnerError } from "../../src/base/errors.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { isAlive, until } from "../support/wait.ts";

libc(); // Opened for the whole process: no test leaks it.

const DOOMED = fileURLToPath(new URL("../fixtures/os/doomed_runner.ts", import.meta.url));

/** A folder with a manifest in it, removed at the end. */
class Place implements Disposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "runner-instance-" });
  readonly manifest = `${this.folder}/we runner.toml`;
  constructor() {
    Deno.writeTextFileSync(this.manifest, "");
  }
  [Symbol.dispose](): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

Deno.test("instanceName() is the same by whatever path", () => {
  using place = new Place();
  Deno.symlinkSync(place.manifest, `${place.folder}/link`);
  const name = instanceName(place.manifest);
  assertEquals(instanceName(`${place.folder}/link`), name);
  assertEquals(instanceName(`${place.folder}/../${place.folder.split("/").at(-1)}/link`), name);
  assertTrue(/^we_runner\.toml-[0-9a-f]{16}$/.test(name.key), name.key);
});

Deno.test("markMaker() makes what parseMark() reads", () => {
  using place = new Place();
  const mark = markMaker(instanceName(place.manifest))("group:a b/c", 12)["RUNNER_MARK"] ?? "";
  const rest = mark.replace(/^.*?@\d+:\d+:/, "");
  assertEquals(parseMark(rest), { runner: ownIdentity(), id: "group:a b/c" });
  for (const broken of ["", "1:2/x", "1/x/2", "a:2/x/3"]) assertEquals(parseMark(broken), null);
});

Deno.test("lockInstance() refuses a second runner and gives way after the first", () => {
  using place = new Place();
  const name = instanceName(place.manifest);
  {
    using lock = lockInstance(name, place.folder);
    try {
      lockInstance(name, place.folder);
      throw new Error("the second lock was given");
    } catch (error) {
      assertTrue(error instanceof RunnerError, String(error));
      assertTrue(error.message.includes(`process ${Deno.pid} is running it`), error.message);
    }
    lock.announce("/tmp/x.sock");
    const record = { ...ownIdentity(), ...name, socket: "/tmp/x.sock" };
    assertEquals(findInstance(name, place.folder), record);
  }
  assertEquals(findInstance(name, place.folder), null);
  lockInstance(name, place.folder)[Symbol.dispose]();
});

Deno.test("ChildJournal keeps who lives, also over many lines", () => {
  using place = new Place();
  const name = instanceName(place.manifest);
  const startTime = readStat(Deno.pid)?.startTime ?? 0;
  {
    using journal = new ChildJournal(name, place.folder);
    journal.add({ id: "group:with space", run: 3, pid: Deno.pid });
    for (let run = 0; run < 5000; run++) {
      journal.add({ id: "group:short", run, pid: 1 });
      journal.remove(1);
    }
    journal.remove(2);
    const found = readJournal(name, place.folder);
    assertEquals(found, [{ id: "group:with space", run: 3, pid: Deno.pid, startTime }]);
    const [file] = [...Deno.readDirSync(place.folder)].filter(({ name }) => /journal/.test(name));
    const size = Deno.statSync(`${place.folder}/${file?.name}`).size;
    assertTrue(size < 65536, `the journal has ${size} bytes`);
  }
  assertEquals(readJournal(name, place.folder), []);
});

Deno.test("ChildJournal outlives a full disk, and is whole again after it", () => {
  using place = new Place();
  const name = instanceName(place.manifest);
  const startTime = readStat(Deno.pid)?.startTime ?? 0;
  {
    using journal = new ChildJournal(name, place.folder);
    const [file] = [...Deno.readDirSync(place.folder)].filter(({ name }) => /journal/.test(name));
    const next = `${place.folder}/${file?.name}.new`;
    // Where it is written anew there is no room.
    Deno.symlinkSync("/dev/full", next);
    for (let run = 0; run < 1500; run++) {
      journal.add({ id: "group:short", run, pid: 1 });
      journal.remove(1);
    }
    Deno.removeSync(next);
    journal.add({ id: "group:living", run: 7, pid: Deno.pid });
    const found = readJournal(name, place.folder);
    assertEquals(found, [{ id: "group:living", run: 7, pid: Deno.pid, startTime }]);
    const { size } = Deno.statSync(`${place.folder}/${file?.name}`);
    assertTrue(size < 1000, `it has been written anew, with ${size} bytes`);
    // Gone with its folder, or made read-only: that is no reason to fail at the end.
    Deno.removeSync(`${place.folder}/${file?.name}`);
  }
});

Deno.test("parseJournal() does without a cut line and another boot's", () => {
  const child = { id: "a:b", run: 1, pid: 5, startTime: 70 };
  const table: readonly [string, unknown[]][] = [
    ["", []],
    ["here\n", []],
    ["here\n+ 5 70 1 a:b\n", [child]],
    ["here\n+ 5 70 1 a:b\n- 5\n", []],
    ["here\n+ 5 70 1 a:b\n- 5", [child]],
    ["here\n+ 5 70 1 a:b\n+ 6 7", [child]],
    ["here\n+ 5 60 1 a:b\n- 5\n+ 5 70 1 a:b\n", [child]],
    ["here\nnonsense\n+ 5 70 1 a:b\n", [child]],
    ["there\n+ 5 70 1 a:b\n", []],
  ];
  for (const [text, children] of table) assertEquals(parseJournal(text, "here"), children, text);
});

Deno.test("leftovers of a killed runner are found, with descendants, and stopped", async () => {
  using place = new Place();
  const name = instanceName(place.manifest);
  const runner = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-check", "-A", DOOMED, place.manifest, place.folder],
      "exec sleep 1000000",
      "!exec sleep 1000000",
      "env -i setsid sleep 1000000 & trap '' TERM; while :; do sleep 1; done",
    ],
    stdout: "piped",
  }).spawn();
  const reader = runner.stdout.getReader();
  const chunk = (await reader.read()).value ?? new Uint8Array();
  await reader.cancel();
  const pids = new TextDecoder().decode(chunk).trim().split(" ").map(Number);
  assertEquals(pids.length, 3);
  const search = () => findLeftovers(name, { folder: place.folder });
  const rival = search().rival;
  assertEquals(rival?.pid, runner.pid);
  runner.kill("SIGKILL");
  await runner.status;
  const stranger = new Deno.Command("sleep", { args: ["1000000"] }).spawn();
  const found = await until("descendants, too", () => {
    const { leftovers, rival } = search();
    return leftovers.length >= 5 && { leftovers, rival };
  });
  assertEquals(found.rival, null);
  const ids = new Map(found.leftovers.map(({ pid, id }) => [pid, id]));
  assertEquals(pids.map((pid) => ids.get(pid)), ["group:p0", "group:p1", "group:p2"]);
  const clock = systemClock();
  const { killed, remaining } = await stopLeftovers(found.leftovers, { grace: 200, clock, search });
  assertEquals(remaining, []);
  assertTrue(killed.some(({ pid }) => pid === pids[2]), "the stubborn one was not killed");
  await until("all ends", () => found.leftovers.every(({ pid }) => !isAlive(pid)));
  assertEquals(search().leftovers, []);
  assertTrue(isAlive(stranger.pid), "a stranger was killed");
  stranger.kill();
  await stranger.status;
  // The lock went with its holder.
  lockInstance(name, place.folder)[Symbol.dispose]();
});

Deno.test("writePidFile() writes, removes its own only, and tells why it cannot", () => {
  using place = new Place();
  const path = `${place.folder}/x.pid`;
  const file = writePidFile(path);
  assertEquals([file.fault, Deno.readTextFileSync(path)], [null, `${Deno.pid}\n`]);
  file[Symbol.dispose]();
  assertEquals([...Deno.readDirSync(place.folder)].map(({ name }) => name), ["we runner.toml"]);
  const other = writePidFile(path);
  Deno.writeTextFileSync(path, "1\n");
  other[Symbol.dispose]();
  assertEquals(Deno.readTextFileSync(path), "1\n");
  const broken = writePidFile("/nope/x.pid");
  assertTrue(broken.fault?.startsWith("could not write pidfile /nope/x.pid") ?? false, "no fault");
  broken[Symbol.dispose]();
});
