// The smaller parts of the host: clock, signals to ourselves, text of any bytes, memory, limits, the background.
import { decodeBytes, encodeText } from "../../src/os/byte_text.ts";
import { spawnDetached } from "../../src/os/detach.ts";
import { libc, pageSize } from "../../src/os/libc.ts";
import { memoryProbe } from "../../src/os/memory_probe.ts";
import { ownRlimit, raiseOwnRlimit, rlimitNumber } from "../../src/os/rlimits.ts";
import { runtimeFolder } from "../../src/os/runtime_folder.ts";
import { systemClock } from "../../src/os/system_clock.ts";
import { RunnerError } from "../../src/base/errors.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { FIXTURES, TestHost } from "../support/test_host.ts";
import { textOf, until } from "../support/wait.ts";

libc(); // Opened for the whole process: no test leaks it.

Deno.test("wakeAt() calls once, never before its time, and not after it was disposed", async () => {
  const clock = systemClock();
  const begin = clock.now().mono;
  const woken: number[] = [];
  const timer = clock.wakeAt(begin + 15, () => woken.push(clock.now().mono - begin));
  clock.wakeAt(begin + 5, () => woken.push(-1))[Symbol.dispose]();
  clock.wakeAt(begin - 5, () => woken.push(0));
  clock.wakeAt(begin + 2 ** 40, () => woken.push(-2))[Symbol.dispose]();
  await until("the later call", () => woken.length >= 2);
  timer[Symbol.dispose]();
  assertEquals([woken.length, woken[0]], [2, 0]);
  assertTrue((woken[1] ?? 0) >= 15, `woken after ${woken[1]} ms`);
});

const HEARD: Readonly<Record<string, number>> = {
  ...{ HUP: 1, INT: 2, QUIT: 3, USR1: 10, USR2: 12, TERM: 15, CHLD: 17 },
};
/** 9 and 19 cannot be ignored; 4, 5, 7, 8 and 11 are faults of our own; 32 and 33 are the C library's. */
const NOT_TRIED: readonly number[] = [9, 19, 4, 5, 7, 8, 11, 32, 33];

Deno.test("listenToSignals() names what means something, and nothing else ends us", async () => {
  await using host = new TestHost();
  const child = host.start({
    path: Deno.execPath(),
    argv: ["deno", "run", "--no-check", "-A", `${FIXTURES}/hears_signals.ts`],
    env: Deno.env.toObject(),
  });
  await until("ready", () => child.text === "ready\n");
  for (let signal = 1; signal <= 64; signal++) {
    const isTried = !NOT_TRIED.includes(signal) && !Object.values(HEARD).includes(signal);
    if (isTried) host.children.signal(child.pid, signal, "process");
  }
  let wanted = "ready\n";
  for (const [name, signal] of Object.entries(HEARD)) {
    host.children.signal(child.pid, signal, "process");
    wanted += `SIG${name}\n`;
    await until(name, () => child.text === wanted);
  }
  host.children.signal(child.pid, 9, "process");
  await child.ended;
});

Deno.test("decodeBytes() loses no byte", () => {
  const table = [
    [],
    [0x61, 0xff, 0x62],
    [0xe5, 0x90, 0x8d],
    [0xe5, 0x90],
    [0xe5, 0x90, 0x61],
    [0xed, 0xa0, 0x80], // a surrogate, which UTF-8 forbids
    [0xc0, 0x80],
    [0xf0, 0x9f, 0x98, 0x80, 0xf0, 0x9f],
    [0xef, 0xbb, 0xbf, 0x61],
    [0xfe, 0x80, 0x00],
    Array.from({ length: 256 }, (_, byte) => byte),
  ];
  for (const bytes of table) {
    assertEquals([...encodeText(decodeBytes(Uint8Array.from(bytes)))], bytes);
  }
  assertEquals(decodeBytes(Uint8Array.of(0xe5, 0x90, 0x8d, 0xff)), "名\udcff");
});

Deno.test("treeMemory() counts a process and everything below it", async () => {
  await using host = new TestHost();
  const probe = memoryProbe(host.children);
  const hold = "x=$(head -c 30000000 /dev/zero | tr '\\0' x); echo 1; read -r _";
  const child = host.start({
    path: "/bin/sh",
    argv: ["sh", "-c", `setsid sh -c "${hold.replaceAll("$", "\\$")}"; true`],
    stdin: { kind: "pipe" },
  });
  await child.number();
  const size = await until("30 MB", () => {
    const bytes = probe.treeMemory(child.pid);
    return bytes > 30_000_000 && bytes;
  });
  assertTrue(size % pageSize() === 0 && size < 200_000_000, `${size} bytes`);
  child.closeStdin();
  await child.ended;
  assertEquals(probe.treeMemory(child.pid), 0);
});

Deno.test("raiseOwnRlimit() raises what is too low and tells what it cannot", () => {
  const nofile = rlimitNumber("nofile") ?? -1;
  assertEquals([nofile, rlimitNumber("nproc"), rlimitNumber("nope")], [7, 6, null]);
  const { soft } = ownRlimit(nofile);
  assertEquals(raiseOwnRlimit("nofile", Number(soft) - 1), null);
  assertEquals(ownRlimit(nofile).soft, soft);
  const refused = raiseOwnRlimit("nofile", 2 ** 40); // more than the kernel gives to anybody
  assertEquals(refused, Number(soft));
});

Deno.test("runtimeFolder() takes the one asked for, and none that is not safe", () => {
  const before = Deno.env.get("RUNNER_RUNTIME_DIR");
  const folder = Deno.makeTempDirSync();
  try {
    Deno.env.set("RUNNER_RUNTIME_DIR", `${folder}/run`);
    assertEquals(runtimeFolder(), `${folder}/run`);
    assertEquals((Deno.statSync(`${folder}/run`).mode ?? 0) & 0o777, 0o700);
    assertEquals(runtimeFolder(), `${folder}/run`);
    Deno.chmodSync(`${folder}/run`, 0o777);
    assertRefused(`${folder}/run can be written to by others`);
    Deno.env.set("RUNNER_RUNTIME_DIR", `${folder}/a/b`);
    assertRefused(`${folder}/a/b cannot be made (NotFound)`);
    Deno.symlinkSync("/", `${folder}/link`);
    Deno.env.set("RUNNER_RUNTIME_DIR", `${folder}/link`);
    assertRefused(`${folder}/link is not a folder`);
  } finally {
    if (before === undefined) Deno.env.delete("RUNNER_RUNTIME_DIR");
    else Deno.env.set("RUNNER_RUNTIME_DIR", before);
    Deno.removeSync(folder, { recursive: true });
  }
});

function assertRefused(why: string): void {
  try {
    runtimeFolder();
  } catch (error) {
    assertTrue(error instanceof RunnerError && error.message.includes(why), String(error));
    return;
  }
  throw new Error("the folder was taken");
}

Deno.test("spawnDetached() hears a line, or that there is none, and gives a log", async () => {
  await using _host = new TestHost(); // reaps it
  const logPath = Deno.makeTempFileSync();
  const run = (program: string) =>
    spawnDetached([Deno.execPath(), "run", "--no-check", "-A", `${FIXTURES}/${program}`], {
      logPath,
    });
  const ready = run("says_ready.ts");
  assertEquals(await ready.firstLine, "up 名 true");
  await until("its last words", async () => (await textOf(logPath)).includes("variable undefined"));
  const silent = spawnDetached(["/bin/sh", "-c", "echo words; exit 3"], { logPath });
  assertEquals(await silent.firstLine, null);
  await until("the log", async () => (await textOf(logPath)).includes("words"));
  Deno.removeSync(logPath);
});
