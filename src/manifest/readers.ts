// Readers of the plain values: yes and no, whole numbers, words, lists.
import { didYouMean } from "../base/suggest.ts";
import { isList, type RawValue } from "./document.ts";
import { parseInteger, parseOctal, splitBlanks, strip } from "./python_text.ts";
import { bad, cannotRead, good, showRaw, textOf, type ValueType } from "./value_type.ts";

const TRUTHS = new Map([
  ...["yes", "true", "on", "1"].map((word): [string, boolean] => [word, true]),
  ...["no", "false", "off", "0"].map((word): [string, boolean] => [word, false]),
]);

/** A truth value in supervisord's words, or null. */
export function parseBoolean(raw: RawValue): boolean | null {
  if (typeof raw === "boolean") return raw;
  return typeof raw === "string" ? TRUTHS.get(raw.toLowerCase()) ?? null : null;
}

export const BOOLEAN: ValueType<boolean> = {
  name: "boolean",
  allowed: "use true, yes, on, 1 or false, no, off, 0",
  schema: { type: "boolean" },
  read(raw) {
    const value = parseBoolean(raw);
    return value === null ? bad(cannotRead(raw, "true or false"), this.allowed) : good(value);
  },
};

export interface IntegerRange {
  readonly min?: number;
  readonly max?: number;
  /** Smaller values are taken as this one, with a warning: supervisord accepts them, nobody means them. */
  readonly floor?: number;
}

/** A whole number within a range. */
export function integer(range: IntegerRange = {}): ValueType<number> {
  const { min = -Infinity, max = Infinity, floor = -Infinity } = range;
  const least = Math.max(min, floor);
  const bounds = least === -Infinity
    ? ""
    : max === Infinity
    ? ` of ${least} or more`
    : ` from ${least} to ${max}`;
  const allowed = `use a whole number${bounds}`;
  const schema = {
    type: "integer",
    ...(least === -Infinity ? {} : { minimum: least }),
    ...(max === Infinity ? {} : { maximum: max }),
  };
  return {
    name: "integer",
    allowed,
    schema,
    read(raw) {
      const value = parseWhole(raw);
      if (value === null) return bad(cannotRead(raw, "a whole number"), allowed);
      if (value < min || value > max) return bad(`${value} is out of range`, allowed);
      if (value >= floor) return good(value);
      return good(floor, { what: `${value} counts as ${floor}`, allowed });
    },
  };
}

/** A whole number as INI or TOML writes it. */
export function parseWhole(raw: RawValue): number | null {
  if (typeof raw === "number") return Number.isInteger(raw) ? raw : null;
  return typeof raw === "string" ? parseInteger(raw) : null;
}

/** File modes: digits of base 8, `0o` allowed; a TOML number is taken as it is. */
export const OCTAL: ValueType<number> = {
  name: "octal",
  allowed: "use octal digits such as 022",
  schema: { type: ["string", "integer"], minimum: 0, maximum: 0o7777, pattern: "^(0[oO])?[0-7]+$" },
  read(raw) {
    const value = typeof raw === "string" ? parseOctal(raw) : parseWhole(raw);
    if (value === null || value < 0) return bad(cannotRead(raw, "an octal number"), this.allowed);
    return value <= 0o7777 ? good(value) : bad(`${showOctal(value)} is out of range`, this.allowed);
  },
};

function showOctal(value: number): string {
  return `0${value.toString(8)}`;
}

/** Names separated by commas, or a list of them. */
export const NAME_LIST: ValueType<readonly string[]> = {
  name: "list of names",
  allowed: "use names separated by commas",
  schema: { type: ["array", "string"], items: { type: "string" } },
  read(raw) {
    const items = listItems(raw);
    return items === null ? bad(cannotRead(raw, "a list"), this.allowed) : good(items);
  },
};

/** The stripped items of a comma list or of a TOML list; none for an empty text; null when it is no list. */
export function listItems(raw: RawValue): readonly string[] | null {
  if (typeof raw === "string") return raw === "" ? [] : raw.split(",").map(strip);
  if (typeof raw === "number") return [`${raw}`];
  if (!isList(raw)) return null;
  const items = raw.map(textOf);
  return items.every((item) => item !== null) ? items : null;
}

/** Patterns of files: separated by blanks, or a list of them. */
export const PATTERNS: ValueType<readonly string[]> = {
  name: "patterns of files",
  allowed: "use patterns such as conf.d/*.ini, separated by blanks",
  schema: { type: ["array", "string"], items: { type: "string" } },
  read(raw) {
    const items = typeof raw === "string" ? splitBlanks(raw) : listItems(raw);
    return items === null ? bad(cannotRead(raw, "patterns"), this.allowed) : good(items);
  },
};

/** Any text. */
export const TEXT: ValueType<string> = {
  name: "text",
  allowed: "use a text",
  schema: { type: "string" },
  read(raw) {
    const text = textOf(raw);
    return text === null ? bad(cannotRead(raw, "text"), this.allowed) : good(text);
  },
};

/** Any text that nobody may see again: no message shows it. */
export const SECRET: ValueType<string> = {
  ...TEXT,
  read(raw) {
    const text = textOf(raw);
    return text === null ? bad("Cannot read as text", this.allowed) : good(text);
  },
};

/** One of a few words, in any case. */
export function choice<const W extends string>(words: readonly W[]): ValueType<W> {
  const allowed = `use ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  return {
    name: words.join(", "),
    allowed,
    schema: { enum: words },
    read(raw) {
      const text = (textOf(raw) ?? "").trim().toLowerCase();
      const word = words.find((one) => one === text);
      if (word !== undefined) return good(word);
      return bad(`Cannot read ${showRaw(raw)}${didYouMean(text, words)}`, allowed);
    },
  };
}
