// `extends` of a docker-compose service: what another service of the same file says, and it does not.
import { type Draft, fails } from "./foreign.ts";
import { scalarText, type TreeMember, type TreeNode, type TreeTable } from "./tree.ts";

type Services = ReadonlyMap<string, TreeMember>;

/** Lists that are one thing as a whole: of all others the members come together. */
const WHOLE = ["command", "entrypoint", "test"];
/** Lists of `KEY=VALUE` mean the same as tables. */
const VARIABLES = ["environment", "labels", "annotations"];
/** What is a service's own. */
const NOT_INHERITED = ["container_name", "x-runner"];

/** The service with what it takes over; as it is where another file would have to be read. */
export function extendedService(draft: Draft, services: Services, name: string): TreeNode {
  return extended({ draft, services, chain: [] }, name);
}

interface Walk {
  readonly draft: Draft;
  readonly services: Services;
  /** Services that extend each other, the one asked for first. */
  readonly chain: readonly string[];
}

function extended(walk: Walk, name: string): TreeNode {
  const { draft, services, chain } = walk;
  const node = services.get(name)?.node ?? { kind: "scalar", line: 0, value: null };
  const member = node.kind === "table" ? node.entries.get("extends") : undefined;
  if (node.kind !== "table" || member === undefined) return node;
  const base = baseOf(member.node);
  if (base === null) return node;
  const spot = { section: null, key: name, line: member.line };
  if (!services.has(base) || [...chain, name].includes(base)) {
    const why = services.has(base) ? "it extends itself" : "there is no such service";
    fails(draft, spot, `Cannot extend "${base}": ${why}`);
    return node;
  }
  const from = extended({ ...walk, chain: [...chain, name] }, base);
  const own = without(node, ["extends"]);
  return from.kind === "table" ? joined("", without(from, NOT_INHERITED), own) : own;
}

/** The service of this file that is meant; null: it is in another one. */
function baseOf(node: TreeNode): string | null {
  if (node.kind !== "table") return scalarText(node);
  const service = node.entries.get("service")?.node;
  return node.entries.has("file") || service === undefined ? null : scalarText(service);
}

function joined(key: string, base: TreeNode, own: TreeNode): TreeNode {
  if (own.kind === "scalar" && own.value === null) return base;
  const [first, second] = VARIABLES.includes(key) ? [asTable(base), asTable(own)] : [base, own];
  if (first.kind === "table" && second.kind === "table") {
    const entries = new Map(first.entries);
    for (const [name, member] of second.entries) {
      const before = entries.get(name);
      const node = before === undefined ? member.node : joined(name, before.node, member.node);
      entries.set(name, { line: member.line, node });
    }
    return { ...second, entries };
  }
  const isListed = key === "env_file" || (first.kind === "list" && second.kind === "list");
  if (!isListed || WHOLE.includes(key)) return second;
  return { kind: "list", line: second.line, items: [...itemsOf(first), ...itemsOf(second)] };
}

function itemsOf(node: TreeNode): readonly TreeNode[] {
  return node.kind === "list" ? node.items : [node];
}

function asTable(node: TreeNode): TreeNode {
  if (node.kind !== "list") return node;
  const entries = node.items.map((item): [string, TreeMember] => {
    const text = scalarText(item) ?? "";
    const equals = text.indexOf("=");
    const value = equals < 0 ? null : text.slice(equals + 1);
    const member: TreeNode = { kind: "scalar", line: item.line, value };
    return [equals < 0 ? text : text.slice(0, equals), { line: item.line, node: member }];
  });
  return { kind: "table", line: node.line, entries: new Map(entries) };
}

function without(table: TreeTable, keys: readonly string[]): TreeTable {
  return { ...table, entries: new Map([...table.entries].filter(([key]) => !keys.includes(key))) };
}
