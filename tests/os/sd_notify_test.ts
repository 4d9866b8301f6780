// What reaches a real socket of a service manager, by path and by abstract name, and whom its watchdog means.
import {
  monotonicMicros,
  notifyAddress,
  serviceManager,
  watchdogMicros,
} from "../../src/os/sd_notify.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import "../support/open_libraries.ts";
import { listenForNotices } from "../support/notify_receiver.ts";

// Opened for the whole test process: no test leaks it.
monotonicMicros();

for (const kind of ["path", "abstract name"]) {
  Deno.test(`serviceManager() reaches a socket that has a ${kind}`, async () => {
    const folder = await Deno.makeTempDir();
    const address = `${kind === "path" ? "" : "@"}${folder}/notify`;
    try {
      await using receiver = await listenForNotices(address, `${folder}/said`);
      using manager = serviceManager({ NOTIFY_SOCKET: address }, Deno.pid);
      assertTrue(manager !== null, "a manager");
      assertTrue(manager.say(["READY=1", "STATUS=ä"]), "taken");
      assertEquals(await receiver.said(/READY/), `${Deno.pid} READY=1|STATUS=ä`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("serviceManager() is none without a socket that can be reached, and bears one that is gone", () => {
  for (const NOTIFY_SOCKET of ["", "@", "relative", "vsock:2:1234", `/${"x".repeat(200)}`]) {
    assertEquals(serviceManager({ NOTIFY_SOCKET }, 1), null, NOTIFY_SOCKET);
  }
  assertEquals(serviceManager({}, 1), null);
  using manager = serviceManager({ NOTIFY_SOCKET: "/nowhere/at/all" }, 1);
  assertEquals(manager?.say(["READY=1"]), true, "not to be said again");
});

Deno.test("notifyAddress() counts an abstract name by its length, and ends a path with NUL", () => {
  assertEquals([...notifyAddress("/a") ?? []], [1, 0, 0x2f, 0x61, 0]);
  assertEquals([...notifyAddress("@ab") ?? []], [1, 0, 0, 0x61, 0x62]);
});

Deno.test("watchdogMicros() hears only what is meant for this process", () => {
  const cases: readonly [Record<string, string>, number | null][] = [
    [{ WATCHDOG_USEC: "3000000", WATCHDOG_PID: "7" }, 3_000_000],
    [{ WATCHDOG_USEC: "3000000" }, 3_000_000],
    [{ WATCHDOG_USEC: "3000000", WATCHDOG_PID: "8" }, null],
    [{ WATCHDOG_USEC: "0", WATCHDOG_PID: "7" }, null],
    [{ WATCHDOG_USEC: "soon", WATCHDOG_PID: "7" }, null],
    [{}, null],
  ];
  for (const [env, wanted] of cases) assertEquals(watchdogMicros(env, 7), wanted);
});

Deno.test("monotonicMicros() is the kernel's clock since boot", () => {
  const before = Number(Deno.readTextFileSync("/proc/uptime").split(" ")[0]);
  const seconds = Number(monotonicMicros()) / 1e6;
  // Time asleep counts in uptime only; the machine has not been asleep since the line before.
  assertTrue(seconds > 0 && seconds < before + 60, `${seconds} s, uptime ${before} s`);
  assertTrue(monotonicMicros() >= BigInt(Math.floor(seconds * 1e6)), "it never goes back");
});
