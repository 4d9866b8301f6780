// What an export says in our own words, because the format has none: written for `runner import`, and read by it.
import { parse, TomlError } from "smol-toml";
import type { ManifestContext } from "./context.ts";
import { isList, type RawValue } from "./document.ts";
import type { ExportSection } from "./export_section.ts";
import { type Draft, type DraftSection, fails, put } from "./foreign.ts";
import { isEqual } from "./plan_diff.ts";
import { SECTIONS } from "./settings.ts";
import { valueText } from "./toml_writer.ts";
import { scalarText, type TreeNode } from "./tree.ts";

/** Keys that an importer must be told beyond what it reads from the format itself. */
export interface OwnWords {
  readonly set: ReadonlyMap<string, RawValue>;
  /** Keys that the importer would set, and that were not set. */
  readonly unset: readonly string[];
}

/** The name under which `unset` travels: no key of ours is called so. */
const UNSET = "unset";

/** Not setting these means something else where a program is expected to end. */
const OTHERWISE_IN_ONESHOTS = ["autorestart", "startsecs"];

/** What is wanted, what the importer reads from the foreign text, and how keys are to be understood. */
export interface OwnRequest {
  readonly wanted: ExportSection;
  readonly read: ReadonlyMap<string, { readonly value: RawValue }>;
  readonly machine: ManifestContext;
}

export function ownWords({ wanted, read, machine }: OwnRequest): OwnWords {
  const { name, entries } = wanted;
  const kind = SECTIONS.find((one) => one.name === name.slice(0, name.indexOf(":")));
  const settings = new Map(kind?.settings.map((setting) => [setting.key, setting]));
  const isOneshot = entries.get("type") === "oneshot";
  const meaning = (key: string, raw: RawValue | undefined): unknown => {
    const setting = settings.get(key);
    if (setting === undefined) return raw;
    if (raw === undefined) {
      return isOneshot && OTHERWISE_IN_ONESHOTS.includes(key) ? undefined : setting.defaults.toml;
    }
    const at = { dialect: "toml", machine, here: "/", cut: null } as const;
    const reading = setting.type.read(raw, at);
    return reading.ok ? reading.value : raw;
  };
  const differs = (key: string): boolean =>
    !isSame(meaning(key, read.get(key)?.value), meaning(key, entries.get(key)));
  return {
    set: new Map([...entries].filter(([key]) => differs(key))),
    unset: [...read.keys()].filter((key) => !entries.has(key) && differs(key)),
  };
}

/** Deep equality, of Maps, too. */
function isSame(one: unknown, other: unknown): boolean {
  const plain = (value: unknown): unknown =>
    value instanceof Map ? Object.fromEntries(value) : value;
  return isEqual(plain(one), plain(other));
}

/** As keys and values of TOML, one a line. */
export function ownLines({ set, unset }: OwnWords): readonly string[] {
  const lines = [...set].map(([key, value]) => `${key}=${valueText(value)}`);
  // A section without a key would be taken for none at all.
  const isNeeded = unset.length > 0 || lines.length === 0;
  return isNeeded ? [...lines, `${UNSET}=${valueText(unset)}`] : lines;
}

/** As a table. */
export function ownTable({ set, unset }: OwnWords): Readonly<Record<string, RawValue>> {
  return { ...Object.fromEntries(set), ...(unset.length === 0 ? {} : { [UNSET]: unset }) };
}

export interface OwnEntry {
  readonly key: string;
  readonly line: number;
  readonly value: RawValue;
}

/** The value of one of those lines; undefined, and reported, when it is none. */
export function readOwnLine(
  draft: Draft,
  entry: { readonly key: string; readonly line: number; readonly value: string },
): readonly OwnEntry[] {
  const value = tomlOf(entry.value);
  if (value !== undefined) return [{ ...entry, value }];
  fails(draft, { section: null, ...entry }, `Cannot read "${entry.value}" as a value of TOML`);
  return [];
}

function tomlOf(text: string): RawValue | undefined {
  try {
    return rawOf(parse(`value = ${text}`)["value"]);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return undefined;
  }
}

function rawOf(value: unknown): RawValue | undefined {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    case "object":
      break;
    default:
      return undefined;
  }
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(rawOf).filter((item) => item !== undefined);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, child]): [string, RawValue][] => {
      const raw = rawOf(child);
      return raw === undefined ? [] : [[key, raw]];
    }),
  );
}

/** The entries of a table in YAML or JSON. */
export function treeEntries(node: TreeNode): readonly OwnEntry[] {
  if (node.kind !== "table") return [];
  return [...node.entries].flatMap(([key, member]) => {
    const value = rawOf(plainOf(member.node));
    return value === undefined ? [] : [{ key, line: member.line, value }];
  });
}

function plainOf(node: TreeNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plainOf);
  return Object.fromEntries(
    [...node.entries].map(([key, { node: child }]) => [key, plainOf(child)]),
  );
}

/** A section of ours within a foreign file. */
export interface OwnPart {
  /** As in a Document. */
  readonly name: string;
  readonly line: number;
  readonly entries: readonly OwnEntry[];
}

/** Sets what the format could not say; `section` takes the name it had. */
export function takeOwn(
  draft: Draft,
  section: DraftSection,
  { name, entries }: Pick<OwnPart, "name" | "entries">,
): void {
  for (const entry of entries) {
    if (entry.key !== UNSET) put(draft, section, entry);
    else if (isList(entry.value)) {
      for (const key of entry.value) if (typeof key === "string") section.entries.delete(key);
    }
  }
  const at = draft.sections.indexOf(section);
  if (at >= 0) draft.sections[at] = { ...section, name };
}

/** Adds a section that the format has no place for at all: a group, a server, the runner itself. */
export function addOwn(draft: Draft, { name, line, entries }: OwnPart): void {
  const section: DraftSection = { name, line, entries: new Map() };
  draft.sections.push(section);
  for (const entry of entries) if (entry.key !== UNSET) put(draft, section, entry);
}

/** Takes out a section whose program is told elsewhere: one more process of it. */
export function dropPart(draft: Draft, section: DraftSection): void {
  const at = draft.sections.indexOf(section);
  if (at >= 0) draft.sections.splice(at, 1);
}

/** A text in a table of our own words; null for none. */
export function ownText(node: TreeNode | undefined, key: string): string | null {
  const member = node?.kind === "table" ? node.entries.get(key) : undefined;
  return member === undefined ? null : scalarText(member.node);
}
