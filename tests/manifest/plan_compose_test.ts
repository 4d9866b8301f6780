// Plans made of parts of others.
import { diffPlans } from "../../src/manifest/plan_diff.ts";
import { withGroup, withoutProcesses, withProgram } from "../../src/manifest/plan_compose.ts";
import { assertEquals } from "../support/assert.ts";
import { planOf, processPlan } from "../support/plans.ts";

const web = processPlan("web");
const mail = processPlan("mail");
const [one, two] = [processPlan("pool"), {
  ...processPlan("pool_1"),
  id: "pool:pool_1",
  group: "pool",
  program: "pool",
}];

Deno.test("withGroup() touches one group only", () => {
  const plan = planOf([web]);
  const grown = withGroup(plan, planOf([mail, one]), "mail");
  assertEquals(diffPlans(plan, grown).added, ["mail:mail"]);
  assertEquals(withGroup(plan, planOf([mail]), "nobody"), plan);
});

Deno.test("withoutProcesses() drops a group with its last process", () => {
  const plan = planOf([web, one, two]);
  const left = withoutProcesses(plan, new Set(["web:web", "pool:pool_1"]));
  assertEquals(left.groups.map(({ name }) => name), ["pool"]);
  assertEquals(left.groups[0]?.processes.map(({ id }) => id), ["pool:pool"]);
});

Deno.test("withProgram() takes the processes of one program and nothing else", () => {
  const plan = planOf([web, one]);
  const changed = { ...web, command: ["/bin/other"] };
  const diff = diffPlans(plan, withProgram(plan, planOf([changed, one, two]), "pool"));
  assertEquals([diff.added, diff.restart, diff.removed], [["pool:pool_1"], [], []]);
});
