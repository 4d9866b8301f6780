// The timer of the engine: on time, never early, and patient after a hold-up of the runner itself.
import { Alarm } from "../../src/engine/alarm.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";

function rig() {
  const clock = new FakeClock();
  const start = clock.now().mono;
  const woken: number[] = [];
  const alarm = new Alarm(clock, () => woken.push(clock.now().mono - start));
  const set = (after: number) => alarm.set(start + after);
  return { clock, alarm, set, woken };
}

Deno.test("Alarm wakes once, at the time asked for last", () => {
  const { clock, alarm, set, woken } = rig();
  set(1_000);
  set(2_000);
  set(2_000);
  clock.pass(5_000);
  assertEquals(woken, [2_000]);
  set(3_000);
  clock.pass(0);
  assertEquals(woken, [2_000, 5_000]);
  set(9_000);
  alarm.set(Infinity);
  assertEquals(clock.waiting, 0);
  set(9_000);
  alarm[Symbol.dispose]();
  assertEquals(clock.waiting, 0);
});

Deno.test("Alarm that comes late itself lets what came meanwhile be heard first, once", () => {
  const { clock, set, woken } = rig();
  set(1_000);
  clock.stall(60_000);
  assertEquals(woken, []);
  // What is heard meanwhile asks for other times; those that are over wait, too.
  set(500);
  clock.pass(0);
  assertEquals(woken, []);
  clock.pass(250);
  assertEquals(woken, [60_250]);
  set(61_000);
  clock.stall(10_000);
  clock.stall(10_000);
  assertEquals(woken, [60_250, 80_250]);
});

Deno.test("Alarm that has nothing to do any more after a hold-up does nothing", () => {
  const { clock, alarm, set, woken } = rig();
  set(1_000);
  clock.stall(60_000);
  alarm.set(Infinity);
  clock.pass(1_000);
  assertEquals([woken.length, clock.waiting], [0, 0]);
});

Deno.test("Alarm of an engine that takes over hears first what came before it", () => {
  const { clock, alarm, set, woken } = rig();
  alarm.catchUp();
  set(-100);
  clock.pass(249);
  assertEquals(woken, []);
  clock.pass(1);
  assertEquals(woken, [250]);
});
