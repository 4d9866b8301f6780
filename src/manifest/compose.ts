// Reads docker-compose services that have a command as programs of this machine.
import type { Document } from "./document.ts";
import { addOwn, dropPart, ownText, takeOwn, treeEntries } from "./export_own.ts";
import { composeVariables, interpolate } from "./compose_variables.ts";
import { extendedService } from "./compose_extends.ts";
import { putComposeOrder, serviceBonds } from "./compose_order.ts";
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
  const taken = [...services].flatMap(([name, { line }]) => {
    const node = interpolate(draft, extendedService(draft, services, name), variables);
    return nameService(draft, node, { name, line });
  });
  const programs = new Map(taken.map(({ name, program }) => [name, program]));
  const awaited = taken.flatMap(({ table }) => serviceBonds(table))
    .flatMap(({ name, until }) => until === "done" ? [name] : []);
  for (const one of taken) {
    takeComposeService({ draft, section: one.section, table: one.table });
    putComposeOrder({ draft, section: one.section, node: one.table, programs });
    // Nobody can wait for the end of what never ends.
    if (awaited.includes(one.name)) {
      put(draft, one.section, { key: "type", line: one.line, value: "oneshot" });
    }
  }
  for (const { section, table } of taken) takeOwnWords(draft, section, table);
  const own = tree.entries.get("x-runner")?.node;
  for (const [name, { line, node }] of own?.kind === "table" ? own.entries : []) {
    addOwn(draft, { name, line, entries: treeEntries(interpolate(draft, node, variables)) });
  }
  return finishDraft(draft);
}

interface Named {
  readonly name: string;
  readonly line: number;
}

/** A service that is a program here. */
interface Taken extends Named {
  readonly section: DraftSection;
  readonly table: TreeTable;
  /** What the program is called in the end. */
  readonly program: string;
}

function nameService(draft: Draft, node: TreeNode, { name, line }: Named): readonly Taken[] {
  const spot = { section: null, key: name, line };
  if (node.kind !== "table") {
    fails(draft, spot, `Cannot read ${showNode(node)} as a service`);
    return [];
  }
  if (!hasWords(node, "command") && !hasWords(node, "entrypoint")) {
    const what = "Left out: it has no command, only the image knows what it runs";
    differs(draft, spot, what, { allowed: "write the command of the image into it" });
    return [];
  }
  const container = fieldNode(node, ["container_name"]);
  const value = (container === null ? null : scalarText(container.value)) ?? name;
  const section = addSection(draft, "program", { key: container?.key ?? "", line, value });
  const own = node.entries.get("x-runner")?.node;
  const known = ownText(own, "section") ?? ownText(own, "part_of") ?? section.name;
  const program = known.slice(known.indexOf(":") + 1);
  return [{ name, line, section, table: node, program }];
}

/** An empty list leaves it to the image, too. */
function hasWords(table: TreeTable, key: string): boolean {
  const field = fieldNode(table, [key]);
  return field !== null && !(field.value.kind === "list" && field.value.items.length === 0);
}

/** What `runner export` has written where compose does not look. */
function takeOwnWords(draft: Draft, section: DraftSection, table: TreeTable): void {
  const own = table.entries.get("x-runner")?.node;
  if (own === undefined) return;
  if (ownText(own, "part_of") !== null) return dropPart(draft, section);
  const entries = treeEntries(own).filter(({ key }) => key !== "section");
  takeOwn(draft, section, { name: ownText(own, "section") ?? section.name, entries });
}
