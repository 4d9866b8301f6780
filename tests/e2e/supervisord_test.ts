// supervisord of Debian beside us: the same manifests, the same outcomes.
import { type Case, type Outcome, runCase } from "../support/both.ts";
import { assertEquals } from "../support/assert.ts";
import { hasCommand } from "../support/namespaces.ts";
import { Sandbox } from "../support/runner_process.ts";
import { CASES } from "../support/supervisord_cases.ts";

interface Pair {
  readonly theirs: Outcome;
  readonly ours: Outcome;
}

const isThere = hasCommand("supervisord") && Deno.uid() === 0;
if (!isThere) {
  console.log("No comparison with supervisord: it is not installed, or we are not root");
}

async function both(box: Sandbox, one: Case): Promise<Pair> {
  const [theirs, ours] = await Promise.all([
    runCase(box, "theirs", one),
    runCase(box, "ours", one),
  ]);
  return { theirs, ours };
}

Deno.test({
  name: "supervisord and we do the same with the same manifest",
  ignore: !isThere,
  fn: async (t) => {
    await using box = new Sandbox();
    // All at once: supervisord spends its time in waiting.
    const running = CASES.map((one) => both(box, one));
    await Promise.allSettled(running);
    for (const [index, one] of CASES.entries()) {
      await t.step(one.name, async () => {
        const pair = await running[index];
        assertEquals(pair?.ours, pair?.theirs);
      });
    }
  },
});
