// A plan written as TOML is read as the same plan: the ground that every export stands on.
import { assertEquals } from "../support/assert.ts";
import type { Plan } from "../../src/manifest/plan.ts";
import { exportManifest, manifestText } from "../../src/manifest/export_manifest.ts";
import { fakeMachine, loadText } from "./fake_machine.ts";
import { EXPORT_SAMPLES } from "./export_samples.ts";

/** What a manifest means, wherever it stands and however it is written. */
function meaning({ runner, groups, servers }: Plan) {
  return { runner, groups, servers };
}

for (const { what, text, name, ...fake } of EXPORT_SAMPLES) {
  Deno.test(`manifestText() of ${what} is read as the same plan`, async () => {
    const { plan, problems, envFiles } = await loadText(text, { name, ...fake });
    if (plan === null) throw new Error(JSON.stringify(problems));
    const exported = exportManifest(plan, {
      machine: fakeMachine(fake),
      envFiles,
      shares: new Map(),
    });
    assertEquals(exported.faults, []);
    const again = await loadText(manifestText(exported), { ...fake, name: "again.toml" });
    if (again.plan === null) {
      throw new Error(`${JSON.stringify(again.problems, null, 1)}\n${manifestText(exported)}`);
    }
    assertEquals(meaning(again.plan), meaning(plan));
  });
}
