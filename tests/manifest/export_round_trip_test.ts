// import(export(plan)) = plan for manifests that use everything there is.
import { assertEquals } from "../support/assert.ts";
import { formatProblem } from "../../src/base/errors.ts";
import { importManifest } from "../../src/manifest/import_manifest.ts";
import { ENGINES, exportSample, meaning, samplePlan } from "./export_rig.ts";
import { EXPORT_SAMPLES } from "./export_samples.ts";
import { fakeMachine, loadText } from "./fake_machine.ts";

for (const sample of EXPORT_SAMPLES) {
  for (const engine of ENGINES) {
    Deno.test(`what is exported of ${sample.what} for ${engine} is imported as the same plan`, async () => {
      const inputs = await exportSample(engine, sample);
      const texts = Object.fromEntries(inputs.map(({ path, text }) => [`/srv/${path}`, text]));
      const fake = { ...sample, files: { ...sample.files, ...texts } };
      const { text, problems } = await importManifest(
        inputs.map(({ path }) => path),
        fakeMachine(fake),
      );
      if (text === null) throw new Error(problems.map(formatProblem).join("\n"));
      const again = await loadText(text, { ...fake, name: "again.toml" });
      if (again.plan === null) throw new Error(again.problems.map(formatProblem).join("\n"));
      assertEquals(meaning(again.plan), meaning((await samplePlan(sample)).plan));
    });
  }
}
