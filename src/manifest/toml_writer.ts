// Writes sections as TOML text, with comments.
import { isList, isTable, type RawTable, type RawValue } from "./document.ts";

export interface TomlSection {
  /** `["program", "web"]` */
  readonly path: readonly string[];
  /** Each one a line, without the sign. */
  readonly comments: readonly string[];
  readonly entries: readonly TomlEntry[];
}

export interface TomlEntry {
  readonly key: string;
  readonly value: RawValue;
}

/** A table longer than this gets a header of its own. */
const MAX_INLINE = 80;

export function writeToml(comments: readonly string[], sections: readonly TomlSection[]): string {
  const head = comments.map(commentLine).join("");
  return `${[head, ...sections.map(sectionText)].filter((text) => text !== "").join("\n")}`;
}

function sectionText({ path, comments, entries }: TomlSection): string {
  const lines = [...comments.map(commentLine), `[${path.map(keyText).join(".")}]\n`];
  // What stands below a header of its own would take the keys after it along.
  const own = entries.filter(({ value }) => isTable(value) && isLong(value));
  for (const { key, value } of entries) {
    if (own.some((entry) => entry.key === key)) continue;
    lines.push(`${keyText(key)} = ${valueText(value)}\n`);
  }
  for (const { key, value } of own) {
    lines.push(`\n[${[...path, key].map(keyText).join(".")}]\n`);
    for (const [name, child] of Object.entries(isTable(value) ? value : {})) {
      lines.push(`${keyText(name)} = ${valueText(child)}\n`);
    }
  }
  return lines.join("");
}

function isLong(table: RawTable): boolean {
  return tableText(table).length > MAX_INLINE;
}

/** A comment is one line, whatever is in it. */
function commentLine(text: string): string {
  return `# ${text.replaceAll(/\p{Cc}+/gu, " ").toWellFormed()}`.trimEnd() + "\n";
}

function keyText(key: string): string {
  return /^[\w-]+$/.test(key) && /^[\x21-\x7e]+$/.test(key) ? key : basicText(key);
}

/** A value as TOML has it; texts that are full of quotes and backslashes as they are. */
export function valueText(value: RawValue): string {
  if (typeof value === "string") return stringText(value);
  if (typeof value === "number") return numberText(value);
  if (typeof value === "boolean") return `${value}`;
  if (isList(value)) return `[${value.map(valueText).join(", ")}]`;
  return tableText(value);
}

/** A whole number that is too large to be exact is written as what it is: a float. */
function numberText(value: number): string {
  const isExact = Number.isSafeInteger(value) || !Number.isInteger(value);
  return isExact || `${value}`.includes("e") ? `${value}` : `${value}.0`;
}

function tableText(table: RawTable): string {
  const pairs = Object.entries(table).map(([key, value]) =>
    `${keyText(key)} = ${valueText(value)}`
  );
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

function stringText(text: string): string {
  return /["\\]/.test(text) && /^[^'\p{Cc}]*$/u.test(text) && text.isWellFormed()
    ? `'${text}'`
    : basicText(text);
}

/** JSON's texts are TOML's, but for DEL and for halves of characters. */
function basicText(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll("\x7f", "\\u007f");
}
