// Writes a plan as objects of Kubernetes: a Deployment per program, or one pod with the whole pool.
import { type ExportedManifest, manifestText } from "./export_manifest.ts";
import { onePod } from "./export_kubernetes_pod.ts";
import { programObjects } from "./export_kubernetes_program.ts";
import {
  type KubernetesObject,
  type KubernetesRequest,
  objectMeta,
} from "./export_kubernetes_parts.ts";
import { labelOf, poolName, uniqueLabels } from "./export_names.ts";
import {
  type Exported,
  type ExportFile,
  type ExportOptions,
  hasOwnSecret,
  replicasOf,
} from "./export_parts.ts";
import { yamlText } from "./export_yaml.ts";
import type { Plan } from "./plan.ts";

export function exportKubernetes(
  plan: Plan,
  manifest: ExportedManifest,
  options: ExportOptions,
): Exported {
  const pool = poolName(plan);
  const request: KubernetesRequest = {
    pool,
    options,
    image: options.image ?? `${pool}:latest`,
    labels: uniqueLabels(
      manifest.programs.flatMap((program) => replicasOf(program).map(({ name }) => name)),
    ),
    notices: [],
  };
  const carrier = manifestObject(plan, manifest, request);
  const files = options.onePod
    ? [yamlFile(pool, onePod(plan, request, carrier.kind === "Secret"))]
    : manifest.programs.flatMap((program) =>
      programObjects(program, request).map(({ name, objects }) => yamlFile(name, objects))
    );
  const guess = options.image === null
    ? [`The image "${request.image}" is a guess: name yours by --image`]
    : [];
  const carried = yamlFile(`${pool}-manifest`, [carrier]);
  return { files: withSecretsApart([carried, ...files]), notices: [...guess, ...request.notices] };
}

/** The manifest itself: what a pod with the whole pool runs, and what an import reads. */
function manifestObject(
  plan: Plan,
  manifest: ExportedManifest,
  { pool, options }: KubernetesRequest,
): KubernetesObject {
  const isSecret = hasOwnSecret(plan) ||
    manifest.programs.some(({ section, processes }) =>
      section.entries.has("environment") &&
      processes.some(({ environment }) =>
        Object.entries(environment).some(([name, value]) => options.isSecret(name, value))
      )
    );
  const text = { "runner.toml": manifestText(manifest) };
  const metadata = objectMeta(`${pool}-manifest`, { pool, component: "manifest", options });
  return isSecret
    ? { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", stringData: text }
    : { apiVersion: "v1", kind: "ConfigMap", metadata, data: text };
}

interface YamlFile extends ExportFile {
  readonly objects: readonly KubernetesObject[];
}

function yamlFile(name: string, objects: readonly KubernetesObject[]): YamlFile {
  const text = objects.map(yamlText).join("---\n");
  const isSecret = objects.some(({ kind }) => kind === "Secret");
  return { path: `${labelOf(name)}.yaml`, text, isSecret, objects };
}

/** Secrets stand in files of their own, that others can be shown around. */
function withSecretsApart(files: readonly YamlFile[]): readonly ExportFile[] {
  return files.flatMap(({ path, objects }) => {
    const name = path.replace(/\.yaml$/, "");
    const secrets = objects.filter(({ kind }) => kind === "Secret");
    const others = objects.filter(({ kind }) => kind !== "Secret");
    return [
      ...(secrets.length === 0 ? [] : [yamlFile(`${name}-secret`, secrets)]),
      ...(others.length === 0 ? [] : [yamlFile(name, others)]),
    ];
  });
}
