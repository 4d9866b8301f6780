// Reads TOML text into the sections and entries that INI gives. Loaded only when a manifest is TOML.
import { parse, TomlError } from "smol-toml";
import type { Problem } from "../base/errors.ts";
import {
  type Document,
  type Entry,
  isTable,
  type Overlay,
  type Part,
  type RawTable,
  type RawValue,
  type Section,
  type Source,
} from "./document.ts";
import { joinPath, type KeyLines, scanKeyLines } from "./toml_lines.ts";

// `[program.web]` is supervisord's `[program:web]`.
const NAMED = [
  "program",
  "template",
  "group",
  "fcgi-program",
  "eventlistener",
  "rpcinterface",
  "ctlplugin",
  "alert",
];
// `[unix_http_server]` holds keys itself and may have named ones beside it: `[unix_http_server.admin]`.
const MAYBE_NAMED = ["unix_http_server", "inet_http_server", "http"];

// Laid over everything else when it is chosen: `[overlay.production.program.web]`.
const OVERLAY = "overlay";

interface Reader {
  readonly source: Source;
  readonly lines: KeyLines;
  /** Tables around those that are read: `["overlay", "production"]`. */
  readonly around: readonly string[];
  readonly sections: Section[];
  readonly problems: Problem[];
}

/** Takes any text and never throws; what cannot be read is among the problems. */
export function readToml(text: string, source: Source): Document {
  const lines = scanKeyLines(text);
  const reader: Reader = { source, lines, around: [], sections: [], problems: [] };
  const { [OVERLAY]: overlays, ...root } = parseText(text, reader);
  for (const [name, value] of Object.entries(root)) takeTop(reader, name, value);
  return {
    sections: reader.sections,
    defaults: new Map(),
    problems: reader.problems,
    ...(overlays === undefined ? {} : { overlays: takeOverlays(reader, overlays) }),
  };
}

function takeOverlays(reader: Reader, value: RawValue): ReadonlyMap<string, Overlay> {
  const overlays = new Map<string, Overlay>();
  if (!isTable(value)) takeTop(reader, OVERLAY, value);
  for (const [name, table] of Object.entries(isTable(value) ? value : {})) {
    const around = [OVERLAY, name];
    if (isTable(table)) {
      const inner = { ...reader, around, sections: [] };
      for (const [key, child] of Object.entries(table)) takeOverlaid(inner, key, child);
      const place = { file: reader.source.file, line: lineOf(reader, around) };
      overlays.set(name, { place, sections: inner.sections });
      continue;
    }
    const what = `Needs a name of its own: "${name}" stands in [${OVERLAY}] itself`;
    const allowed = `write [${OVERLAY}.NAME.program.web] or another section above it`;
    const line = lineOf(reader, around);
    addProblem(reader, { line, section: OVERLAY, key: name, what, allowed });
  }
  return overlays;
}

/** An overlay says what sections hold, not which files and overlays there are. */
function takeOverlaid(reader: Reader, name: string, value: RawValue): void {
  if (name !== "include" && name !== OVERLAY) return takeTop(reader, name, value);
  const what = `An overlay cannot hold ${name === OVERLAY ? "overlays" : "an include"}`;
  const line = lineOf(reader, [name]);
  const section = reader.around.join(".");
  addProblem(reader, { line, section, key: name, what, allowed: "put it outside" });
}

function parseText(text: string, reader: Reader): RawTable {
  try {
    const root = plain(parse(text.startsWith("\uFEFF") ? text.slice(1) : text));
    return isTable(root) ? root : {};
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "") ?? "";
    const what = `Cannot read as TOML: ${reason} (column ${error.column})`;
    addProblem(reader, { line: error.line, section: "", key: "", what, allowed: "" });
    return {};
  }
}

function takeTop(reader: Reader, name: string, value: RawValue): void {
  if (name === "include" && !isTable(value)) {
    const line = lineOf(reader, [name]);
    return addSection(reader, { path: [], name, entries: [["files", value]], line });
  }
  if (!isTable(value)) {
    const what = "Stands outside any section";
    const allowed = "put it below [program.NAME] or [runner]";
    addProblem(reader, { line: lineOf(reader, [name]), section: "", key: name, what, allowed });
    return;
  }
  if (NAMED.includes(name)) {
    for (const key of Object.keys(value)) takeNamed(reader, [name, key], value[key]);
    return;
  }
  const entries = Object.entries(value);
  const isName = ([_, child]: [string, RawValue]) => MAYBE_NAMED.includes(name) && isTable(child);
  const own = entries.filter((entry) => !isName(entry));
  if (own.length > 0 || entries.length === 0) {
    addSection(reader, {
      path: [name],
      name: name === "runner" ? "supervisord" : name,
      entries: own,
    });
  }
  for (const [key, child] of entries.filter(isName)) takeNamed(reader, [name, key], child);
}

function takeNamed(reader: Reader, path: readonly [string, string], value?: RawValue): void {
  const [kind, name] = path;
  if (value !== undefined && isTable(value)) {
    addSection(reader, { path, name: `${kind}:${name}`, entries: Object.entries(value) });
    return;
  }
  const what = `Needs a name of its own: "${name}" stands in [${kind}] itself`;
  const allowed = `write [${kind}.NAME] above it`;
  addProblem(reader, { line: lineOf(reader, path), section: kind, key: name, what, allowed });
}

interface TableSection {
  readonly path: readonly string[];
  readonly name: string;
  readonly entries: readonly (readonly [string, RawValue])[];
  /** Where it has no header of its own. */
  readonly line?: number;
}

function addSection(reader: Reader, table: TableSection): void {
  const { file, here } = reader.source;
  const line = table.line ?? lineOf(reader, table.path);
  const entries = table.entries.map(([key, value]): [string, Entry] => {
    const path = [...table.path, key];
    const place = { file, line: lineOf(reader, path) || line };
    const parts = isTable(value) ? { parts: partsOf(reader, path, value) } : {};
    return [key, { key, value, place, here, cut: null, ...parts }];
  });
  reader.sections.push({
    name: table.name,
    dialect: "toml",
    place: { file, line },
    entries: new Map(entries),
  });
}

function partsOf(
  reader: Reader,
  path: readonly string[],
  table: RawTable,
): ReadonlyMap<string, Part> {
  const { file, here } = reader.source;
  const whole = lineOf(reader, path);
  return new Map(
    Object.keys(table).map((name): [string, Part] => {
      const line = lineOf(reader, [...path, name]) || whole;
      return [name, { place: { file, line }, here }];
    }),
  );
}

function lineOf(reader: Reader, path: readonly string[]): number {
  return reader.lines.get(joinPath([...reader.around, ...path])) ?? 0;
}

function addProblem(reader: Reader, part: Omit<Problem, "severity" | "file">): void {
  reader.problems.push({ severity: "error", file: reader.source.file, ...part });
}

/** TOML's values without its dates, which no key takes: they become text. */
function plain(value: unknown): RawValue {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object" || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, plain(child)]));
}
