// The last work of a runner: what is waited for after everything has stopped, and for how long.
import { LastWork, type LeftOver } from "../../src/cli/last_work.ts";
import type { Fact } from "../../src/core/events.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";

const SHUTDOWN: Fact = { kind: "shutdown", step: "graceful", why: "test" };

function rig() {
  const clock = new FakeClock();
  const hooks = Promise.withResolvers<void>();
  const alerts = Promise.withResolvers<void>();
  const said: string[] = [];
  const left: LeftOver = {
    hooks: {
      whenIdle: () => hooks.promise,
      [Symbol.dispose]: () => void said.push("hooks ended"),
    },
    alerts: {
      close: (until) => {
        said.push(`alerts until ${until}`);
        return alerts.promise;
      },
      [Symbol.dispose]: () => void said.push("alerts ended"),
    },
  };
  const work = new LastWork({ clock, shutdownTimeout: 8_000 });
  work.fact(SHUTDOWN);
  return { clock, hooks, alerts, said, work, left };
}

const ENDED = ["hooks ended", "alerts ended"];

Deno.test("LastWork waits for hooks, then for alerts, five seconds at most", async () => {
  const { clock, hooks, alerts, said, work, left } = rig();
  clock.pass(1_000);
  const finished = work.finish(left);
  hooks.resolve();
  await hooks.promise;
  assertEquals(said, ["alerts until 7000"]);
  alerts.resolve();
  await finished;
  assertEquals([said.slice(1), clock.waiting], [ENDED, 0]);
});

Deno.test("LastWork ends with the time of the shutdown, counted from its beginning", async () => {
  const { clock, hooks, said, work, left } = rig();
  clock.pass(6_000);
  const finished = work.finish(left);
  hooks.resolve();
  await hooks.promise;
  assertEquals(said, ["alerts until 9000"]);
  clock.pass(2_000);
  await finished;
  assertEquals(said.slice(1), ENDED);
});

Deno.test("LastWork waits for nothing when it is asked to stop once more", async () => {
  const { clock, said, work, left } = rig();
  const finished = work.finish(left);
  // The terminal's and the tool's Ctrl-C are one wish.
  work.signal("SIGINT");
  await Promise.resolve();
  assertEquals(said, []);
  clock.pass(300);
  work.signal("SIGHUP");
  await Promise.resolve();
  assertEquals(said, []);
  work.signal("SIGTERM");
  await finished;
  assertEquals(said, ENDED);
});

Deno.test("LastWork waits for nothing after a shutdown that was forced", async () => {
  const { said, work, left } = rig();
  work.fact({ kind: "shutdown", step: "forced", why: "test" });
  await work.finish(left);
  assertEquals(said, ENDED);
});
