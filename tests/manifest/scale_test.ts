// Numbers of processes that an operator wants instead of the manifest's.
import type { Plan } from "../../src/manifest/plan.ts";
import { diffPlans } from "../../src/manifest/plan_diff.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { loadText } from "./fake_machine.ts";

async function load(lines: string) {
  const loaded = await loadText(`[program:p]\ncommand=/bin/cat\n${lines}`);
  const { plan } = loaded;
  assertTrue(plan !== null, JSON.stringify(loaded.problems));
  return { ...loaded, plan };
}

function names(plan: Plan | null): readonly string[] | undefined {
  return plan?.groups[0]?.processes.map(({ name }) => name);
}

Deno.test("rescaled() keeps the slots there are, up and down", async () => {
  const { plan, counts, rescaled } = await load("numprocs=2\nprocess_name=p_%(process_num)02d\n");
  assertEquals([...counts], [["p", 2]]);
  const four = rescaled(new Map([["p", 4]]));
  assertEquals(names(four), ["p_00", "p_01", "p_02", "p_03"]);
  assertTrue(four !== null, "four processes");
  const diff = diffPlans(plan, four);
  assertEquals([diff.added, diff.restart, diff.adjust], [["p:p_02", "p:p_03"], [], []]);
  assertEquals(names(rescaled(new Map([["p", 1]]))), ["p_00"]);
  assertEquals(names(rescaled(new Map([["p", 0]]))), []);
});

Deno.test("rescaled() numbers further processes of a program whose name has no number", async () => {
  const { plan, rescaled } = await load("");
  const three = rescaled(new Map([["p", 3]]));
  assertEquals(names(three), ["p", "p_1", "p_2"]);
  assertTrue(three !== null, "three processes");
  assertEquals(diffPlans(plan, three).restart, []);
});
