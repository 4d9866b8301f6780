// Turns manifests of any format into one TOML text that means the same.
import { formatProblem, type Problem } from "../base/errors.ts";
import type { ManifestContext } from "./context.ts";
import type { Document, Entry } from "./document.ts";
import { formatOf } from "./format.ts";
import { withSharedDefaults } from "./import_defaults.ts";
import { nativeValue } from "./import_values.ts";
import { readDocuments } from "./include.ts";
import { type KnownSection, readManifest } from "./manifest.ts";
import { createProblemLog, sortProblems } from "./problems.ts";
import type { Setting } from "./setting.ts";
import { type TomlEntry, type TomlSection, writeToml } from "./toml_writer.ts";

export interface Imported {
  /** Null when a file cannot be read. */
  readonly text: string | null;
  /** What cannot be read, and what does not mean the same. */
  readonly problems: readonly Problem[];
  /** What is worth knowing beside. */
  readonly notes: readonly Problem[];
}

interface Parts {
  readonly problems: Problem[];
  readonly notes: Problem[];
  readonly sections: TomlSection[];
}

const CLASSIC =
  "Keys that the file does not have hold supervisord's defaults: without them TOML's count";

/** Plug-ins of Python do nothing here, and includes have been read. */
const LEFT_OUT = ["include", "rpcinterface", "ctlplugin"];

/** What is worth knowing asks nobody to do anything: it is called a note, no warning. */
export function formatNote(note: Problem): string {
  return formatProblem(note).replace(" warning:", " note:");
}

/** Reads all files and writes them as one. */
export async function importManifest(
  paths: readonly string[],
  machine: ManifestContext,
): Promise<Imported> {
  const parts: Parts = { problems: [], notes: [], sections: [] };
  const beside = await besideOf(paths, machine);
  for (const path of paths) await takeFile(parts, path, beside);
  const problems = sortProblems(parts.problems);
  const notes = sortProblems(parts.notes);
  const isBroken = problems.some(({ severity }) => severity === "error");
  if (isBroken) return { text: null, problems, notes };
  const ofFile = ({ section }: Problem) => section === "";
  const isClassic = paths.some((path) => formatOf(path) === "ini");
  const head = [
    `Imported from ${paths.join(", ")}`,
    ...isClassic ? [CLASSIC] : [],
    ...problems.filter(ofFile).map(formatProblem),
    ...notes.filter(ofFile).map(formatNote),
  ];
  return { text: writeToml(head, withSharedDefaults(parts.sections)), problems, notes };
}

/** Units of systemd wait for each other, and timers start them. */
async function besideOf(
  paths: readonly string[],
  machine: ManifestContext,
): Promise<ManifestContext> {
  if (!paths.some((path) => formatOf(path) === "systemd")) return machine;
  const { unitsBeside } = await import("./systemd_beside.ts");
  return { ...machine, beside: unitsBeside(paths, machine) };
}

async function takeFile(parts: Parts, path: string, machine: ManifestContext): Promise<void> {
  const log = createProblemLog();
  const documents = await readDocuments(path, machine, log);
  const manifest = readManifest(documents, log);
  const notes = documents.flatMap((document) => document.notes ?? []);
  const renamed = new Map<string, string>();
  const kept = manifest.sections.filter(({ kind }) => !LEFT_OUT.includes(kind.name));
  const taken = parts.sections.map((one) => one.path);
  const named = kept.flatMap((known): Named[] => {
    const name = freeName(known, taken);
    if (name === null) log.all.push(twice(known));
    else taken.push(pathOf(known, name));
    return name === null ? [] : [{ known, name }];
  });
  for (const { known, name } of named) {
    if (name === known.name) continue;
    renamed.set(known.name, name);
    log.all.push(another(known, name));
  }
  for (const { known, name } of named) {
    const said = [...log.all, ...notes].filter(({ section, severity }) =>
      section === known.section.name && severity === "warning"
    );
    const entries = entriesOf(known, { machine, renamed });
    parts.sections.push({ path: pathOf(known, name), comments: comments(known, said), entries });
  }
  parts.problems.push(...log.all);
  parts.notes.push(...notes);
  noteEmpty(parts, path, documents);
}

/** A section, and what it is called in the new manifest. */
interface Named {
  readonly known: KnownSection;
  readonly name: string;
}

function noteEmpty(parts: Parts, path: string, documents: readonly Document[]): void {
  const hasPrograms = documents.some(({ sections, isPart }) => isPart || sections.length > 0);
  if (documents.length === 0 || hasPrograms) return;
  if (parts.problems.some(({ severity, file }) => severity === "error" && file === path)) return;
  const rest = { file: path, line: 0, section: "", key: "", allowed: "" } as const;
  parts.problems.push({ severity: "warning", what: "There is no program in it", ...rest });
}

/** The name, or one with a number when an earlier file has it; null for what there is once only. */
function freeName(
  { kind, name }: KnownSection,
  taken: readonly (readonly string[])[],
): string | null {
  const isTaken = (wanted: string): boolean =>
    taken.some(([first, second = ""]) => first === kind.toml && second === wanted);
  if (!isTaken(name)) return name;
  if (kind.named === "never") return null;
  const plain = name === "" ? "other" : name;
  let number = 2;
  while (isTaken(`${plain}_${number}`)) number++;
  return `${plain}_${number}`;
}

function pathOf({ kind, section }: KnownSection, name: string): readonly string[] {
  // supervisord takes any name that begins like one of its servers.
  if (kind.named === "perhaps" && !section.name.includes(":") && name !== "") {
    return section.name.startsWith(kind.name) ? [section.name] : [kind.toml, name];
  }
  const first = kind.named === "perhaps" && name === "" ? section.name : kind.toml;
  return name === "" ? [first] : [first, name];
}

function twice({ section }: KnownSection): Problem {
  const { file, line } = section.place;
  const what = "Left out: an earlier file has it";
  return { severity: "warning", file, line, section: section.name, key: "", what, allowed: "" };
}

function another({ section }: KnownSection, name: string): Problem {
  const { file, line } = section.place;
  const what = `An earlier file has the name: it becomes "${name}"`;
  return { severity: "warning", file, line, section: section.name, key: "", what, allowed: "" };
}

function comments({ section }: KnownSection, said: readonly Problem[]): readonly string[] {
  const { file, line } = section.place;
  return [
    line > 0 ? `${file}:${line}` : file,
    ...said.map((one) => {
      const allowed = one.allowed === "" ? "" : `: ${one.allowed}`;
      return `${one.key === "" ? "" : `${one.key}: `}${one.what}${allowed}`;
    }),
  ];
}

interface EntryTools {
  readonly machine: ManifestContext;
  readonly renamed: ReadonlyMap<string, string>;
}

function entriesOf(known: KnownSection, tools: EntryTools): readonly TomlEntry[] {
  const { kind, section } = known;
  const entries = [...section.entries.values()].flatMap((entry): TomlEntry[] => {
    const setting = kind.settings.find((one) => isFor(one, entry));
    if (setting === undefined) return [];
    const value = section.dialect === "toml"
      ? entry.value
      : nativeValue(setting, entry, tools.machine);
    const isOfNames = kind.name === "group" || ABOUT_OTHERS.includes(setting.key);
    return [{ key: entry.key, value: isOfNames ? members(value, tools) : value }];
  });
  return section.dialect === "ini" ? [...entries, ...classic(known, tools.machine)] : entries;
}

function isFor(setting: Setting<unknown>, { key }: Entry): boolean {
  return setting.key === key || setting.aliases.includes(key);
}

/** Keys of a program that name others. */
const ABOUT_OTHERS = ["depends_on", "restart_with"];

/** Programs under their new names, with what is wanted of them. */
function members(value: TomlEntry["value"], { renamed }: EntryTools): TomlEntry["value"] {
  const again = (one: TomlEntry["value"]): TomlEntry["value"] => {
    const [name = "", ...rest] = String(one).split(":");
    const now = renamed.get(name);
    return now === undefined ? one : [now, ...rest].join(":");
  };
  return Array.isArray(value) ? value.map(again) : again(value);
}

/** supervisord's defaults where ours differ: what was not written there must be written here. */
function classic(known: KnownSection, machine: ManifestContext): readonly TomlEntry[] {
  const { kind, section } = known;
  const isSet = (setting: Setting<unknown>): boolean =>
    [...section.entries.values()].some((entry) => isFor(setting, entry));
  const differing = kind.settings.filter((setting) =>
    !isSet(setting) && setting.shown.ini !== setting.shown.toml && setting.shown.ini !== ""
  );
  return differing.map((setting): TomlEntry => {
    const ini = CLASSIC_FILES[setting.key] ?? setting.shown.ini;
    return { key: setting.key, value: nativeValue(setting, { value: ini, here: "/" }, machine) };
  });
}

/** In words in the table of keys: files in the folder that the runner is started in. */
const CLASSIC_FILES: Readonly<Record<string, string>> = {
  logfile: "supervisord.log",
  pidfile: "supervisord.pid",
};
