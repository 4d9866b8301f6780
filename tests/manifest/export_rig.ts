// Exports a manifest in memory for any engine, as the files that an import gets.
import { formatProblem } from "../../src/base/errors.ts";
import { exportCompose } from "../../src/manifest/export_compose.ts";
import { exportKubernetes } from "../../src/manifest/export_kubernetes.ts";
import { exportManifest } from "../../src/manifest/export_manifest.ts";
import { exportNomad } from "../../src/manifest/export_nomad.ts";
import type { Exported, ExportOptions } from "../../src/manifest/export_parts.ts";
import { memoryShares } from "../../src/manifest/export_shares.ts";
import { exportSystemd } from "../../src/manifest/export_systemd.ts";
import type { Plan } from "../../src/manifest/plan.ts";
import type { ExportSample } from "./export_samples.ts";
import { fakeMachine, loadText } from "./fake_machine.ts";

export const ENGINES = ["kubernetes", "one pod", "compose", "systemd", "nomad"] as const;
export type ExportEngine = typeof ENGINES[number];

/** What a manifest means, wherever it stands and however it is written. */
export function meaning({ runner, groups, servers, alerts }: Plan) {
  return { runner, groups, servers, alerts };
}

/** The plan of a sample; throws when it has none. */
export async function samplePlan({ text, name, ...fake }: ExportSample) {
  const { plan, problems, envFiles } = await loadText(text, { name, ...fake });
  if (plan === null) throw new Error(problems.map(formatProblem).join("\n"));
  return { plan, envFiles };
}

interface InputFile {
  readonly path: string;
  readonly text: string;
}

/** The objects of Kubernetes as one stream, as they come on stdout; all else as files. */
export async function exportSample(
  engine: ExportEngine,
  sample: ExportSample,
): Promise<readonly InputFile[]> {
  const { files } = await exportedBy(engine, sample);
  if (engine !== "kubernetes" && engine !== "one pod") return files;
  return [{ path: "all.yaml", text: files.map(({ text }) => text).join("---\n") }];
}

async function exportedBy(engine: ExportEngine, sample: ExportSample): Promise<Exported> {
  const { plan, envFiles } = await samplePlan(sample);
  const { name, text, ...fake } = sample;
  const machine = fakeMachine({ ...fake, files: { ...fake.files, [`/srv/${name}`]: text } });
  const onePod = engine === "one pod";
  const manifest = exportManifest(plan, {
    machine,
    envFiles: onePod ? new Map() : envFiles,
    shares: await memoryShares(name, machine, plan),
  });
  if (manifest.faults.length > 0) throw new Error(manifest.faults.join("\n"));
  const options: ExportOptions = {
    image: "shop:1",
    namespace: "live",
    onePod,
    envFiles,
    isSecret: (variable) => /PASSWORD|TOKEN/.test(variable),
  };
  switch (engine) {
    case "kubernetes":
    case "one pod":
      return exportKubernetes(plan, manifest, options);
    case "compose":
      return exportCompose(plan, manifest, { machine, options });
    case "systemd":
      return exportSystemd(plan, manifest, { machine, options });
    case "nomad":
      return exportNomad(plan, manifest, options);
  }
}
