// A manifest of somebody else's format on its way to a Document: its sections, and what cannot mean the same.
import type { Problem } from "../base/errors.ts";
import type { ManifestContext } from "./context.ts";
import type { Document, Entry, RawValue, Source } from "./document.ts";
import type { Field } from "./field.ts";
import type { ForeignChoice } from "./foreign_choice.ts";

export interface ForeignRequest {
  readonly text: string;
  readonly source: Source;
  readonly machine: ManifestContext;
  readonly choice: ForeignChoice;
}

export interface DraftSection {
  readonly name: string;
  readonly line: number;
  readonly entries: Map<string, Entry>;
}

export interface Draft {
  readonly source: Source;
  readonly machine: ManifestContext;
  readonly choice: ForeignChoice;
  readonly sections: DraftSection[];
  /** Names of sections that are taken, with the number to try next: ten thousand jobs may run one command. */
  readonly taken: Map<string, number>;
  readonly problems: Problem[];
  /** What is worth a line in the report of an import, and not at every start. */
  readonly notes: Problem[];
}

export function createDraft({ source, machine, choice }: ForeignRequest): Draft {
  return { source, machine, choice, sections: [], taken: new Map(), problems: [], notes: [] };
}

/** Makes a section; a name that is taken already gets a number. */
export function addSection(draft: Draft, kind: string, wanted: Field<string>): DraftSection {
  const plain = wanted.value.replaceAll(/[\s:/]+/g, "_").replaceAll(/^_+|_+$/g, "") || "program";
  const name = freeName(draft, kind, plain);
  draft.taken.set(`${kind}:${name}`, 2);
  const section = { name: `${kind}:${name}`, line: wanted.line, entries: new Map<string, Entry>() };
  draft.sections.push(section);
  if (name !== wanted.value) {
    const what = name === plain
      ? `The name "${wanted.value}" becomes "${name}": no blanks, colons and slashes`
      : `The name "${wanted.value}" is taken: it becomes "${name}"`;
    differs(draft, { section, key: wanted.key, line: wanted.line }, what);
  }
  return section;
}

/** The name itself, or with a number where it is taken. */
export function freeName({ taken }: Draft, kind: string, wanted: string): string {
  const key = `${kind}:${wanted}`;
  let number = taken.get(key);
  if (number === undefined) return wanted;
  while (taken.has(`${key}_${number}`)) number++;
  taken.set(key, number);
  return `${wanted}_${number}`;
}

/** The name of a section after its colon. */
export function bareName({ name }: DraftSection): string {
  return name.slice(name.indexOf(":") + 1);
}

/** Sets a key of ours; `%` in texts must be doubled already where it is one. */
export function put(draft: Draft, section: DraftSection, field: Field<RawValue>): void {
  const { key, line, value, file = draft.source.file } = field;
  const { here } = draft.source;
  section.entries.set(key, { key, value, place: { file, line }, here, cut: null });
}

/** A text in which nothing is expanded. */
export function literal(text: string): string {
  return text.replaceAll("%", "%%");
}

export interface ForeignSpot {
  readonly section: DraftSection | null;
  readonly key: string;
  readonly line: number;
  /** Where it is another than the manifest's. */
  readonly file?: string;
}

/** Says what does not mean the same here, or is ignored. */
export function differs(
  draft: Draft,
  spot: ForeignSpot,
  what: string,
  more: Partial<Pick<Problem, "allowed" | "errorIn">> = {},
): void {
  draft.problems.push({ ...problemAt(draft, spot), severity: "warning", what, ...more });
}

/** Says what cannot be read. */
export function fails(draft: Draft, spot: ForeignSpot, what: string, allowed = ""): void {
  draft.problems.push({ ...problemAt(draft, spot), severity: "error", what, allowed });
}

/** Says what whoever imports the file should know. */
export function remark(draft: Draft, spot: ForeignSpot, what: string): void {
  draft.notes.push({ ...problemAt(draft, spot), severity: "warning", what });
}

function problemAt(draft: Draft, { section, key, line, file }: ForeignSpot) {
  return { file: file ?? draft.source.file, line, section: section?.name ?? "", key, allowed: "" };
}

export function finishDraft(draft: Draft): Document {
  const { file } = draft.source;
  return {
    sections: draft.sections.map(({ name, line, entries }) => ({
      name,
      dialect: "toml",
      place: { file, line },
      entries,
    })),
    defaults: new Map(),
    problems: draft.problems,
    notes: draft.notes,
  };
}
