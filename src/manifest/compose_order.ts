// What a docker-compose service waits for, and which files start it anew.
import { differs, type Draft, type DraftSection, fails, literal, put } from "./foreign.ts";
import { fieldNode, type Fields, inner, listField, textField } from "./foreign_fields.ts";
import { absolutePath } from "./paths.ts";
import { scalarText, type TreeNode } from "./tree.ts";

/** One service that another waits for. */
export interface ServiceBond {
  readonly name: string;
  readonly until: "started" | "ready" | "done";
  readonly restarts: boolean;
  readonly isRequired: boolean;
}

const CONDITIONS: Readonly<Record<string, ServiceBond["until"]>> = {
  service_started: "started",
  service_healthy: "ready",
  service_completed_successfully: "done",
};

/** What `depends_on` says; what cannot be read is left out here, and reported where it is taken. */
export function serviceBonds(node: TreeNode): readonly ServiceBond[] {
  const wait = node.kind === "table" ? node.entries.get("depends_on")?.node : undefined;
  if (wait?.kind === "list") {
    return wait.items.flatMap((item): ServiceBond[] => {
      const name = scalarText(item);
      return name === null ? [] : [{ name, until: "started", restarts: false, isRequired: true }];
    });
  }
  if (wait?.kind !== "table") return [];
  return [...wait.entries].map(([name, { node: how }]) => {
    const text = (key: string): string | null => {
      const member = how.kind === "table" ? how.entries.get(key)?.node : undefined;
      return member === undefined ? null : scalarText(member);
    };
    return {
      name,
      until: CONDITIONS[text("condition") ?? "service_started"] ?? "started",
      restarts: text("restart") === "true",
      isRequired: text("required") !== "false",
    };
  });
}

/** Others that are programs here, by the names of their services. */
export type ServicePrograms = ReadonlyMap<string, string>;

interface OrderRequest {
  readonly draft: Draft;
  readonly section: DraftSection;
  readonly node: TreeNode;
  readonly programs: ServicePrograms;
}

export function putComposeOrder({ draft, section, node, programs }: OrderRequest): void {
  const line = node.kind === "table" ? node.entries.get("depends_on")?.line ?? node.line : 0;
  const spot = { section, key: "depends_on", line };
  reportConditions(draft, spot, node);
  const waits = serviceBonds(node).flatMap((bond) => {
    const program = programs.get(bond.name);
    if (program !== undefined) return [{ ...bond, program }];
    if (bond.isRequired) {
      differs(draft, spot, `Not waited for: ${bond.name} is no program here`);
    }
    return [];
  });
  if (waits.length === 0) return;
  const names = waits.map(({ program, until }) =>
    until === "ready" ? program : `${program}:${until}`
  );
  put(draft, section, { key: "depends_on", line, value: [...new Set(names)].map(literal) });
  const again = waits.filter(({ restarts }) => restarts).map(({ program }) => program);
  if (again.length > 0) {
    put(draft, section, { key: "restart_with", line, value: again.map(literal) });
  }
}

function reportConditions(draft: Draft, spot: Parameters<typeof fails>[1], node: TreeNode): void {
  const wait = node.kind === "table" ? node.entries.get("depends_on")?.node : undefined;
  if (wait?.kind !== "table") return;
  for (const { node: how } of wait.entries.values()) {
    const member = how.kind === "table" ? how.entries.get("condition") : undefined;
    const word = member === undefined ? null : scalarText(member.node);
    if (member === undefined || word === null || word in CONDITIONS) continue;
    const allowed = `use one of ${Object.keys(CONDITIONS).join(", ")}`;
    fails(draft, { ...spot, line: member.line }, `Cannot read "${word}" as a condition`, allowed);
  }
}

/** `develop.watch`: what is copied into a container lies here already. */
export function putComposeWatch(fields: Fields): void {
  const { draft, section, table } = fields;
  const develop = inner(fields, "develop");
  const watch = develop === null ? null : fieldNode(develop.table, ["watch"]);
  if (watch === null || watch.value.kind !== "list") return;
  const line = table.entries.get("develop")?.line ?? table.line;
  const paths: string[] = [];
  const ignore: string[] = [];
  for (const item of watch.value.items) {
    if (item.kind !== "table") continue;
    const rule: Fields = { ...fields, table: item };
    const path = textField(rule, "path")?.value;
    const action = textField(rule, "action")?.value ?? "";
    if (path === undefined || !/restart|rebuild/.test(action)) continue;
    paths.push(absolutePath(path, draft.source.here));
    const own = listField(rule, "ignore")?.value ?? [];
    ignore.push(...(typeof own === "string" ? [own] : own).map((one) => one.replace(/\/+$/, "")));
  }
  if (paths.length === 0) return;
  put(draft, section, { key: "watch", line, value: paths.map(literal) });
  if (ignore.length > 0) {
    put(draft, section, { key: "watch_ignore", line, value: ignore.map(literal) });
  }
  const what = "Watched whenever it runs, and started anew: nothing is built";
  differs(draft, { section, key: "develop", line }, what);
}
