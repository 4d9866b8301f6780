// Work in turns: in order, bounded in time, also when it is written with promises.
import { Turns } from "../../../src/control/http/turns.ts";
import { assertEquals } from "../../support/assert.ts";

/** Turns with a clock that work moves on, and a record of what was done. */
function rig() {
  const done: string[] = [];
  let now = 0;
  const turns = new Turns({
    now: () => now,
    breathe: () => {
      done.push("breath");
      return Promise.resolve();
    },
  });
  const work = (name: string, time: number) => () => {
    now += time;
    done.push(name);
  };
  return { turns, done, work };
}

Deno.test("add() does nothing during the call, then everything in order", async () => {
  const { turns, done, work } = rig();
  turns.add(work("a", 1));
  turns.add(() => turns.add(work("c", 1)));
  turns.add(work("b", 1));
  assertEquals(done, []);
  await turns.idle();
  assertEquals(done, ["a", "b", "c"]);
  turns.add(work("d", 1));
  await turns.idle();
  assertEquals(done.at(-1), "d");
});

Deno.test("others have their turn every four milliseconds of work", async () => {
  const { turns, done, work } = rig();
  for (const name of "abcdefg") turns.add(work(name, 2));
  await turns.idle();
  assertEquals(done.join(" "), "a b breath c d breath e f breath g");
});

Deno.test("work that goes on after a promise counts, too", async () => {
  const { turns, done, work } = rig();
  for (const name of "abcde") {
    turns.add(async () => {
      await null;
      await null;
      work(name, 4)();
    });
  }
  await turns.idle();
  assertEquals(done.join(" "), "a breath b breath c breath d breath e");
});

Deno.test("work that waits for something keeps nobody waiting", async () => {
  const { turns, done, work } = rig();
  const { promise, resolve } = Promise.withResolvers<void>();
  turns.add(() => promise.then(work("slow", 1)));
  turns.add(work("fast", 1));
  await turns.idle();
  assertEquals(done, ["breath", "fast"]);
  resolve();
  await promise;
  assertEquals(done.at(-1), "slow");
});
