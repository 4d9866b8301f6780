// From documents to a Manifest: every section known by its kind, and everything unknown reported.
import { didYouMean } from "../base/suggest.ts";
import type { Document, Entry, Section } from "./document.ts";
import { type Aliases, mergeEntries } from "./merge_sections.ts";
import { addError, addWarning, type ProblemLog } from "./problems.ts";
import { takeOver } from "./reuse.ts";
import { type SectionKind, type SectionName, SECTIONS } from "./settings.ts";

/** A section, its kind, and its name after the colon. */
export interface KnownSection {
  readonly kind: SectionKind;
  /** Empty where the kind has no names. */
  readonly name: string;
  readonly section: Section;
}

export interface Manifest {
  /** In order of first appearance. */
  readonly sections: readonly KnownSection[];
}

/** Merges documents, later ones over earlier ones, and sorts their sections by kind. */
export function readManifest(documents: readonly Document[], problems: ProblemLog): Manifest {
  const defaults = new Map(documents.flatMap((document) => [...document.defaults]));
  checkDefaults(defaults, problems);
  for (const document of documents) {
    const overlays = [...document.overlays?.values() ?? []];
    // Overlays that are not chosen, too: whoever chooses them one day finds nothing new.
    for (const section of [document, ...overlays].flatMap(({ sections }) => sections)) {
      checkSection(section, problems);
    }
  }
  const all = documents.flatMap((document) => document.sections);
  const merged = mergeSections(all.filter((section) => classify(section) !== null));
  const whole = takeOver(merged, { problems, aliasesOf });
  const sections = whole.flatMap((section): KnownSection[] => {
    const known = classify(section);
    return known === null ? [] : [{ ...known, section: withDefaults(section, defaults) }];
  });
  return { sections };
}

function checkSection(section: Section, problems: ProblemLog): void {
  const known = classify(section);
  if (known === null) reportUnknownSection(section, problems);
  else checkKeys(known, problems);
}

function mergeSections(sections: readonly Section[]): readonly Section[] {
  const merged = new Map<string, Section>();
  for (const section of sections) {
    const earlier = merged.get(section.name);
    if (earlier === undefined) merged.set(section.name, section);
    else {
      const entries = mergeEntries(earlier.entries, section.entries, aliasesOf(section));
      merged.set(section.name, { ...earlier, entries });
    }
  }
  return [...merged.values()];
}

function aliasesOf(section: Section): Aliases {
  return ALIASES.get(section.name.replace(/:.*$/s, "")) ?? NO_ALIASES;
}

const NO_ALIASES: Aliases = new Map();
const ALIASES: ReadonlyMap<string, Aliases> = new Map(
  SECTIONS.map(({ name, aliased }) => [
    name,
    new Map(aliased.flatMap(({ key, aliases }) => aliases.map((alias) => [alias, key] as const))),
  ]),
);

/** Sections of one kind. */
export function sectionsOf(manifest: Manifest, kind: SectionName): readonly KnownSection[] {
  return manifest.sections.filter((section) => section.kind.name === kind);
}

function classify(section: Section): KnownSection | null {
  const colon = section.name.indexOf(":");
  const prefix = colon < 0 ? section.name : section.name.slice(0, colon);
  const name = colon < 0 ? "" : section.name.slice(colon + 1);
  for (const kind of SECTIONS) {
    if (kind.isTomlOnly === true && section.dialect === "ini") continue;
    if (kind.named === "always" ? colon >= 0 && prefix === kind.name : false) {
      return { kind, name, section };
    }
    if (kind.named === "never" && section.name === kind.name) return { kind, name: "", section };
    // supervisord looks at the beginning only: `[inet_http_server2]` is a server, too.
    if (kind.named === "perhaps" && section.name.startsWith(kind.name)) {
      return { kind, name, section };
    }
    // Our own short word, in both dialects.
    if (kind.named === "perhaps" && prefix === kind.toml) return { kind, name, section };
  }
  return null;
}

function reportUnknownSection(section: Section, problems: ProblemLog): void {
  const colon = section.name.indexOf(":");
  const prefix = colon < 0 ? section.name : section.name.slice(0, colon);
  const toml = section.dialect === "toml";
  const kinds = SECTIONS.filter(({ isTomlOnly }) => toml || isTomlOnly !== true);
  const unnamed = kinds.find((kind) => kind.name === prefix && kind.named === "always");
  if (unnamed !== undefined) {
    const allowed = toml ? `write [${prefix}.NAME]` : `write [${prefix}:NAME]`;
    addError(problems, sectionSpot(section), { what: "The section has no name", allowed });
    return;
  }
  const known = [...kinds.map((kind) => toml ? kind.toml : kind.name), ...toml ? ["overlay"] : []];
  addWarning(problems, sectionSpot(section), {
    what: `Unknown section, ignored${didYouMean(prefix, known)}`,
    allowed: `there are ${known.join(", ")}`,
    errorIn: "strict",
  });
}

function sectionSpot(section: Section) {
  return { place: section.place, section: section.name, key: "" };
}

function checkKeys({ kind, section }: KnownSection, problems: ProblemLog): void {
  if (kind.open) return;
  const known = kind.keys;
  for (const entry of section.entries.values()) {
    if (!known.has(entry.key)) reportUnknownKey(section.name, entry, { known, problems });
  }
  for (const { key, aliases } of kind.aliased) {
    const twice = aliases.find((alias) => section.entries.has(alias) && section.entries.has(key));
    const entry = twice === undefined ? undefined : section.entries.get(twice);
    if (entry === undefined) continue;
    const spot = { place: entry.place, section: section.name, key: entry.key };
    addError(problems, spot, {
      what: `The same as ${key}, which is set, too`,
      allowed: "keep one",
    });
  }
}

function checkDefaults(defaults: ReadonlyMap<string, Entry>, problems: ProblemLog): void {
  const known = new Set(SECTIONS.flatMap((kind) => [...kind.keys]));
  for (const entry of defaults.values()) {
    if (!known.has(entry.key)) reportUnknownKey("DEFAULT", entry, { known, problems });
  }
}

function reportUnknownKey(
  section: string,
  entry: Entry,
  { known, problems }: { readonly known: ReadonlySet<string>; readonly problems: ProblemLog },
): void {
  addWarning(problems, { place: entry.place, section, key: entry.key }, {
    what: `Unknown key, ignored${didYouMean(entry.key, known)}`,
    allowed: "",
    errorIn: "strict",
  });
}

function withDefaults(section: Section, defaults: ReadonlyMap<string, Entry>): Section {
  if (defaults.size === 0) return section;
  return { ...section, entries: new Map([...defaults, ...section.entries]) };
}
