// Makes the text of a module that is loaded under another name: other specifiers, and the places of before.
import { parse } from "es-module-lexer";
import type { SourceMapSegment } from "sourcemap-codec";
import { identity } from "./script_align.ts";
import { mappingsOf } from "./script_mappings.ts";
import type { Plain } from "./script_plain.ts";

/** A place in the script as it was written; both from 0. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface RewriteOptions {
  /** The module's own URL: what stack traces show. */
  readonly url: string;
  /** Goes before the first line. */
  readonly prefix: string;
  /** Stands for the word `import` of a dynamic import. */
  readonly dynamic: string;
  /** What a static import shall name instead. */
  readonly resolve: (specifier: string, place: Place) => string;
  /** Is told what dynamic imports name in so many words. */
  readonly foresee: (specifier: string) => void;
}

interface Edit {
  readonly from: number;
  readonly to: number;
  /** Without line ends. */
  readonly text: string;
}

/** A module's text, and where each piece of each of its lines came from. */
export interface Rewritten {
  readonly text: string;
  readonly lines: Plain["lines"];
}

/** The text to load, with a source map in its last line. */
export function rewrite(plain: Plain, options: RewriteOptions): Rewritten {
  const placeOf = placeFinder(plain.code);
  const imports = findEdits(plain, { ...options, placeOf });
  const edits = [{ from: 0, to: 0, text: options.prefix }, ...imports];
  const lines = shifted(plain, { edits, placeOf });
  const code = applied(plain.code, edits);
  const map = {
    version: 3,
    sources: [options.url],
    names: [],
    mappings: mappingsOf(code, lines),
  };
  const data = new TextEncoder().encode(JSON.stringify(map)).toBase64();
  const mark = "//# sourceMapping" + `URL=data:application/json;base64,${data}`;
  return { text: `${code}\n${mark}\n`, lines };
}

/** Where a place of the plain text was in the script; both from 0. */
export function originOf(plain: Plain, { line, column }: Place): Place {
  const segment = plain.lines[line]?.findLast(([at]) => at <= column);
  if (segment?.length !== 4 && segment?.length !== 5) return { line, column };
  return { line: segment[2], column: segment[3] };
}

/** Where an offset of the text stands. */
type PlaceOf = (offset: number) => Place;

function findEdits(
  plain: Plain,
  { dynamic, resolve, foresee, placeOf }: RewriteOptions & { readonly placeOf: PlaceOf },
): readonly Edit[] {
  const imports = parsed(plain.code);
  return imports.flatMap(({ n, s, e, ss, d }): readonly Edit[] => {
    if (d === -1 && n !== undefined) {
      const place = originOf(plain, placeOf(s - 1));
      return [{ from: s, to: e, text: resolve(n, place) }];
    }
    if (d >= 0 && n !== undefined) foresee(n);
    return d >= 0 ? [{ from: ss, to: ss + "import".length, text: dynamic }] : [];
  }).toSorted((a, b) => a.from - b.from);
}

/** A text of CommonJS whose dynamic imports are made by `dynamic`; as it is where they cannot be seen. */
export function withDynamic(code: string, dynamic: string): string {
  if (!/\bimport\s*\(/.test(code)) return code;
  const edits = parsed(code).filter(({ d }) => d >= 0).map(({ ss }) => {
    return { from: ss, to: ss + "import".length, text: dynamic };
  });
  return applied(code, edits.toSorted((a, b) => a.from - b.from));
}

function parsed(code: string): ReturnType<typeof parse>[0] {
  try {
    return parse(code)[0];
  } catch (error) {
    // What is no JavaScript is for the runtime to say: it knows the reason, the lexer only that there is one.
    if (error instanceof Error) return [];
    throw error;
  }
}

function placeFinder(code: string): PlaceOf {
  const starts = [0];
  for (let at = code.indexOf("\n"); at >= 0; at = code.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let line = 0;
    let beyond = starts.length;
    while (beyond - line > 1) {
      const middle = (line + beyond) >> 1;
      if ((starts[middle] ?? 0) <= offset) line = middle;
      else beyond = middle;
    }
    return { line, column: offset - (starts[line] ?? 0) };
  };
}

function applied(code: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { from, to, text } of edits) {
    pieces.push(code.slice(at, from), text);
    at = to;
  }
  return pieces.join("") + code.slice(at);
}

/** The segments of the lines after the edits. */
function shifted(
  { code, lines }: Plain,
  { edits, placeOf }: { readonly edits: readonly Edit[]; readonly placeOf: PlaceOf },
): Plain["lines"] {
  const byLine = new Map<number, { readonly column: number; readonly by: number }[]>();
  for (const { from, to, text } of edits) {
    const { line, column } = placeOf(from);
    const shift = { column, by: text.length - (to - from) };
    const known = byLine.get(line);
    if (known === undefined) byLine.set(line, [shift]);
    else known.push(shift);
  }
  const texts = code.split("\n");
  return lines.map((segments, line) => {
    const shifts = byLine.get(line);
    if (shifts === undefined) return segments;
    return (segments ?? identity(texts[line] ?? "", line)).map((segment) => moved(segment, shifts));
  });
}

function moved(
  segment: SourceMapSegment,
  shifts: readonly { readonly column: number; readonly by: number }[],
): SourceMapSegment {
  const [column, source, line, origin] = segment;
  const by = shifts.filter((shift) => shift.column < column || (shift.column === 0 && column === 0))
    .reduce((sum, shift) => sum + shift.by, 0);
  return source === undefined || line === undefined || origin === undefined
    ? [column + by]
    : [column + by, source, line, origin];
}
