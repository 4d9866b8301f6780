// What JSON, YAML and modules hold alike: values with the lines they stand at.

export type Scalar = string | number | boolean | null;

export interface TreeMember {
  /** Of the key. From 1; 0 when nobody knows. */
  readonly line: number;
  readonly node: TreeNode;
}

export interface TreeTable {
  readonly kind: "table";
  readonly line: number;
  readonly entries: ReadonlyMap<string, TreeMember>;
}

export interface TreeList {
  readonly kind: "list";
  readonly line: number;
  readonly items: readonly TreeNode[];
}

export interface TreeScalar {
  readonly kind: "scalar";
  readonly line: number;
  readonly value: Scalar;
}

export type TreeNode = TreeTable | TreeList | TreeScalar;

export interface TreeFault {
  readonly line: number;
  readonly what: string;
  readonly allowed: string;
}

export type TreeReading =
  | { readonly ok: true; readonly tree: TreeNode }
  | { readonly ok: false; readonly fault: TreeFault };

/** A scalar as a text; null for lists, tables and null itself. */
export function scalarText(node: TreeNode): string | null {
  return node.kind === "scalar" && node.value !== null ? `${node.value}` : null;
}

/** For messages: what was written, roughly. */
export function showNode(node: TreeNode): string {
  if (node.kind === "scalar") return node.value === null ? "null" : `"${node.value}"`;
  return node.kind === "list" ? "a list" : "a table";
}

/** The tree of plain data; `lineOf` knows the lines of some keys. */
export function treeOf(value: unknown, lineOf: (key: string) => number, line = 0): TreeNode {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return { kind: "scalar", line, value };
  }
  if (Array.isArray(value)) {
    return { kind: "list", line, items: value.map((item) => treeOf(item, lineOf)) };
  }
  if (typeof value !== "object" || value === null) return { kind: "scalar", line, value: null };
  const entries = Object.entries(value).map(([key, child]): [string, TreeMember] => {
    const own = lineOf(key);
    return [key, { line: own, node: treeOf(child, lineOf, own) }];
  });
  return { kind: "table", line, entries: new Map(entries) };
}
