// A plan written as TOML is read as the same plan: the ground that every export stands on.
import { assertEquals } from "../support/assert.ts";
import type { Plan } from "../../src/manifest/plan.ts";
import { exportManifest, manifestText } from "../../src/manifest/export_manifest.ts";
import { fakeMachine, loadText } from "./fake_machine.ts";
import { SECTIONS } from "../../src/manifest/settings.ts";
import { samplePlan } from "./export_rig.ts";
import { EXPORT_SAMPLES } from "./export_samples.ts";

/** What a manifest means, wherever it stands and however it is written. */
function meaning({ runner, groups, servers, alerts }: Plan) {
  return { runner, groups, servers, alerts };
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

/** Folded into `command`, or into the sections that take it over. */
const FOLDED = ["interpreter", "shell", "extends"];
/** The samples have one of each kind; the others are written by the same loop. */
const ALIKE = /^(stderr_|rlimit_|allow_)/;

Deno.test("manifestText() writes every key that a program or an alert may have", async () => {
  const written = new Set<string>();
  for (const sample of EXPORT_SAMPLES) {
    const { plan, envFiles } = await samplePlan(sample);
    const machine = fakeMachine(sample);
    const { common, programs } = exportManifest(plan, { machine, envFiles, shares: new Map() });
    for (const { name, entries } of [...common, ...programs.map(({ section }) => section)]) {
      for (const key of entries.keys()) written.add(`${name.replace(/:.*/s, "")}.${key}`);
    }
  }
  const missing = SECTIONS.filter(({ name }) => name === "program" || name === "alert")
    .flatMap(({ name, settings }) => settings.map(({ key }) => ({ name, key })))
    .filter(({ name, key }) => !written.has(`${name}.${key}`))
    .map(({ key }) => key)
    .filter((key) => !ALIKE.test(key) && !FOLDED.includes(key));
  assertEquals(missing, []);
});
