// Logs on a real disk: files, links, FIFOs, devices, AUTO names, compression, a full file system.
import { join } from "node:path";
import { decodePlain, encodePlain } from "../../src/base/plain_json.ts";
import type { LogFact } from "../../src/core/log_loss.ts";
import { NO_LIMITS } from "../../src/core/log_policy.ts";
import { libc } from "../../src/os/libc.ts";
import { stat as lookAt, truncateFd } from "../../src/os/log_libc.ts";
import { type HandedLogStore, type LogStoreState, openLogStore } from "../../src/os/log_store.ts";
import { Poller } from "../../src/os/poller.ts";
import { systemClock } from "../../src/os/system_clock.ts";
import type { LogStore, LogTarget } from "../../src/ports/logs.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { until } from "../support/wait.ts";

// The C library stays open: not inside a test, where it would count as a leak.
libc();
lookAt("/");
truncateFd(-1, 0);

const encode = (text: string) => new TextEncoder().encode(text);

interface Rig {
  readonly store: HandedLogStore;
  readonly folder: string;
  readonly facts: LogFact[];
  path(name: string): string;
  text(name: string): string;
  names(): string[];
}

/** A store on a folder of its own; everything is closed and removed at the end. */
async function withStore(work: (rig: Rig) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "logs-" });
  const poller = new Poller();
  const store = openStore(poller, folder);
  const facts: LogFact[] = [];
  store.listen((fact) => facts.push(fact));
  const path = (name: string) => join(folder, name);
  try {
    await work({
      store,
      folder,
      facts,
      path,
      text: (name) => Deno.readTextFileSync(path(name)),
      names: () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort(),
    });
  } finally {
    await store.close(1000);
    await poller[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
}

function openStore(watch: Poller, childLogDir: string, identifier = "test"): HandedLogStore {
  return openLogStore({ clock: systemClock(), watch, childLogDir, identifier, noCleanup: false });
}

function say(store: LogStore, target: LogTarget, ...texts: readonly string[]): void {
  const writer = store.open(target, NO_LIMITS);
  const source = writer.source("test", () => {});
  for (const text of texts) source.write(encode(text));
  source.close();
  writer.close();
}

Deno.test("LogStore makes missing folders, open to read, and appends to what exists", () =>
  withStore(({ store, path, text }) => {
    const file = { kind: "file", path: path("a/b/c.log") } as const;
    say(store, file, "1\n");
    say(store, file, "2\n");
    assertEquals(text("a/b/c.log"), "1\n2\n");
    assertEquals((Deno.statSync(path("a/b")).mode ?? 0) & 0o755, 0o755 & ~Deno.umask());
  }));

Deno.test("LogStore gives those who name the same file, also by a link, one log", () =>
  withStore(({ store, path, folder, text }) => {
    Deno.symlinkSync(folder, path("link"));
    const [one, two] = ["x.log", "link/x.log"].map((name) =>
      store.open({ kind: "file", path: path(name) }, { ...NO_LIMITS, maxBytes: 6, backups: 3 })
    );
    const [a, b] = [one?.source("a", () => {}), two?.source("b", () => {})];
    for (const turn of [1, 2, 3]) {
      a?.write(encode(`a${turn}`));
      b?.write(encode(`b${turn}\n`));
      a?.write(encode("\n"));
    }
    assertEquals([text("x.log.2"), text("x.log.1"), text("x.log")], [
      "a1\nb1\n",
      "b2\na2\n",
      "b3\na3\n",
    ]);
  }));

Deno.test("LogStore names AUTO logs as supervisord does, for the owner only, once a process and stream", () =>
  withStore(({ store, path, names, text }) => {
    const auto = { kind: "auto", process: "web_00", stream: "stderr" } as const;
    say(store, auto, "1\n");
    say(store, auto, "2\n");
    const [name = ""] = names();
    assertTrue(/^web_00-stderr---test-[0-9a-f]{8}\.log$/.test(name), name);
    assertEquals([names().length, text(name)], [1, "1\n2\n"]);
    assertEquals((Deno.statSync(path(name)).mode ?? 0) & 0o777, 0o600);
  }));

for (const isClosedAtOnce of [true, false]) {
  const when = isClosedAtOnce ? "when it is closed" : "soon";
  Deno.test(`LogStore removes earlier AUTO logs of its identifier ${when}, with their backups, and nothing else`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "logs-" });
    const ours = ["web-stdout---id-0123abcd.log", "a-b-stderr---id-89abcdef.log.2.gz"];
    const others = ["web-stdout---other-0123abcd.log", "web-stdout---id-vlK3x_q9.log", "own.log"];
    const put = (name: string) => Deno.writeTextFileSync(join(folder, name), "");
    [...ours, ...others].forEach(put);
    await using poller = new Poller();
    const store = openStore(poller, folder, "id");
    say(store, { kind: "auto", process: "web", stream: "stdout" }, "1\n");
    const names = () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    const [own = ""] = names().filter((name) => ![...ours, ...others].includes(name));
    put(`${own}.1`);
    const left = [...others, own, `${own}.1`].sort();
    if (!isClosedAtOnce) await until("the cleaning", () => names().length === left.length);
    await store.close(0);
    assertEquals(names(), left);
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("LogStore writes to a FIFO without waiting for its reader", () =>
  withStore(async ({ store, path, facts }) => {
    await new Deno.Command("mkfifo", { args: [path("fifo")] }).output();
    const writer = store.open({ kind: "file", path: path("fifo") }, { ...NO_LIMITS, maxBytes: 2 });
    const source = writer.source("a", () => {});
    assertEquals(source.write(encode("early\n")), true);
    const reader = new Deno.Command("head", { args: ["-n2", path("fifo")], stdout: "piped" })
      .spawn().output();
    source.write(encode("later\n"));
    const { stdout } = await reader;
    assertEquals(new TextDecoder().decode(stdout), "early\nlater\n");
    assertEquals(facts, []);
  }));

Deno.test("LogStore holds up the writer of a FIFO that is full, and tells when it is not", () =>
  withStore(async ({ store, path }) => {
    await new Deno.Command("mkfifo", { args: [path("fifo")] }).output();
    const reader = await Deno.open(path("fifo"), { read: true, write: true });
    const writer = store.open({ kind: "file", path: path("fifo") }, NO_LIMITS);
    const drained = Promise.withResolvers<void>();
    const source = writer.source("a", () => drained.resolve());
    const bytes = new Uint8Array(200_000).fill(97);
    assertEquals(source.write(bytes), false);
    let left = bytes.length;
    const piece = new Uint8Array(65_536);
    while (left > 0) left -= await reader.read(piece) ?? 0;
    await drained.promise;
    assertEquals([left, source.write(encode("x"))], [0, true]);
    reader.close();
  }));

Deno.test("LogStore hands over what a slow reader of a FIFO has not taken, and the reader sees no end", () =>
  withStore(async ({ path, folder }) => {
    await new Deno.Command("mkfifo", { args: [path("fifo")] }).output();
    const reader = await Deno.open(path("fifo"), { read: true, write: true });
    const common = {
      clock: systemClock(),
      childLogDir: folder,
      identifier: "test",
      noCleanup: true,
    };
    // The one before does nothing more once it has handed over.
    const watch = { watchWritable: () => ({ [Symbol.dispose]: () => {} }) };
    const store = openLogStore({ ...common, watch });
    const target = { kind: "file", path: path("fifo") } as const;
    const source = store.open(target, NO_LIMITS).source("a", () => {});
    assertEquals(source.write(new Uint8Array(100_000).fill(97)), false);
    const state: LogStoreState = decodePlain(encodePlain(store.handOver()));
    assertTrue(state.logs.get(path("fifo"))?.sink.held !== null, "somebody keeps it open");
    await using poller = new Poller();
    const next = openLogStore({ ...common, watch: poller, adopted: state });
    const drained = Promise.withResolvers<void>();
    const writer = next.open(target, NO_LIMITS);
    const again = writer.source("a", () => drained.resolve());
    assertEquals(again.write(new Uint8Array(50_000).fill(98)), false);
    const seen: number[] = [];
    const piece = new Uint8Array(65_536);
    while (seen.length < 150_000) {
      seen.push(...piece.subarray(0, await reader.read(piece) ?? 0));
    }
    await drained.promise;
    assertEquals([seen.indexOf(98), seen.length, writer.counters.bytes], [
      100_000,
      150_000,
      150_000,
    ]);
    await next.close(0);
    await store.close(0);
    reader.close();
  }));

Deno.test("LogStore writes to a device and never rotates it", () =>
  withStore(({ store, facts }) => {
    say(store, { kind: "file", path: "/dev/null" }, "1\n", "2\n");
    assertEquals(facts, []);
    assertTrue(Deno.statSync("/dev/null").isCharDevice === true, "the device is gone");
  }));

Deno.test("LogStore says why a log cannot be opened", () =>
  withStore(({ store, path, facts }) => {
    Deno.writeTextFileSync(path("file"), "");
    say(store, { kind: "file", path: path("file/a.log") }, "1\n");
    assertEquals(facts.map((fact) => [fact.kind, "reason" in fact ? fact.reason : ""]), [
      ["log-lost", "ENOTDIR"],
      ["log-closed", ""],
    ]);
  }));

Deno.test("LogStore opens files again by name after logrotate has moved them", () =>
  withStore(({ store, path, text }) => {
    const writer = store.open({ kind: "file", path: path("a.log") }, NO_LIMITS);
    const source = writer.source("a", () => {});
    source.write(encode("1\n"));
    Deno.renameSync(path("a.log"), path("a.log-old"));
    source.write(encode("2\n"));
    store.reopen();
    source.write(encode("3\n"));
    assertEquals([text("a.log-old"), text("a.log")], ["1\n2\n", "3\n"]);
  }));

Deno.test("LogStore compresses backups in the background, whole, with their time", () =>
  withStore(async ({ store, path, names }) => {
    const limits = { ...NO_LIMITS, maxBytes: 100_000, backups: 5, compress: true };
    const writer = store.open({ kind: "file", path: path("a.log") }, limits);
    const source = writer.source("a", () => {});
    const line = `${"0123456789".repeat(9)}\n`;
    for (let count = 0; count < 3000; count++) source.write(encode(line));
    const written = Deno.statSync(path("a.log.1")).mtime?.getTime();
    await until("all are compressed", () => names().join() === "a.log,a.log.1.gz,a.log.2.gz");
    const { stdout } = await new Deno.Command("gzip", { args: ["-dc", path("a.log.1.gz")] })
      .output();
    assertEquals(stdout.length, Math.floor(100_000 / line.length) * line.length);
    assertEquals(Deno.statSync(path("a.log.1.gz")).mtime?.getTime(), written);
  }));

Deno.test("LogStore finds a backup again that was moved up while it was compressed", () =>
  withStore(async ({ store, path, names }) => {
    Deno.writeFileSync(path("a.log.1"), new Uint8Array(20_000_000).fill(97));
    const limits = { ...NO_LIMITS, maxBytes: 4, backups: 5, compress: true };
    const writer = store.open({ kind: "file", path: path("a.log") }, limits);
    await until("compression has begun", () => names().includes("a.log.gz.part"));
    writer.source("a", () => {}).write(encode("1\n2\n3\n"));
    await until("all are compressed", () => names().join() === "a.log,a.log.1.gz,a.log.2.gz");
    const { stdout } = await new Deno.Command("gzip", {
      args: ["-dc", path("a.log.1.gz"), path("a.log.2.gz")],
    }).output();
    assertEquals([stdout.length, stdout[0], stdout[4]], [20_000_004, 49, 97]);
  }));

Deno.test("LogStore leaves a backup as it was when it is closed while compressing", () =>
  withStore(async ({ store, path, names }) => {
    Deno.writeFileSync(path("a.log.1"), new Uint8Array(20_000_000));
    store.open({ kind: "file", path: path("a.log") }, {
      ...NO_LIMITS,
      backups: 2,
      compress: true,
    });
    await until("compression has begun", () => names().includes("a.log.gz.part"));
    await store.close(0);
    assertEquals([names(), Deno.statSync(path("a.log.1")).size], [
      ["a.log", "a.log.1"],
      20_000_000,
    ]);
  }));

/** A file system of a megabyte; false where it may not be mounted. */
async function mountSmall(folder: string): Promise<boolean> {
  const args = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder];
  const isRoot = Deno.uid() === 0;
  return isRoot && (await new Deno.Command("mount", { args, stderr: "null" }).output()).success;
}

Deno.test("LogStore outlives a full disk: counted, told once, resumed by itself", () =>
  withStore(async ({ store, path, folder, facts }) => {
    if (!await mountSmall(folder)) return console.log("skipped: a tmpfs cannot be mounted here");
    try {
      Deno.writeFileSync(path("ballast"), new Uint8Array(1_000_000));
      const writer = store.open({ kind: "file", path: path("a.log") }, NO_LIMITS);
      const source = writer.source("a", () => {});
      const line = `${"0123456789".repeat(9)}\n`;
      for (let count = 0; count < 2000; count++) source.write(encode(line));
      assertEquals(facts, [{ kind: "log-lost", log: path("a.log"), reason: "ENOSPC" }]);
      Deno.removeSync(path("ballast"));
      await until("writing resumes", () => {
        source.write(encode(line));
        return facts.length > 1;
      });
      const { bytes, bytesLost, linesLost } = writer.counters;
      assertEquals(facts[1], {
        kind: "log-resumed",
        log: path("a.log"),
        bytes: bytesLost,
        lines: linesLost,
      });
      const text = Deno.readTextFileSync(path("a.log"));
      const isHalf = text.split("\n").some((half) => half !== "" && half.length !== 90);
      assertEquals(text.length, bytes - bytesLost + (isHalf ? 1 : 0));
      assertTrue(text.endsWith(`\n${line}`), "not resumed with a whole line");
      store.close(0);
    } finally {
      await new Deno.Command("umount", { args: ["-l", folder] }).output();
    }
  }));
