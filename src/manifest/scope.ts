// Takes the value of a key from a section: finds it, expands it, reads it, and reports what is wrong with it.
import type { ManifestContext } from "./context.ts";
import {
  type Entry,
  isTable,
  type Part,
  type RawTable,
  type RawValue,
  type Section,
} from "./document.ts";
import { expand, type Names } from "./expand.ts";
import { addError, addWarning, type ProblemLog, type Spot } from "./problems.ts";
import type { Setting } from "./setting.ts";
import type { Complaint } from "./value_type.ts";

export interface Scope {
  readonly section: Section;
  readonly machine: ManifestContext;
  readonly problems: ProblemLog;
  /** Names for `%(...)s`; `here` is that of each entry. */
  readonly names: Names;
}

/** The value of a key: as written, or its default when it is not set or cannot be read. */
export function take<T>(scope: Scope, setting: Setting<T>): T {
  const { section, problems, machine } = scope;
  const fallback = setting.defaults[section.dialect];
  const entry = findEntry(scope, setting);
  if (entry === undefined) return fallback;
  const spot = entrySpot(section, entry);
  const raw = expandEntry(scope, entry, setting);
  if (raw === undefined) return fallback;
  const { cut, here } = entry;
  const at = { dialect: section.dialect, machine, here, cut };
  const reading = setting.type.read(raw, at);
  if (!reading.ok) {
    const bad = badPart(entry, raw, (part) => setting.type.read(part, at).ok);
    addError(problems, bad === null ? spot : entrySpot(section, { ...entry, ...bad }), reading);
    return fallback;
  }
  if (reading.doubt !== null) addWarning(problems, spot, { errorIn: "strict", ...reading.doubt });
  return reading.value;
}

/** Whether the section says anything about a key. */
export function isSet(scope: Scope, setting: Setting<unknown>): boolean {
  return findEntry(scope, setting) !== undefined;
}

/** The text of a key before any expansion; null when it is not set or no text. */
export function rawText(scope: Scope, setting: Setting<unknown>): string | null {
  const value = findEntry(scope, setting)?.value;
  return typeof value === "string" ? value : null;
}

/** The place of a key, or of the section that does not have it. */
export function spotOf(scope: Scope, setting: Setting<unknown>): Spot {
  const entry = findEntry(scope, setting);
  if (entry !== undefined) return entrySpot(scope.section, entry);
  return { place: scope.section.place, section: scope.section.name, key: setting.key };
}

/** Reports that a required key is missing. */
export function reportMissing(scope: Scope, setting: Setting<unknown>): void {
  addError(scope.problems, spotOf(scope, setting), {
    what: "Required, but not set",
    allowed: setting.type.allowed,
  });
}

export function reportError(scope: Scope, setting: Setting<unknown>, complaint: Complaint): void {
  addError(scope.problems, spotOf(scope, setting), complaint);
}

export function reportWarning(
  scope: Scope,
  setting: Setting<unknown>,
  complaint: Parameters<typeof addWarning>[2],
): void {
  addWarning(scope.problems, spotOf(scope, setting), complaint);
}

function findEntry(scope: Scope, setting: Setting<unknown>): Entry | undefined {
  const { entries } = scope.section;
  const found = entries.get(setting.key);
  if (found !== undefined || setting.aliases.length === 0) return found;
  const alias = setting.aliases.find((name) => entries.has(name));
  return alias === undefined ? undefined : entries.get(alias);
}

function entrySpot(section: Section, entry: Entry): Spot {
  return { place: entry.place, section: entry.section ?? section.name, key: entry.key };
}

/** The member of a table that cannot be read by itself either: it may have been written elsewhere than the rest. */
function badPart(
  { parts }: Entry,
  raw: RawValue,
  isGood: (table: RawTable) => boolean,
): Part | null {
  if (parts === undefined || !isTable(raw)) return null;
  const bad = Object.entries(raw).find(([name, value]) => !isGood({ [name]: value }));
  return bad === undefined ? null : parts.get(bad[0]) ?? null;
}

function expandEntry(scope: Scope, entry: Entry, setting: Setting<unknown>): RawValue | undefined {
  // In TOML once is enough: nobody has files there that count on two.
  const times = scope.section.dialect === "toml"
    ? Math.min(1, setting.expansions)
    : setting.expansions;
  let value = entry.value;
  if (setting.shares && !JSON.stringify(value).includes("%(")) return value;
  for (let time = 0; time < times; time++) {
    const expanded = expandOnce(scope, entry, value);
    if (expanded === undefined) return undefined;
    value = expanded;
  }
  return value;
}

function expandOnce(scope: Scope, entry: Entry, value: RawValue): RawValue | undefined {
  const { parts } = entry;
  if (parts !== undefined && isTable(value)) {
    const { parts: _, ...plain } = entry;
    const members = Object.entries(value).map(([name, member]) =>
      [name, expandOnce(scope, { ...plain, ...parts.get(name) }, member)] as const
    );
    const known = members.flatMap(([name, member]): [string, RawValue][] => {
      return member === undefined ? [] : [[name, member]];
    });
    return known.length === members.length ? Object.fromEntries(known) : undefined;
  }
  const expansion = expand(value, { names: scope.names, here: entry.here });
  if (expansion.ok) return expansion.value;
  addError(scope.problems, entrySpot(scope.section, entry), expansion);
  return undefined;
}
