// How many processes a PM2 app has, as whom they run, and what is in their environment.
import type { Field } from "./field.ts";
import { differs, literal, put, remark } from "./foreign.ts";
import { complain, fieldNode, type Fields, textField, textTable } from "./foreign_fields.ts";

/** `instances`, `exec_mode`, `uid` and `gid`. */
export function putPm2Instances(fields: Fields): void {
  const { draft, section } = fields;
  const mode = textField(fields, "exec_mode");
  const count = instancesOf(fields);
  if (count !== null) {
    put(draft, section, { ...count, key: "numprocs" });
    if (count.value > 1) {
      const value = "%(program_name)s_%(process_num)d";
      put(draft, section, { key: "process_name", line: count.line, value });
    }
  }
  if (mode !== null && /^cluster(_mode)?$/i.test(mode.value)) {
    const many = count !== null && count.value > 1;
    const what = many
      ? `Runs as ${count.value} separate processes: there is no cluster that shares one port`
      : "Runs as a plain process: there is no cluster that shares one port";
    const allowed = many
      ? "let each listen on a port of its own (increment_var), or open it with reusePort"
      : "";
    differs(draft, { ...mode, section }, what, { allowed });
  } else if (mode !== null && !/^fork(_mode)?$/i.test(mode.value)) {
    differs(draft, { ...mode, section }, `There is no mode "${mode.value}": runs as fork`);
  }
  const user = textField(fields, "uid", "user");
  if (user !== null) put(draft, section, { ...user, key: "user" });
  const group = textField(fields, "gid");
  if (group !== null) put(draft, section, { ...group, key: "group_name" });
}

/** 0 and "max" are all processors, a negative number all but so many. */
function instancesOf(fields: Fields): Field<number> | null {
  const { draft, section } = fields;
  const text = textField(fields, "instances");
  if (text === null) return null;
  const asked = text.value.toLowerCase() === "max" ? 0 : Number(text.value);
  if (!Number.isInteger(asked)) {
    return complain(fields, text, `Cannot read "${text.value}" as a number of processes`);
  }
  if (asked > 0) return { ...text, value: asked };
  const cpus = draft.machine.cpus ?? 1;
  const value = Math.max(1, cpus + asked);
  remark(draft, { ...text, section }, `${text.value} is ${value} on this machine`);
  return { ...text, value };
}

/** `env`, the chosen `env_NAME` over it, and what PM2 adds. */
export function putPm2Environment(fields: Fields): void {
  const { draft, section, table } = fields;
  const variables = new Map<string, Field<string>>();
  const chosen = draft.choice.env === null ? [] : [`env_${draft.choice.env}`];
  let line = table.line;
  for (const key of ["env", ...chosen]) {
    const field = fieldNode(table, [key]);
    if (field === null) continue;
    if (line === table.line) line = field.line;
    for (const [name, value] of textTable(fields, field)) variables.set(name, value);
  }
  const port = textField(fields, "port");
  if (port !== null && !variables.has("PORT")) variables.set("PORT", port);
  const values: [string, string][] = [...variables].map((
    [name, { value }],
  ) => [name, literal(value)]);
  const number = textField(fields, "instance_var")?.value ?? "NODE_APP_INSTANCE";
  values.push([number, "%(process_num)d"]);
  const environment = Object.fromEntries([...values, ...incremented(fields, variables)]);
  put(draft, section, { key: "environment", line, value: environment });
  filterEnvironment(fields);
}

/** The variable that counts up from process to process. */
function incremented(
  fields: Fields,
  variables: ReadonlyMap<string, Field<string>>,
): readonly (readonly [string, string])[] {
  const name = textField(fields, "increment_var");
  if (name === null) return [];
  const base = variables.get(name.value)?.value ?? "";
  if (/^\d{1,15}$/.test(base)) return [[name.value, countedFrom(Number(base))]];
  const what = `Ignored: env has no whole number ${name.value} to count from`;
  differs(fields.draft, { ...name, section: fields.section }, what);
  return [];
}

/** The number of the process, counted from a base. */
export function countedFrom(base: number): string {
  return base === 0 ? "%(process_num)d" : `%(process_num+${base})d`;
}

function filterEnvironment(fields: Fields): void {
  const { draft, section, table } = fields;
  const field = fieldNode(table, ["filter_env"]);
  if (field === null) return;
  if (field.value.kind === "scalar" && field.value.value === true) {
    put(draft, section, { ...field, key: "inherit_env", value: false });
  } else if (field.value.kind !== "scalar" || field.value.value !== false) {
    const what = "Ignored: variables cannot be taken away by name";
    differs(draft, { ...field, section }, what, { allowed: "list those to keep in inherit_env" });
  }
}
