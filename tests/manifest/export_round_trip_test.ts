// import(export(plan)) = plan, for every engine and every kind of manifest.
import { assertEquals } from "../support/assert.ts";
import { formatProblem } from "../../src/base/errors.ts";
import { exportCompose } from "../../src/manifest/export_compose.ts";
import { exportKubernetes } from "../../src/manifest/export_kubernetes.ts";
import { exportManifest } from "../../src/manifest/export_manifest.ts";
import { exportNomad } from "../../src/manifest/export_nomad.ts";
import type { ExportFile, ExportOptions } from "../../src/manifest/export_parts.ts";
import { memoryShares } from "../../src/manifest/export_shares.ts";
import { exportSystemd } from "../../src/manifest/export_systemd.ts";
import { importManifest } from "../../src/manifest/import_manifest.ts";
import type { Plan } from "../../src/manifest/plan.ts";
import { EXPORT_SAMPLES, type ExportSample } from "./export_samples.ts";
import { fakeMachine, loadText } from "./fake_machine.ts";

const ENGINES = ["kubernetes", "one pod", "compose", "systemd", "nomad"] as const;

/** What a manifest means, wherever it stands and however it is written. */
function meaning({ runner, groups, servers }: Plan) {
  return { runner, groups, servers };
}

async function planOf({ text, name, ...fake }: ExportSample) {
  const { plan, problems, envFiles } = await loadText(text, { name, ...fake });
  if (plan === null) throw new Error(problems.map(formatProblem).join("\n"));
  return { plan, envFiles };
}

/** The machine of a sample, with the sample on it. */
function withText({ name, text, ...fake }: ExportSample) {
  return fakeMachine({ ...fake, files: { ...fake.files, [`/srv/${name}`]: text } });
}

async function exported(
  engine: typeof ENGINES[number],
  sample: ExportSample,
): Promise<readonly ExportFile[]> {
  const { plan, envFiles } = await planOf(sample);
  const machine = fakeMachine(sample);
  const manifest = exportManifest(plan, {
    machine,
    envFiles: engine === "one pod" ? new Map() : envFiles,
    shares: await memoryShares(sample.name, withText(sample), plan),
  });
  const options: ExportOptions = {
    image: "shop:1",
    namespace: "live",
    onePod: engine === "one pod",
    envFiles,
    isSecret: (name) => /PASSWORD|TOKEN/.test(name),
  };
  switch (engine) {
    case "kubernetes":
    case "one pod":
      return exportKubernetes(plan, manifest, options).files;
    case "compose":
      return exportCompose(plan, manifest, { machine, options }).files;
    case "systemd":
      return exportSystemd(plan, manifest, { machine, options }).files;
    case "nomad":
      return exportNomad(plan, manifest, options).files;
  }
}

for (const sample of EXPORT_SAMPLES) {
  for (const engine of ENGINES) {
    Deno.test(`what is exported of ${sample.what} for ${engine} is imported as the same plan`, async () => {
      const files = await exported(engine, sample);
      // The objects of Kubernetes as one stream, as they come on stdout; all else as files.
      const inputs = engine === "kubernetes" || engine === "one pod"
        ? [{ path: "all.yaml", text: files.map(({ text }) => text).join("---\n") }]
        : files;
      const texts = Object.fromEntries(inputs.map(({ path, text }) => [`/srv/${path}`, text]));
      const fake = { ...sample, files: { ...sample.files, ...texts } };
      const paths = inputs.map(({ path }) => path);
      const { text, problems } = await importManifest(paths, fakeMachine(fake));
      if (text === null) throw new Error(problems.map(formatProblem).join("\n"));
      const again = await loadText(text, { ...fake, name: "again.toml" });
      if (again.plan === null) throw new Error(again.problems.map(formatProblem).join("\n"));
      assertEquals(meaning(again.plan), meaning((await planOf(sample)).plan));
    });
  }
}
