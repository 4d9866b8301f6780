// Says where the pieces of a line came from, after types have been cut out of it.
import type { SourceMapSegment } from "sourcemap-codec";
import type { Plain } from "./script_plain.ts";

interface Token {
  readonly word: string;
  readonly column: number;
}

/**
 * Segments of each line of `code`, whose lines are those of `script` with pieces missing or changed; null for one that is
 * as it was. What a line
 * begins and ends with is the same in both; between them each word is the next such word of the script. (The stripper's
 * own source map has wrong columns from the first template literal on.)
 */
export function alignLines(code: string, script: string): Plain["lines"] {
  const before = script.split("\n");
  return code.split("\n").map((line, row) => {
    const old = before[row] ?? "";
    return line === old ? null : align(tokensOf(line), tokensOf(old), row);
  });
}

/** The segments of a line that is as it was: every word and sign came from its own place. */
export function identity(line: string, row: number): SourceMapSegment[] {
  return tokensOf(line).map(({ column }) => [column, 0, row, column]);
}

function tokensOf(line: string): readonly Token[] {
  return [...line.matchAll(/[\w$]+|[^\s\w$]/g)].map((match) => ({
    word: match[0],
    column: match.index,
  }));
}

function align(now: readonly Token[], old: readonly Token[], row: number): SourceMapSegment[] {
  const most = Math.min(now.length, old.length);
  const isSame = (a: number, b: number) => now.at(a)?.word === old.at(b)?.word;
  let head = 0;
  while (head < most && isSame(head, head)) head++;
  let tail = 0;
  while (tail < most - head && isSame(-1 - tail, -1 - tail)) tail++;
  const middle = old.slice(head, old.length - tail);
  let next = 0;
  let column = old[0]?.column ?? 0;
  return now.map((token, at): SourceMapSegment => {
    if (at < head) column = old[at]?.column ?? column;
    else if (at >= now.length - tail) column = old[old.length - now.length + at]?.column ?? column;
    else {
      const found = middle.findIndex(({ word }, place) => place >= next && word === token.word);
      // A word of the stripper's own belongs to the one before it.
      if (found >= 0) column = middle[found]?.column ?? column;
      if (found >= 0) next = found + 1;
    }
    return [token.column, 0, row, column];
  });
}
