// A manifest before it has a meaning: sections and entries with their places, the same for INI and TOML.
import type { Problem } from "../base/errors.ts";

export type Dialect = "ini" | "toml";

/** A value as written: always a string in INI, native in TOML. */
export type RawValue = string | number | boolean | readonly RawValue[] | RawTable;

export interface RawTable {
  readonly [key: string]: RawValue;
}

export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** An inline comment that took a quotation mark with it: the likely cause when a quotation is not closed. */
export interface Cut {
  readonly line: number;
  /** `;` or `#`. */
  readonly sign: string;
}

export interface Entry {
  readonly key: string;
  readonly value: RawValue;
  readonly place: Place;
  /** Directory of the file: `%(here)s`. */
  readonly here: string;
  readonly cut: Cut | null;
  /** The section it was written in, where it has been taken over from another. */
  readonly section?: string;
  /** Of a table, the members by their names: each may have come from elsewhere. */
  readonly parts?: ReadonlyMap<string, Part>;
}

/** Where a member of a table was written. */
export type Part = Pick<Entry, "place" | "here" | "section">;

export interface Section {
  /** As supervisord names it, in both dialects: `program:web`. */
  readonly name: string;
  /** Of the file it first stands in: its defaults are those of this dialect. */
  readonly dialect: Dialect;
  readonly place: Place;
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Document {
  /** In order of first appearance. */
  readonly sections: readonly Section[];
  /** Entries of `[DEFAULT]`, which stand in for what a section does not say. */
  readonly defaults: ReadonlyMap<string, Entry>;
  readonly problems: readonly Problem[];
  /** What whoever imports a foreign format should know; nothing for a start to tell. */
  readonly notes?: readonly Problem[];
  /** It is told by another file: that it has no program is nothing to wonder about. */
  readonly isPart?: boolean;
  /** What is laid over the sections when an operator chooses it, by name. */
  readonly overlays?: ReadonlyMap<string, Overlay>;
  /** The format knows environments itself, as PM2's does: overlays are not asked for. */
  readonly isChosenFrom?: boolean;
  /** The overlay that it is, or a part of. */
  readonly overlay?: string;
}

export interface Overlay {
  readonly place: Place;
  readonly sections: readonly Section[];
}

/** The file a text came from, as shown in messages, and its directory. */
export interface Source {
  readonly file: string;
  readonly here: string;
}

export function isList(value: RawValue): value is readonly RawValue[] {
  return Array.isArray(value);
}

export function isTable(value: RawValue): value is RawTable {
  return typeof value === "object" && !Array.isArray(value);
}
