// From documents to a Manifest: every section known by its kind, and everything unknown reported.
import { didYouMean } from "../base/suggest.ts";
import type { Document, Entry, Section } from "./document.ts";
import { addError, addWarning, type ProblemLog } from "./problems.ts";
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
  const sections: KnownSection[] = [];
  for (const section of mergeSections(documents)) {
    const known = classify(section);
    if (known === null) {
      reportUnknownSection(section, problems);
      continue;
    }
    checkKeys(known, problems);
    sections.push({ ...known, section: withDefaults(section, defaults) });
  }
  return { sections };
}

function mergeSections(documents: readonly Document[]): Iterable<Section> {
  const merged = new Map<string, Section>();
  for (const section of documents.flatMap((document) => document.sections)) {
    const earlier = merged.get(section.name);
    if (earlier === undefined) merged.set(section.name, section);
    else {
      const entries = new Map([...earlier.entries, ...section.entries]);
      merged.set(section.name, { ...earlier, entries });
    }
  }
  return merged.values();
}

/** Sections of one kind. */
export function sectionsOf(manifest: Manifest, kind: SectionName): readonly KnownSection[] {
  return manifest.sections.filter((section) => section.kind.name === kind);
}

function classify(section: Section): KnownSection | null {
  const colon = section.name.indexOf(":");
  const prefix = colon < 0 ? section.name : section.name.slice(0, colon);
  const name = colon < 0 ? "" : section.name.slice(colon + 1);
  for (const kind of SECTIONS) {
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
  const unnamed = SECTIONS.find((kind) => kind.name === prefix && kind.named === "always");
  if (unnamed !== undefined) {
    const allowed = toml ? `write [${prefix}.NAME]` : `write [${prefix}:NAME]`;
    addError(problems, sectionSpot(section), { what: "The section has no name", allowed });
    return;
  }
  const known = SECTIONS.map((kind) => toml ? kind.toml : kind.name);
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
