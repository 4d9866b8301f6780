// A manifest of somebody else's format on its way to a Document: its sections, and what cannot mean the same.
import type { Problem } from "../base/errors.ts";
import type { ManifestContext } from "./context.ts";
import type { Document, Entry, RawValue, Source } from "./document.ts";
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
  readonly problems: Problem[];
  /** What is worth a line in the report of an import, and not at every start. */
  readonly notes: Problem[];
}

export function createDraft({ source, machine, choice }: ForeignRequest): Draft {
  return { source, machine, choice, sections: [], problems: [], notes: [] };
}

/** Makes a section; a name that is taken already gets a number. */
export function addSection(draft: Draft, kind: string, wanted: Field<string>): DraftSection {
  const plain = wanted.value.replaceAll(/[\s:/]+/g, "_").replaceAll(/^_+|_+$/g, "") || "program";
  let name = plain;
  for (let number = 2; draft.sections.some((one) => one.name === `${kind}:${name}`); number++) {
    name = `${plain}_${number}`;
  }
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

/** The name of a section after its colon. */
export function bareName({ name }: DraftSection): string {
  return name.slice(name.indexOf(":") + 1);
}

/** A value with the key and the line it stands at. */
export interface Field<T> {
  readonly key: string;
  readonly line: number;
  readonly value: T;
}

/** Sets a key of ours; `%` in texts must be doubled already where it is one. */
export function put(draft: Draft, section: DraftSection, field: Field<RawValue>): void {
  const { key, line, value } = field;
  const { file, here } = draft.source;
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

function problemAt(draft: Draft, { section, key, line }: ForeignSpot) {
  return { file: draft.source.file, line, section: section?.name ?? "", key, allowed: "" };
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
