// Reads YAML into a tree with lines. Loaded only when a manifest is YAML.
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { fullWidth } from "./full_width.ts";
import { quietly } from "./yaml_quietly.ts";
import { scalarText, type TreeMember, type TreeNode, type TreeReading } from "./tree.ts";

interface Walk {
  readonly lines: LineCounter;
  resolve(node: unknown): unknown;
  /** Aliases may make a small text very large: so many nodes, and no more. */
  left: number;
}

const MAX_NODES = 100_000;

/** Takes any text and never throws. */
export function readYaml(text: string): TreeReading {
  const lines = new LineCounter();
  const document = quietly(() => parseDocument(text, { lineCounter: lines, prettyErrors: false }));
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    const what = `Cannot read as YAML: column ${col}: ${error.message.split("\n")[0]}`;
    return { ok: false, fault: { line, what, allowed: hintAt(text, line) } };
  }
  const resolve = (node: unknown) => isAlias(node) ? node.resolve(document) : node;
  const walk: Walk = { lines, resolve, left: MAX_NODES };
  const tree = treeFrom(document.contents, walk, 1);
  if (walk.left > 0) return { ok: true, tree };
  return { ok: false, fault: { line: 1, what: "Cannot read as YAML: too large", allowed: "" } };
}

/** A full-width colon makes one word of a line, and a fault of the next: the parser's words do not help there. */
function hintAt(text: string, line: number): string {
  for (const number of [line, line - 1]) {
    const chars = [...text.split("\n")[number - 1] ?? ""];
    const at = chars.findIndex((char) => fullWidth(char) !== null);
    const looksLike = at < 0 ? null : fullWidth(chars[at] ?? "");
    if (looksLike === null) continue;
    const what = `"${chars[at]}" in line ${number}, column ${at + 1}, is ${looksLike.name}`;
    return `${what}: write ${looksLike.meant}`;
  }
  return "";
}

function treeFrom(written: unknown, walk: Walk, before: number): TreeNode {
  const node = walk.resolve(written);
  const line = lineOf(written, walk) ?? before;
  if (--walk.left < 0) return { kind: "scalar", line, value: null };
  if (isSeq(node)) {
    return { kind: "list", line, items: node.items.map((item) => treeFrom(item, walk, line)) };
  }
  if (!isMap(node)) {
    return { kind: "scalar", line, value: isScalar(node) ? plain(node.value) : null };
  }
  const entries = new Map<string, TreeMember>();
  for (const { key, value } of node.items) {
    const keyLine = lineOf(key, walk) ?? line;
    const name = scalarText(treeFrom(key, walk, keyLine)) ?? "";
    const child = treeFrom(value, walk, keyLine);
    if (name === "<<") merge(entries, child);
    else entries.set(name, { line: keyLine, node: child });
  }
  return { kind: "table", line, entries };
}

/** What is merged in stands behind what the table says itself. */
function merge(entries: Map<string, TreeMember>, node: TreeNode): void {
  if (node.kind === "list") { for (const item of node.items) merge(entries, item); }
  if (node.kind !== "table") return;
  for (const [key, member] of node.entries) if (!entries.has(key)) entries.set(key, member);
}

function lineOf(node: unknown, walk: Walk): number | null {
  const range = isNode(node) ? node.range : null;
  return range === null || range === undefined ? null : walk.lines.linePos(range[0]).line;
}

function isNode(node: unknown): node is Node {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
}

function plain(value: unknown): string | number | boolean | null {
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  return String(value);
}
