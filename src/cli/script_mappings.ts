// Writes the mappings of a source map. Most lines of a script are as they were: they are written without segments.
import type { SourceMapSegment } from "sourcemap-codec";
import type { Plain } from "./script_plain.ts";

/** The last place that was written; both from 0. */
interface Last {
  readonly line: number;
  readonly column: number;
}

interface Written {
  readonly text: string;
  readonly last: Last;
}

/**
 * The mappings of a text; `lines` says of each line where its pieces came from, null: from where they are. The package
 * that encodes segments needs one for each of a million tokens: a bundle of 5 MB took 2.4 s of CPU time to start and
 * 490 MB, now 1.5 s and 360 MB.
 */
export function mappingsOf(text: string, lines: Plain["lines"]): string {
  let last: Last = { line: 0, column: 0 };
  return text.split("\n").map((line, row) => {
    const segments = lines[row] ?? null;
    const written = segments === null ? unchanged(line, row, last) : changed(segments, last);
    last = written.last;
    return written.text;
  }).join(";");
}

function changed(segments: readonly SourceMapSegment[], before: Last): Written {
  let last = before;
  let column = 0;
  const words = segments.map(([at, source, line, origin]) => {
    const step = number(at - column);
    column = at;
    if (source === undefined || line === undefined || origin === undefined) return step;
    const word = `${step}A${number(line - last.line)}${number(origin - last.column)}`;
    last = { line, column: origin };
    return word;
  });
  return { text: words.join(","), last };
}

const TOKEN = /[\w$]+|[^\s\w$]/g;

/** What has been written of near places, as most are. */
const STEPS: string[] = [];
const NUMBERS: string[] = [];
const NEAR = 256;

function unchanged(line: string, row: number, last: Last): Written {
  let column = -1;
  let text = "";
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(line); match !== null; match = TOKEN.exec(line)) {
    const at = match.index;
    text += column < 0
      ? `${number(at)}A${number(row - last.line)}${number(at - last.column)}`
      : step(at - column);
    column = at;
  }
  return { text, last: column < 0 ? last : { line: row, column } };
}

/** The same way on in both texts. */
function step(by: number): string {
  return by < NEAR ? STEPS[by] ??= newStep(by) : newStep(by);
}

function newStep(by: number): string {
  return `,${number(by)}AA${number(by)}`;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** A number as source maps have it: five bits a digit, the lowest first; the lowest of all is the sign. */
function number(value: number): string {
  return value >= 0 && value < NEAR ? NUMBERS[value] ??= digits(value) : digits(value);
}

function digits(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const more = rest > 31 ? 32 : 0;
    text += DIGITS.charAt((rest & 31) | more);
    rest >>>= 5;
  } while (rest > 0);
  return text;
}
