// The variables of a docker-compose service.
import type { RawValue } from "./document.ts";
import type { Field } from "./field.ts";
import { literal, put } from "./foreign.ts";
import { fieldNode, type Fields, textTable } from "./foreign_fields.ts";
import { absolutePath } from "./paths.ts";
import { scalarText, type TreeNode } from "./tree.ts";

export function putComposeEnvironment(fields: Fields): void {
  const { draft, section, table } = fields;
  const field = fieldNode(table, ["environment"]);
  if (field !== null) {
    const own = variables(fields, field);
    if (own.length > 0) {
      put(draft, section, { ...field, value: Object.fromEntries(own) });
    }
  }
  const files = fieldNode(table, ["env_file"]);
  if (files === null) return;
  const value = envFiles(files.value, draft.source.here);
  put(draft, section, { ...files, value });
}

/** A variable without a value is that of the runner itself: it is inherited anyway. */
function variables(fields: Fields, field: Field<TreeNode>): readonly [string, RawValue][] {
  const node = field.value;
  if (node.kind !== "list") {
    const isBare = (name: string): boolean => {
      const value = node.kind === "table" ? node.entries.get(name)?.node : undefined;
      return value?.kind === "scalar" && value.value === null;
    };
    return [...textTable(fields, field)].filter(([name]) => !isBare(name))
      .map(([name, { value }]) => [name, literal(value)]);
  }
  return node.items.flatMap((item): [string, RawValue][] => {
    const text = scalarText(item) ?? "";
    const equals = text.indexOf("=");
    return equals <= 0 ? [] : [[text.slice(0, equals), literal(text.slice(equals + 1))]];
  });
}

function envFiles(node: TreeNode, here: string): readonly string[] {
  const items = node.kind === "list" ? node.items : [node];
  return items.flatMap((item) => {
    const table = item.kind === "table" ? item : null;
    const path = table === null ? scalarText(item) : pathOf(table.entries.get("path")?.node);
    if (path === null) return [];
    const required = table?.entries.get("required")?.node;
    const mayMiss = required?.kind === "scalar" && required.value === false;
    return [`${mayMiss ? "-" : ""}${literal(absolutePath(path, here))}`];
  });
}

function pathOf(node: TreeNode | undefined): string | null {
  return node === undefined ? null : scalarText(node);
}
