// What programs of a TOML manifest take over: from [defaults], and from the templates they extend.
import { didYouMean } from "../base/suggest.ts";
import { type Entry, isList, type Section } from "./document.ts";
import { type Aliases, mergeEntries, takenFrom } from "./merge_sections.ts";
import { addError, addWarning, type ProblemLog, type Spot } from "./problems.ts";
import { textOf } from "./value_type.ts";
import { REUSE } from "./settings_reuse.ts";

/** The section of what all programs take over. */
export const DEFAULTS = "defaults";
/** Sections of this prefix are for programs to extend. */
const TEMPLATE = "template";

/** What [defaults] is for: event listeners serve the runner, and take over only what they extend. */
const WITH_DEFAULTS = /^(program|fcgi-program):/;
const EXTENDING = /^(program|fcgi-program|eventlistener):/;

export interface ReuseTools {
  readonly problems: ProblemLog;
  /** Other names of the keys of a section. */
  aliasesOf(section: Section): Aliases;
}

type Entries = ReadonlyMap<string, Entry>;

interface Reuse extends ReuseTools {
  readonly defaults: Section | null;
  readonly templates: ReadonlyMap<string, Section>;
  /** What each template comes to. */
  readonly known: Map<string, Entries>;
}

/** The sections with what they take over laid under what they say; those that only give are left out. */
export function takeOver(
  sections: readonly Section[],
  tools: ReuseTools,
): readonly Section[] {
  const isTemplate = ({ name, dialect }: Section): boolean =>
    dialect === "toml" && (name === DEFAULTS || name.startsWith(`${TEMPLATE}:`));
  const givers = sections.filter(isTemplate);
  const reuse: Reuse = {
    ...tools,
    defaults: givers.find(({ name }) => name === DEFAULTS) ?? null,
    templates: new Map(
      givers.filter(({ name }) => name !== DEFAULTS)
        .map((section) => [section.name.slice(TEMPLATE.length + 1), section]),
    ),
    known: new Map(),
  };
  // Also those that nobody extends: what is wrong with them is said at once.
  for (const name of reuse.templates.keys()) templateEntries(reuse, name, []);
  return sections.filter((section) => !isTemplate(section)).map((section) => whole(reuse, section));
}

function whole(reuse: Reuse, section: Section): Section {
  const { defaults } = reuse;
  if (!EXTENDING.test(section.name)) return section;
  const extending = section.entries.get(REUSE.extends.key);
  if (section.dialect === "ini") {
    if (extending !== undefined) warnOfIni(reuse, section, extending);
    return section;
  }
  const base = defaults !== null && WITH_DEFAULTS.test(section.name) ? takenFrom(defaults) : null;
  if (base === null && extending === undefined) return section;
  return { ...section, entries: over(reuse, section, { base: base ?? new Map(), trail: [] }) };
}

interface Ground {
  readonly base: Entries;
  /** Templates that are being put together, outermost first. */
  readonly trail: readonly string[];
}

/** What a section says over its templates, and these over what is given. */
function over(reuse: Reuse, section: Section, { base, trail }: Ground): Entries {
  const aliases = reuse.aliasesOf(section);
  const layers = namesIn(reuse, section).map((name) => {
    return templateEntries(reuse, name, trail, spotOf(section));
  });
  const own = new Map(section.entries);
  own.delete(REUSE.extends.key);
  return [...layers, own].reduce((below, top) => mergeEntries(below, top, aliases), base);
}

/** A template with what it extends itself. */
function templateEntries(
  reuse: Reuse,
  name: string,
  trail: readonly string[],
  from?: Spot,
): Entries {
  const known = reuse.known.get(name);
  if (known !== undefined) return known;
  const section = reuse.templates.get(name);
  if (section === undefined) {
    if (from !== undefined) reportUnknown(reuse, name, from);
    return new Map();
  }
  if (trail.includes(name)) {
    reportCycle(reuse, trail.slice(trail.indexOf(name)));
    return new Map();
  }
  const entries = over(reuse, { ...section, entries: takenFrom(section) }, {
    base: new Map(),
    trail: [...trail, name],
  });
  // Within a cycle it comes out different from each end: nobody is going to use it.
  reuse.known.set(name, entries);
  return entries;
}

function namesIn(reuse: Reuse, section: Section): readonly string[] {
  const entry = section.entries.get(REUSE.extends.key);
  if (entry === undefined) return [];
  const items = isList(entry.value) ? entry.value.map(textOf) : [textOf(entry.value)];
  const names = items.filter((name) => name !== null);
  if (names.length === items.length) return names;
  addError(reuse.problems, spotOf(section), {
    what: "Cannot read what it extends",
    allowed: "use the name of a template, or a list of names",
  });
  return [];
}

function spotOf(section: Section): Spot {
  const entry = section.entries.get(REUSE.extends.key);
  const place = entry?.place ?? section.place;
  return { place, section: section.name, key: REUSE.extends.key };
}

function reportUnknown({ problems, templates }: Reuse, name: string, spot: Spot): void {
  const known = [...templates.keys()];
  addError(problems, spot, {
    what: `There is no template "${name}"${didYouMean(name, known)}`,
    allowed: known.length === 0 ? `write [${TEMPLATE}.${name}]` : `there are ${known.join(", ")}`,
  });
}

/** Said once, wherever it was entered: from the template on that comes first in the manifest. */
function reportCycle({ problems, templates }: Reuse, names: readonly string[]): void {
  const order = [...templates.keys()];
  const first = names.toSorted((one, other) => order.indexOf(one) - order.indexOf(other))[0] ?? "";
  const at = names.indexOf(first);
  const circle = [...names.slice(at), ...names.slice(0, at), first];
  const section = templates.get(first);
  if (section === undefined) return;
  addError(problems, spotOf(section), {
    what: `Extends itself: ${circle.join(" extends ")}`,
    allowed: "take one of them out",
  });
}

function warnOfIni({ problems }: Reuse, section: Section, entry: Entry): void {
  addWarning(problems, { place: entry.place, section: section.name, key: entry.key }, {
    what: "Ignored: programs of an INI file extend nothing",
    allowed: "write the program in TOML",
    errorIn: "check",
  });
}
