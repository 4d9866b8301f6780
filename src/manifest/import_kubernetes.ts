// Takes the manifest back out of what `runner export` has written for Kubernetes or Nomad.
import type { Document, Source } from "./document.ts";
import { createDraft, fails, finishDraft, type ForeignRequest } from "./foreign.ts";
import { readToml } from "./toml.ts";
import { scalarText, type TreeNode } from "./tree.ts";
import { readYaml } from "./yaml_tree.ts";

/** Whether a text in YAML holds objects of Kubernetes. */
export function isKubernetes(text: string): boolean {
  return /^apiVersion:/m.test(text) && /^kind:/m.test(text);
}

/** The name under which the manifest lies in its ConfigMap or Secret. */
const FILE = "runner.toml";

export function readKubernetes(request: ForeignRequest): Document {
  for (const text of request.text.split(/^---(?:\s.*)?$/m)) {
    const reading = readYaml(text);
    const manifest = reading.ok ? manifestOf(reading.tree) : null;
    if (manifest !== null) return readToml(manifest, request.source);
  }
  const draft = createDraft(request);
  const what = `Cannot read the objects of Kubernetes: none of them holds a "${FILE}"`;
  fails(draft, { section: null, key: "", line: 1 }, what, "name the file NAME-manifest.yaml, too");
  return finishDraft(draft);
}

function manifestOf(object: TreeNode): string | null {
  const stored = textAt(object, "data", FILE);
  const kind = textAt(object, "kind");
  if (kind === "ConfigMap") return stored;
  if (kind !== "Secret") return null;
  // A Secret that comes from a cluster has its values in base64.
  return textAt(object, "stringData", FILE) ?? (stored === null ? null : decoded(stored));
}

/** Null for what is no base64. */
function decoded(text: string): string | null {
  const bare = text.replaceAll(/\s/g, "");
  if (bare.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(bare)) return null;
  return new TextDecoder().decode(Uint8Array.fromBase64(bare));
}

/** The document of a job of Nomad that carries a manifest, or that another one tells of; null for any other JSON. */
export function readNomad(tree: TreeNode, source: Source): Document | null {
  const manifest = textAt(tree, "Job", "Meta", "runner_manifest");
  if (manifest !== null) return readToml(manifest, source);
  if (textAt(tree, "Job", "Meta", "runner_part_of") === null) return null;
  return { sections: [], defaults: new Map(), problems: [], isPart: true };
}

function textAt(tree: TreeNode, ...path: readonly string[]): string | null {
  let node: TreeNode | undefined = tree;
  for (const key of path) node = node?.kind === "table" ? node.entries.get(key)?.node : undefined;
  return node === undefined ? null : scalarText(node);
}
