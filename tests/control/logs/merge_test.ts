// Lines of several logs as one sequence.
import fc from "fast-check";
import type { HistoryLine } from "../../../src/control/logs/history.ts";
import { merge } from "../../../src/control/logs/merge.ts";
import { assertEquals } from "../../support/assert.ts";

async function* sequence(id: string, batches: readonly (readonly number[])[]) {
  await Promise.resolve();
  for (const batch of batches) {
    yield batch.map((order): HistoryLine => ({
      order,
      view: { id, shown: id, stream: "stdout", time: null, line: `${order}` },
    }));
  }
}

Deno.test("merge() loses nothing, keeps each log in its order and all of them by time", async () => {
  const log = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 20 });
  const logs = fc.array(log, { maxLength: 5 });
  await fc.assert(fc.asyncProperty(logs, fc.integer({ min: 1, max: 4 }), async (orders, size) => {
    const sorted = orders.map((log) => log.toSorted((a, b) => a - b));
    const sequences = sorted.map((log, index) => {
      const batches = [];
      // An empty batch now and then: a block without a line end.
      for (let at = 0; at < log.length; at += size) batches.push(log.slice(at, at + size), []);
      return sequence(`${index}`, batches);
    });
    const merged: HistoryLine[] = [];
    for await (const lines of merge(sequences)) merged.push(...lines);
    assertEquals(merged.map(({ order }) => order), sorted.flat().toSorted((a, b) => a - b));
    for (const [index, log] of sorted.entries()) {
      const own = merged.filter(({ view }) => view.id === `${index}`);
      assertEquals(own.map(({ order }) => order), log);
    }
  }));
});
