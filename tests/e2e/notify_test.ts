// The binary under a service manager: a real socket hears ready, reloading, stopping and the watchdog's pings.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { listenForNotices } from "../support/notify_receiver.ts";
import { CHILDREN, Sandbox } from "../support/runner_process.ts";
import { isAlive, until } from "../support/wait.ts";

const manifest = (folder: string) => `
[program.web]
command = "sh -c 'env > ${folder}/env; exec ${CHILDREN}/forever.sh'"
startsecs = 0.2
`;

Deno.test("start tells the service manager how it goes, from an abstract socket's first word to the last", async () => {
  await using box = new Sandbox();
  const socket = `@${box.folder}/notify`;
  await using manager = await listenForNotices(socket, box.path("said"));
  const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "200000" };
  const runner = box.start(manifest(box.folder), { env });
  const ready = await manager.said(/READY=1/);
  assertEquals(ready, `${runner.pid} READY=1|STATUS=1 of 1 process is running`);
  const pings = async () => {
    return (await manager.messages()).filter((line) => line === `${runner.pid} WATCHDOG=1`).length;
  };
  const heard = await pings();
  await until("more pings", async () => await pings() > heard + 2);
  const seen = await box.read("env");
  assertTrue(/^PATH=/m.test(seen) && !/NOTIFY_SOCKET|WATCHDOG/.test(seen), seen);

  box.write("runner.toml", "[program.web]\ncommand = 7 8\n");
  runner.signal("SIGHUP");
  const reloading = await manager.said(/RELOADING=1/);
  assertTrue(/\|MONOTONIC_USEC=\d+\|/.test(reloading), reloading);
  await until("ready again", async () => {
    const lines = await manager.messages();
    return lines.lastIndexOf(ready) > lines.indexOf(reloading);
  });
  assertEquals(await runner.stop(), 0);
  const stopping = await manager.said(/STOPPING=1/);
  assertTrue(/\|STATUS=.*\|EXTEND_TIMEOUT_USEC=\d+$/.test(stopping), stopping);
});

Deno.test("start -d tells the service manager which process is the main one", async () => {
  await using box = new Sandbox();
  const socket = box.path("notify");
  await using manager = await listenForNotices(socket, box.path("said"));
  const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "200000", WATCHDOG_PID: "1" };
  const front = box.start(manifest(box.folder), { env, args: ["-d"] });
  assertEquals((await front.status).code, 0);
  const [, sender = "", named = ""] =
    (await manager.said(/MAINPID/)).match(/^(\d+) MAINPID=(\d+)$/) ?? [];
  assertEquals(sender, named);
  await manager.said(/READY=1/);
  Deno.kill(Number(named), "SIGTERM");
  await manager.said(/STOPPING=1/);
  assertEquals((await manager.messages()).filter((line) => line.includes("WATCHDOG")), []);
  await until("its end", () => !isAlive(Number(named)));
});
