// Restarts by the clock, by the compiled binary.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

const WEB = '[program.web]\ncommand = ["/bin/sleep", "1000"]\nstartsecs = 0\n';

Deno.test("restart_schedule restarts what runs, update brings it, and no end counts as a crash", async () => {
  await using box = new Sandbox();
  const runner = box.start(WEB);
  await runner.said("success: web entered RUNNING");
  box.write("runner.toml", `${WEB}restart_schedule = "* * * * * *"\n`);
  const update = box.run(["update"]);
  assertEquals((await update.status).code, 0, await update.stderr());
  await runner.said(/stopping: web with SIGTERM \(schedule\)/);
  await runner.spawnOf("web", 2);
  await until("the reason to be counted", async () => {
    const described = box.run(["describe", "web", "--json"]);
    assertEquals((await described.status).code, 0, await described.stderr());
    return /"schedule": [1-9]/.test(await described.stdout());
  });
  assertTrue(!/BACKOFF|exited:/.test(await runner.stderr()), await runner.stderr());
  assertEquals(await runner.stop(), 0);
});

Deno.test("check shows restart_schedule, and says what is wrong with it", async () => {
  await using box = new Sandbox();
  box.write("good.toml", `${WEB}restart_schedule = "@daily"\ntime_zone = "UTC"\n`);
  const good = box.run(["check", "good.toml", "--strict"]);
  assertEquals((await good.status).code, 0, await good.stderr());
  assertTrue(/restarted at +@daily \(UTC\)/.test(await good.stdout()), await good.stdout());
  const table: readonly (readonly [string, RegExp])[] = [
    ['restart_schedule = "61 * * * *"', /bad\.toml:4: .*minute "61"/],
    [
      'restart_schedule = "@daily"\nmax_age = "1h"',
      /bad\.toml:4: .*Cannot be used together with max_age/,
    ],
    [
      'restart_schedule = "@daily"\nschedule = "@daily"',
      /bad\.toml:4: warning: .*Ignored: with schedule/,
    ],
  ];
  for (const [keys, said] of table) {
    box.write("bad.toml", `${WEB.replace("startsecs = 0\n", "")}\n${keys}\n`);
    const bad = box.run(["check", "bad.toml"]);
    await bad.status;
    assertTrue(said.test(await bad.stderr()), await bad.stderr());
  }
});
