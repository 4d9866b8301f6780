// `%(name)s` in the values of a manifest: which names there are, and what is said when one is not known.
import { didYouMean } from "../base/suggest.ts";
import { isList, isTable, type RawValue } from "./document.ts";
import { type FormatFault, formatPercent, type FormatValue } from "./percent_format.ts";

/** The names that can be used at some place, and their values. */
export interface Names {
  readonly values: ReadonlyMap<string, FormatValue>;
  /** Variables by their bare name, for `%(ENV_X)s`. */
  readonly env: ReadonlyMap<string, string>;
}

export type Expansion =
  | { readonly ok: true; readonly value: RawValue }
  | { readonly ok: false; readonly what: string; readonly allowed: string };

/** Names at one place: `here` is the directory of the file that holds the text. */
export interface LocalNames {
  readonly names: Names;
  readonly here: string;
}

/** Expands a text, the items of a list and the values of a table; numbers and booleans stay. */
export function expand(value: RawValue, names: LocalNames): Expansion {
  if (typeof value === "string") return expandText(value, names);
  if (isList(value)) {
    const items: RawValue[] = [];
    for (const item of value) {
      const expansion = expand(item, names);
      if (!expansion.ok) return expansion;
      items.push(expansion.value);
    }
    return { ok: true, value: items };
  }
  return isTable(value) ? expandTable(Object.entries(value), names) : { ok: true, value };
}

function expandTable(
  entries: readonly (readonly [string, RawValue])[],
  names: LocalNames,
): Expansion {
  const table: [string, RawValue][] = [];
  for (const [key, child] of entries) {
    const expansion = expand(child, names);
    if (!expansion.ok) return expansion;
    table.push([key, expansion.value]);
  }
  return { ok: true, value: Object.fromEntries(table) };
}

function expandText(text: string, names: LocalNames): Expansion {
  if (!text.includes("%")) return { ok: true, value: text };
  const result = formatPercent(text, (name) => lookup(name, names));
  return result.ok
    ? { ok: true, value: result.text }
    : { ok: false, ...describe(result.fault, names) };
}

function lookup(name: string, { names, here }: LocalNames): FormatValue | undefined {
  const value = name === "here" ? here : names.values.get(name) ?? sumOf(name, names);
  return value === undefined && name.startsWith("ENV_") ? names.env.get(name.slice(4)) : value;
}

/** `process_num+5000`: ports that count up from process to process. */
function sumOf(name: string, { values }: Names): number | undefined {
  const addend = /^process_num\+(\d{1,9})$/.exec(name)?.[1];
  const number = values.get("process_num");
  return addend === undefined || typeof number !== "number" ? undefined : number + Number(addend);
}

/** Says which piece is wrong; never the text around it, which may hold a password. */
function describe(
  fault: FormatFault,
  { names }: LocalNames,
): { readonly what: string; readonly allowed: string } {
  if (fault.kind === "bad-format") {
    return {
      what: `Cannot expand "${fault.directive}": ${fault.reason}`,
      allowed: "write %% for a percent sign, %(NAME)s for a value",
    };
  }
  const variables = [...names.env.keys()].map((name) => `ENV_${name}`);
  const available = [...["here", ...names.values.keys()].sort(), ...variables.sort()];
  return {
    what: `Cannot expand "${fault.directive}": there is no ${fault.name}${
      didYouMean(fault.name, available)
    }`,
    allowed: `available are ${available.join(", ")}`,
  };
}
