// Reads PM2's ecosystem files: from their tree, whatever it was written in, to programs.
import { didYouMean } from "../base/suggest.ts";
import type { Document } from "./document.ts";
import { chosenEnvironment, ENVIRONMENT_VARIABLE } from "./foreign_choice.ts";
import {
  addSection,
  bareName,
  createDraft,
  differs,
  type Draft,
  fails,
  finishDraft,
  type ForeignRequest,
  put,
} from "./foreign.ts";
import type { Fields } from "./foreign_fields.ts";
import { basename, putPm2Command } from "./pm2_command.ts";
import { isPm2Key, reportPm2Keys } from "./pm2_keys.ts";
import { putPm2Output } from "./pm2_output.ts";
import { putPm2Environment, putPm2Instances } from "./pm2_processes.ts";
import { putPm2Restart } from "./pm2_restart.ts";
import { putPm2Work } from "./pm2_work.ts";
import { showNode, type TreeNode, type TreeTable } from "./tree.ts";

/** Every app of a PM2 file as a program. */
export function readPm2(tree: TreeNode, request: ForeignRequest): Document {
  const draft = createDraft(request);
  const apps = appsOf(draft, tree);
  const groups = new Map<string, string[]>();
  for (const app of apps) {
    const name = takeApp(draft, app);
    const space = textOfKey(app, "namespace");
    if (name === null || space === null || space === "default") continue;
    groups.set(space, [...groups.get(space) ?? [], name]);
  }
  for (const [value, programs] of groups) {
    const line = apps.find((app) => textOfKey(app, "namespace") === value)?.entries
      .get("namespace")?.line ?? 0;
    const section = addSection(draft, "group", { key: "namespace", line, value });
    put(draft, section, { key: "programs", line, value: programs });
  }
  checkChoice(draft, apps);
  return { ...finishDraft(draft), isChosenFrom: true };
}

/** One app, a list of apps, or a table that has them in `apps`. */
function appsOf(draft: Draft, tree: TreeNode): readonly TreeTable[] {
  const spot = { section: null, key: "", line: tree.line };
  if (tree.kind === "scalar") {
    fails(draft, spot, `Cannot read ${showNode(tree)} as apps`, "write an app, or apps: [ … ]");
    return [];
  }
  if (tree.kind === "table") {
    const apps = tree.entries.get("apps") ?? tree.entries.get("pm2");
    if (apps !== undefined) {
      reportTop(draft, tree);
      return apps.node.kind === "list"
        ? tables(draft, apps.node.items)
        : tables(draft, [apps.node]);
    }
    return [tree];
  }
  return tables(draft, tree.items);
}

function tables(draft: Draft, items: readonly TreeNode[]): readonly TreeTable[] {
  return items.flatMap((item) => {
    if (item.kind === "table") return [item];
    const spot = { section: null, key: "apps", line: item.line };
    fails(draft, spot, `Cannot read ${showNode(item)} as an app`, "write { script: … }");
    return [];
  });
}

function reportTop(draft: Draft, top: TreeTable): void {
  for (const [key, { line }] of top.entries) {
    if (key === "apps" || key === "pm2" || /^(\$|x-)/.test(key)) continue;
    const what = key === "deploy"
      ? "Ignored: nothing is deployed from here"
      : `Unknown key, ignored${didYouMean(key, ["apps", "deploy"])}`;
    differs(draft, { section: null, key, line }, what, key === "deploy" ? {} : STRICT);
  }
}

const STRICT = { errorIn: "strict" } as const;

/** Gives the program's name; null when there is no program in it. */
function takeApp(draft: Draft, table: TreeTable): string | null {
  const script = textOfKey(table, "script") ?? textOfKey(table, "exec") ??
    textOfKey(table, "cmd") ?? textOfKey(table, "command");
  const name = appName(draft, table, script);
  const line = table.entries.get("name")?.line ?? table.line;
  if (script === null) {
    const spot = { section: null, key: "script", line: table.line };
    fails(draft, spot, `The app "${name}" has none`, missing(table));
    return null;
  }
  const section = addSection(draft, "program", { key: "name", line, value: name });
  const fields: Fields = { draft, section, table };
  const cwd = putPm2Command(fields);
  putPm2Instances(fields);
  putPm2Environment(fields);
  putPm2Restart(fields);
  putPm2Output(fields, cwd);
  putPm2Work(fields);
  reportPm2Keys(fields);
  return bareName(section);
}

/** A key that was meant to be `script`, if there is one. */
function missing(table: TreeTable): string {
  const near = [...table.entries.keys()].find((key) =>
    !isPm2Key(key) && didYouMean(key, ["script"]) !== ""
  );
  return near === undefined ? "name the script of the app" : `write script instead of ${near}`;
}

function appName(draft: Draft, table: TreeTable, script: string | null): string {
  const prefix = textOfKey(table, "name_prefix");
  const own = textOfKey(table, "name") ?? withoutEnding(basename(script ?? "app"));
  const appended = textOfKey(table, "append_env_to_name") === "true" && draft.choice.env !== null
    ? `-${draft.choice.env}`
    : "";
  return `${prefix === null ? "" : `${prefix}-`}${own}${appended}`;
}

function withoutEnding(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}

function textOfKey(table: TreeTable, key: string): string | null {
  const node = table.entries.get(key)?.node;
  return node?.kind === "scalar" && node.value !== null ? `${node.value}` : null;
}

/** `-e stage` that no app knows is a slip of the pen; a variable may be meant for others. */
function checkChoice(draft: Draft, apps: readonly TreeTable[]): void {
  const { env } = draft.choice;
  if (env === null || apps.length === 0) return;
  const names = apps.flatMap((app) => [...app.entries.keys()])
    .filter((key) => key.startsWith("env_")).map((key) => key.slice(4));
  const isAsked = chosenEnvironment(draft.machine)?.isAsked !== false;
  if (names.includes(env) || (!isAsked && names.length === 0)) return;
  const spot = { section: null, key: `env_${env}`, line: 0 };
  const known = names.length === 0
    ? "there is no env_… at all"
    : `there are ${[...new Set(names)].join(", ")}`;
  const asker = isAsked ? `--environment ${env}` : `${ENVIRONMENT_VARIABLE}=${env}`;
  const what = `No app has it, and ${asker} asks for it${didYouMean(env, names)}`;
  fails(draft, spot, what, known);
}
