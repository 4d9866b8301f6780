// What changes in the alerts from one plan to the next.
import { alertsThatDiffer, diffAlerts } from "../../src/manifest/alert_diff.ts";
import { assertEquals } from "../support/assert.ts";
import { alertPlan } from "../support/plans.ts";

Deno.test("diffAlerts() names what is new, gone and different, and never a value", () => {
  const before = [alertPlan("same"), alertPlan("old"), alertPlan("moved")];
  const target = { kind: "webhook", url: { kind: "text", text: "https://x/t0ken" } } as const;
  const after = [alertPlan("new"), { ...alertPlan("moved"), target, every: 7 }, alertPlan("same")];
  assertEquals(diffAlerts(before, after), {
    added: ["new"],
    removed: ["old"],
    changed: [{ name: "moved", changed: ["target", "every"] }],
  });
  assertEquals(alertsThatDiffer(before, after), ["old", "new", "moved"]);
  assertEquals(alertsThatDiffer(before, before.toReversed()), []);
});
