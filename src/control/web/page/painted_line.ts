// A line of a log, ready to be shown: parts of one look each, with what was searched for marked.
import { type AnsiStyle, PLAIN, readAnsi } from "../../../core/ansi_spans.ts";
import { lastRewrite, visibleText } from "../../../core/visible_text.ts";

/** Characters of a line that are shown at first; a browser takes seconds to lay out a megabyte in one line. */
const SHOWN_LENGTH = 10_000;

export interface PaintedPart {
  readonly text: string;
  readonly style: AnsiStyle;
  readonly isMatch: boolean;
}

export interface PaintedLine {
  readonly parts: readonly PaintedPart[];
  /** Characters left out at the end. */
  readonly left: number;
  readonly matches: number;
  /** The style the next line of the stream begins with. */
  readonly after: AnsiStyle;
}

export interface PaintOptions {
  readonly before?: AnsiStyle;
  /** What to mark, in any case of letters; empty for nothing. */
  readonly query?: string;
  readonly limit?: number;
}

/** Reads colours, makes hidden characters visible, marks matches, cuts what is too long. */
export function paintLine(line: string, options: PaintOptions = {}): PaintedLine {
  const { before = PLAIN, query = "", limit = SHOWN_LENGTH } = options;
  const { spans, after } = readAnsi(lastRewrite(line), before);
  const texts = spans.map((span) => ({ ...span, text: visibleText(span.text) }));
  const whole = texts.map(({ text }) => text).join("");
  const found = findAll(whole.slice(0, limit), query);
  const parts: PaintedPart[] = [];
  let from = 0;
  for (const { text, style } of texts) {
    const end = Math.min(from + text.length, limit);
    if (end > from) parts.push(...cut({ text, style, from, end }, found));
    from += text.length;
  }
  return { parts, left: Math.max(0, whole.length - limit), matches: found.length, after };
}

interface Piece {
  readonly text: string;
  readonly style: AnsiStyle;
  /** Where the text is within its line. */
  readonly from: number;
  readonly end: number;
}

type Range = readonly [from: number, end: number];

/** Cuts a part at the edges of the matches in it. */
function cut({ text, style, from, end }: Piece, found: readonly Range[]): PaintedPart[] {
  const parts: PaintedPart[] = [];
  const add = (start: number, stop: number, isMatch: boolean) => {
    if (stop > start) {
      parts.push({ text: text.slice(start - from, stop - from), style, isMatch });
    }
  };
  let at = from;
  for (const [start, stop] of found) {
    if (stop <= at || start >= end) continue;
    add(at, Math.max(at, start), false);
    add(Math.max(at, start), Math.min(stop, end), true);
    at = Math.min(stop, end);
  }
  add(at, end, false);
  return parts;
}

/** Where the text is found, from left to right, without overlaps. */
function findAll(text: string, query: string): Range[] {
  if (query === "") return [];
  const expression = new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "giu");
  return [...text.matchAll(expression)].map((match) => [
    match.index,
    match.index + match[0].length,
  ]);
}
