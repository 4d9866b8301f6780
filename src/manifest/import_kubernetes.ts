// Takes the manifest back out of what `runner export` has written for Kubernetes or Nomad.
import { parseAllDocuments } from "yaml";
import type { Document, Source } from "./document.ts";
import { createDraft, fails, finishDraft, type ForeignRequest } from "./foreign.ts";
import { readToml } from "./toml.ts";
import { scalarText, type TreeNode } from "./tree.ts";
import { quietly } from "./yaml_quietly.ts";

/** Whether a text in YAML holds objects of Kubernetes. */
export function isKubernetes(text: string): boolean {
  return /^apiVersion:/m.test(text) && /^kind:/m.test(text);
}

/** The name under which the manifest lies in its ConfigMap or Secret. */
const FILE = "runner.toml";

export function readKubernetes(request: ForeignRequest): Document {
  for (const document of quietly(() => parseAllDocuments(request.text))) {
    const value: unknown = "toJS" in document ? document.toJS() : null;
    const text = manifestOf(value);
    if (text !== null) return readToml(text, request.source);
  }
  const draft = createDraft(request);
  const what = `Cannot read the objects of Kubernetes: none of them holds a "${FILE}"`;
  fails(draft, { section: null, key: "", line: 1 }, what, "name the file NAME-manifest.yaml, too");
  return finishDraft(draft);
}

function manifestOf(value: unknown): string | null {
  const stored = textIn(textTable(value, "data"), FILE);
  const kind = textIn(value, "kind");
  if (kind === "ConfigMap") return stored;
  if (kind !== "Secret") return null;
  // A Secret that comes from a cluster has its values in base64.
  return textIn(textTable(value, "stringData"), FILE) ??
    (stored === null ? null : decoded(stored));
}

function decoded(base64: string): string {
  return new TextDecoder().decode(Uint8Array.fromBase64(base64));
}

function textTable(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? new Map(Object.entries(value)).get(key)
    : null;
}

function textIn(value: unknown, key: string): string | null {
  const text = textTable(value, key);
  return typeof text === "string" ? text : null;
}

/** The document of a job of Nomad that carries a manifest; null for any other JSON. */
export function readNomad(tree: TreeNode, source: Source): Document | null {
  const text = member(member(member(tree, "Job"), "Meta"), "runner_manifest");
  const manifest = text === null ? null : scalarText(text);
  return manifest === null ? null : readToml(manifest, source);
}

function member(node: TreeNode | null, key: string): TreeNode | null {
  return node?.kind === "table" ? node.entries.get(key)?.node ?? null : null;
}
