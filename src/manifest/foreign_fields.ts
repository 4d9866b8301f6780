// Takes fields from a table of a foreign format, and says which of them are of the wrong kind.
import type { Field } from "./field.ts";
import { type Draft, type DraftSection, fails } from "./foreign.ts";
import { scalarText, showNode, type TreeNode, type TreeTable } from "./tree.ts";

/** A table, and where its values go. */
export interface Fields {
  readonly draft: Draft;
  readonly section: DraftSection;
  readonly table: TreeTable;
}

/** The first of the names that the table has, with its node; null is as good as not there. */
export function fieldNode(table: TreeTable, names: readonly string[]): Field<TreeNode> | null {
  for (const key of names) {
    const member = table.entries.get(key);
    if (member === undefined) continue;
    const { node, line } = member;
    if (node.kind === "scalar" && node.value === null) continue;
    return { key, line, value: node };
  }
  return null;
}

/** A text, or a number or truth value as a text. */
export function textField(fields: Fields, ...names: readonly string[]): Field<string> | null {
  const field = fieldNode(fields.table, names);
  if (field === null) return null;
  const value = scalarText(field.value);
  return value === null ? wrong(fields, field, "a text") : { ...field, value };
}

/** True or false; texts that say so, too. */
export function flagField(fields: Fields, ...names: readonly string[]): Field<boolean> | null {
  const field = textField(fields, ...names);
  if (field === null) return null;
  const word = field.value.toLowerCase();
  if (word === "true" || word === "false") return { ...field, value: word === "true" };
  return complain(fields, field, `Cannot read "${field.value}" as true or false`);
}

/** A number, also as a text. */
export function numberField(fields: Fields, ...names: readonly string[]): Field<number> | null {
  const field = textField(fields, ...names);
  if (field === null) return null;
  const value = field.value.trim() === "" ? NaN : Number(field.value);
  if (Number.isFinite(value)) return { ...field, value };
  return complain(fields, field, `Cannot read "${field.value}" as a number`);
}

/** A list of texts, or one text, which is left whole. */
export function listField(
  fields: Fields,
  ...names: readonly string[]
): Field<readonly string[] | string> | null {
  const field = fieldNode(fields.table, names);
  if (field === null) return null;
  const one = scalarText(field.value);
  if (one !== null) return { ...field, value: one };
  const items = field.value.kind === "list" ? field.value.items.map(scalarText) : [null];
  const texts = items.filter((item) => item !== null);
  if (texts.length === items.length) return { ...field, value: texts };
  return wrong(fields, field, "a text or a list of texts");
}

/** A table of texts; `{}` for none. */
export function textTable(
  fields: Fields,
  field: Field<TreeNode>,
): ReadonlyMap<string, Field<string>> {
  if (field.value.kind !== "table") {
    wrong(fields, field, "a table of texts");
    return new Map();
  }
  return new Map(
    [...field.value.entries].flatMap(([key, { line, node }]): [string, Field<string>][] => {
      const value = node.kind === "scalar" ? scalarText(node) ?? "" : JSON.stringify(plain(node));
      return [[key, { key, line, value }]];
    }),
  );
}

/** The tree as plain data. */
export function plain(node: TreeNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, member]) => [key, plain(member.node)]));
}

function wrong(fields: Fields, field: Field<TreeNode>, wanted: string): null {
  return complain(fields, field, `Cannot read ${showNode(field.value)} as ${wanted}`);
}

/** Reports a fault of a field, and has no value for it. */
export function complain(fields: Fields, field: Field<unknown>, what: string): null {
  const { key, line } = field;
  fails(fields.draft, { section: fields.section, key, line }, what);
  return null;
}

/** The same for a table within the table; null when it has none there. */
export function inner(fields: Fields, ...path: readonly string[]): Fields | null {
  let table: TreeTable = fields.table;
  for (const key of path) {
    const node = table.entries.get(key)?.node;
    if (node?.kind !== "table") return null;
    table = node;
  }
  return { ...fields, table };
}
