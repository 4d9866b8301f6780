// A booted systemd runs the unit that `runner install` writes: start, reload, crash, hang, stop.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { BootedSystemd, CAN_BOOT_SYSTEMD } from "../support/booted_systemd.ts";
import { BINARY, Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

const UNIT = "runner-shop.service";
const manifest = (count: number) => `
[program.web]
command = "sleep 1000"
numprocs = ${count}
process_name = "%(program_name)s_%(process_num)d"
`;

interface Machine {
  readonly systemd: BootedSystemd;
  readonly box: Sandbox;
}

async function ok({ systemd }: Machine, ...words: readonly string[]): Promise<string> {
  const { code, text } = await systemd.run(...words);
  assertEquals(code, 0, `${words.join(" ")}: ${text}`);
  return text;
}

/** Pids of the programs, once so many are RUNNING. */
function running({ systemd, box }: Machine, count: number): Promise<readonly number[]> {
  return until(`${count} RUNNING`, async () => {
    const words = ["status", "-c", box.path("shop.toml"), "--json"];
    const { code, text } = await systemd.run(BINARY, ...words);
    if (code !== 0) return null;
    const { processes }: { processes: readonly { state: string; pid: number }[] } = JSON.parse(
      text,
    );
    const up = processes.filter(({ state }) => state === "RUNNING");
    return up.length === count && processes.length === count && up.map(({ pid }) => pid);
  });
}

const mainPid = async ({ systemd }: Machine) => Number(await systemd.property(UNIT, "MainPID"));

/** Waits for another main process than `old` that is up. */
function replaced(machine: Machine, old: number): Promise<number> {
  return until("another runner", async () => {
    const pid = await mainPid(machine);
    const state = await machine.systemd.property(UNIT, "ActiveState");
    return pid !== 0 && pid !== old && state === "active" && pid;
  });
}

Deno.test({
  name: "a booted systemd starts, reloads, revives and stops the service that install wrote",
  ignore: !CAN_BOOT_SYSTEMD,
  fn: async () => {
    await using box = new Sandbox();
    await using systemd = await BootedSystemd.boot();
    const machine = { systemd, box };
    box.write("shop.toml", manifest(2));
    await ok(machine, BINARY, "install", box.path("shop.toml"), "--now");
    assertEquals(await systemd.property(UNIT, "ActiveState"), "active");
    assertEquals(await systemd.property(UNIT, "StatusText"), "2 of 2 processes are running");
    const first = await running(machine, 2);

    // Reloaded, the runner stays, and so do the programs that have not changed.
    const runner = await mainPid(machine);
    box.write("shop.toml", manifest(3));
    await ok(machine, "systemctl", "reload", UNIT);
    const three = await running(machine, 3);
    assertEquals(await mainPid(machine), runner);
    assertTrue(first.every((pid) => three.includes(pid)), `${first} of ${three}`);

    // Upgraded, it is another program with the same number, and nobody else has noticed.
    await ok(machine, BINARY, "upgrade", "--reexec");
    assertEquals(await running(machine, 3), three);
    assertEquals(await mainPid(machine), runner);
    assertEquals(await systemd.property(UNIT, "ActiveState"), "active");
    assertEquals(await systemd.property(UNIT, "NRestarts"), "0");

    // Killed, it is started again, and no program runs twice.
    await ok(machine, "kill", "-KILL", String(runner));
    const second = await replaced(machine, runner);
    await running(machine, 3);
    assertEquals((await systemd.run("pgrep", "-c", "sleep")).text.trim(), "3");

    // A runner that hangs says nothing to the watchdog; being stopped, it does not die of SIGABRT either.
    const dropIn = `/etc/systemd/system/${UNIT}.d`;
    await ok(machine, "mkdir", dropIn);
    await ok(
      machine,
      "sh",
      "-c",
      `printf '[Service]\\nWatchdogSec=2\\nTimeoutAbortSec=1\\n' >${dropIn}/fast.conf`,
    );
    await ok(machine, "systemctl", "daemon-reload");
    await ok(machine, "systemctl", "restart", UNIT);
    const third = await replaced(machine, second);
    await ok(machine, "kill", "-STOP", String(third));
    await replaced(machine, third);
    await running(machine, 3);

    await ok(machine, "systemctl", "stop", UNIT);
    assertEquals(await systemd.property(UNIT, "Result"), "success");
    assertEquals((await systemd.run("pgrep", "-c", "sleep")).text.trim(), "0");
    await ok(machine, BINARY, "uninstall", box.path("shop.toml"));
    assertEquals(await systemd.property(UNIT, "LoadState"), "not-found");
  },
});

Deno.test({
  name: "a booted systemd runs what export wrote: waits, order, instances and times",
  ignore: !CAN_BOOT_SYSTEMD,
  fn: async () => {
    await using box = new Sandbox();
    await using systemd = await BootedSystemd.boot();
    const machine = { systemd, box };
    const done = box.path("migrated");
    const ready = `test -e ${done} && systemd-notify --ready && exec sleep 1000`;
    box.write(
      "shop.toml",
      `
[program.migrate]
type = "oneshot"
command = "touch ${done}"
[program.web]
command = ["/bin/sh", "-c", "${ready}"]
numprocs = 2
process_name = "%(program_name)s_%(process_num)d"
ready = "notify"
depends_on = ["migrate"]
[program.report]
command = "sh -c 'echo told >>${box.path("report")}'"
schedule = "* * * * * *"
`,
    );
    const units = box.path("units");
    await ok(machine, BINARY, "export", "systemd", box.path("shop.toml"), "-o", units);
    await ok(machine, "sh", "-c", `cp ${units}/* /etc/systemd/system/`);
    await ok(machine, "systemctl", "daemon-reload");
    await ok(machine, "systemctl", "start", "shop.target");
    for (const unit of ["shop-migrate.service", "shop-web@0.service", "shop-web@1.service"]) {
      await until(
        `${unit} to be active`,
        async () => await systemd.property(unit, "ActiveState") === "active",
      );
    }
    await until("a run of report", async () => (await box.read("report")) !== "");
    // What belongs to the target ends with it.
    await ok(machine, "systemctl", "stop", "shop.target");
    await until(
      "the instances to end",
      async () => await systemd.property("shop-web@1.service", "ActiveState") === "inactive",
    );
  },
});
