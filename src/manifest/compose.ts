// Reads docker-compose services that have a command as programs of this machine.
import type { Document } from "./document.ts";
import { addOwn, dropPart, ownText, takeOwn, treeEntries } from "./export_own.ts";
import { composeVariables, interpolate } from "./compose_variables.ts";
import { takeComposeService } from "./compose_service.ts";
import {
  addSection,
  createDraft,
  differs,
  type Draft,
  type DraftSection,
  fails,
  finishDraft,
  type ForeignRequest,
  put,
} from "./foreign.ts";
import { fieldNode } from "./foreign_fields.ts";
import { scalarText, showNode, type TreeMember, type TreeNode, type TreeTable } from "./tree.ts";

export function isCompose(tree: TreeNode): tree is TreeTable {
  return tree.kind === "table" && tree.entries.has("services") && !tree.entries.has("apps");
}

export function readCompose(tree: TreeTable, request: ForeignRequest): Document {
  const draft = createDraft(request);
  const member = tree.entries.get("services");
  const services = member?.node.kind === "table"
    ? member.node.entries
    : new Map<string, TreeMember>();
  if (member !== undefined && member.node.kind !== "table") {
    const spot = { section: null, key: "services", line: member.line };
    fails(draft, spot, `Cannot read ${showNode(member.node)} as services`, "write NAME: below it");
  }
  for (const key of ["include", "extends"]) {
    const line = tree.entries.get(key)?.line;
    if (line === undefined) continue;
    differs(draft, { section: null, key, line }, "Ignored: other files are not read", {
      allowed: "import them as well",
    });
  }
  const variables = composeVariables(draft);
  const ranks = startRanks(services);
  for (const [name, { line, node }] of services) {
    const filled = interpolate(draft, node, variables);
    takeService(draft, filled, { name, line, rank: ranks.get(name) ?? null });
  }
  const own = tree.entries.get("x-runner")?.node;
  for (const [name, { line, node }] of own?.kind === "table" ? own.entries : []) {
    addOwn(draft, { name, line, entries: treeEntries(interpolate(draft, node, variables)) });
  }
  return finishDraft(draft);
}

interface Named {
  readonly name: string;
  readonly line: number;
  /** How many others stand before it; null when nobody waits for anybody. */
  readonly rank: number | null;
}

function takeService(draft: Draft, node: TreeNode, { name, line, rank }: Named): void {
  const spot = { section: null, key: name, line };
  if (node.kind !== "table") {
    fails(draft, spot, `Cannot read ${showNode(node)} as a service`);
    return;
  }
  if (fieldNode(node, ["command", "entrypoint"]) === null) {
    const what = "Left out: it has no command, only the image knows what it runs";
    differs(draft, spot, what, { allowed: "write the command of the image into it" });
    return;
  }
  const own = fieldNode(node, ["container_name"]);
  const value = (own === null ? null : scalarText(own.value)) ?? name;
  const section = addSection(draft, "program", { key: own?.key ?? "", line, value });
  takeComposeService({ draft, section, table: node });
  takeOwnWords(draft, section, node.entries.get("x-runner")?.node);
  if (rank === null) return;
  const wait = node.entries.get("depends_on");
  put(draft, section, { key: "priority", line: wait?.line ?? line, value: FIRST + rank });
  if (wait === undefined) return;
  const what = "Started after those, and without waiting for their health";
  differs(draft, { section, key: "depends_on", line: wait.line }, what);
}

/** What `runner export` has written where compose does not look. */
function takeOwnWords(draft: Draft, section: DraftSection, own: TreeNode | undefined): void {
  if (own === undefined) return;
  if (ownText(own, "part_of") !== null) return dropPart(draft, section);
  const entries = treeEntries(own).filter(({ key }) => key !== "section");
  takeOwn(draft, section, { name: ownText(own, "section") ?? section.name, entries });
}

/** Below the priority of whoever has none, in steps that leave no room for doubt. */
const FIRST = 900;

/** How long the longest chain of depends_on behind each service is; empty when there is none at all. */
function startRanks(
  services: ReadonlyMap<string, { readonly node: TreeNode }>,
): ReadonlyMap<string, number> {
  const needs = new Map([...services].map(([name, { node }]) => [name, dependencies(node)]));
  if ([...needs.values()].every((names) => names.length === 0)) return new Map();
  const rank = (name: string, path: readonly string[]): number => {
    // A circle is as good as no order.
    if (path.includes(name)) return 0;
    const others = (needs.get(name) ?? []).filter((other) => needs.has(other));
    return Math.max(0, ...others.map((other) => rank(other, [...path, name]) + 1));
  };
  return new Map([...services.keys()].map((name) => [name, rank(name, [])]));
}

function dependencies(node: TreeNode): readonly string[] {
  const wait = node.kind === "table" ? node.entries.get("depends_on")?.node : undefined;
  if (wait?.kind === "table") return [...wait.entries.keys()];
  if (wait?.kind !== "list") return [];
  return wait.items.flatMap((item) => scalarText(item) ?? []);
}
