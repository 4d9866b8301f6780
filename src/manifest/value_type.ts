// What kinds of values keys take: how each is read, described and written in a JSON Schema.
import type { Cut, Dialect, RawValue } from "./document.ts";
import type { ManifestContext } from "./context.ts";

/** A complaint: what was wrong, and what is allowed. */
export interface Complaint {
  readonly what: string;
  readonly allowed: string;
}

/** What makes one wonder about a value that is taken all the same, and where it counts as an error. */
export interface Doubt extends Complaint {
  readonly errorIn?: "check" | "strict";
}

/** A value, perhaps with a doubt about it, or the reason why there is none. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T; readonly doubt: Doubt | null }
  | ({ readonly ok: false } & Complaint);

/** What a reader may need besides the value. */
export interface ReadContext {
  readonly dialect: Dialect;
  readonly machine: ManifestContext;
  /** Directory of the manifest that holds the value. */
  readonly here: string;
  /** An inline comment that took a quotation mark with it. */
  readonly cut: Cut | null;
}

export type Json = string | number | boolean | null | readonly Json[] | JsonTable;

export interface JsonTable {
  readonly [key: string]: Json;
}

export interface ValueType<T> {
  /** One word or two for the reference: `size`, `list of names`. */
  readonly name: string;
  /** What may be written, for messages and the reference. */
  readonly allowed: string;
  /** JSON Schema of the TOML form. */
  readonly schema: JsonTable;
  readonly read: (raw: RawValue, at: ReadContext) => Reading<T>;
}

export function good<T>(value: T, doubt: Doubt | null = null): Reading<T> {
  return { ok: true, value, doubt };
}

export function bad(what: string, allowed: string): { readonly ok: false } & Complaint {
  return { ok: false, what, allowed };
}

/** `Cannot read "64XB" as a size`. */
export function cannotRead(raw: RawValue, asWhat: string): string {
  return `Cannot read ${showRaw(raw)} as ${asWhat}`;
}

/** A value for a message: texts in quotes, long ones cut. */
export function showRaw(raw: RawValue): string {
  if (typeof raw === "number" || typeof raw === "boolean") return `${raw}`;
  const text = typeof raw === "string" ? raw : JSON.stringify(raw);
  return `"${text.length > 80 ? `${text.slice(0, 77)}...` : text}"`;
}

/** The first line of defence of many readers: a text, or a number written without quotes. */
export function textOf(raw: RawValue): string | null {
  if (typeof raw === "string") return raw;
  return typeof raw === "number" ? `${raw}` : null;
}
