// One line of an INI file as Python's RawConfigParser sees it: what is comment, what is value, how far indented.
import { isSpace, strip } from "./python_text.ts";

const COMMENT_SIGNS = [";", "#"] as const;

export interface IniLine {
  /** Without comments and surrounding blanks; empty for a blank line. */
  readonly text: string;
  /** Some of the line was a comment. */
  readonly commented: boolean;
  /** Blanks before the first other character. */
  readonly indent: number;
  /** What an inline comment took away; empty when there is none. */
  readonly comment: string;
}

/** Lines end in LF, CRLF or CR; a byte order mark is no part of the first one. */
export function splitLines(text: string): readonly string[] {
  return (text.startsWith("\uFEFF") ? text.slice(1) : text).split(/\r\n|\r|\n/);
}

export function readIniLine(line: string): IniLine {
  const stripped = strip(line);
  const fullLine = stripped.startsWith(";") || stripped.startsWith("#");
  const start = fullLine ? 0 : inlineCommentStart(line);
  const text = start === null ? stripped : strip(line.slice(0, start));
  return {
    text,
    commented: start !== null,
    indent: stripped === "" ? 0 : line.indexOf(stripped.charAt(0)),
    comment: start === null || fullLine ? "" : line.slice(start),
  };
}

/**
 * Where the inline comment starts. Python looks at the first `;` and the first `#`, then at the second ones, and so
 * on, and stops at the first round that has one after a blank: not always the leftmost of the line.
 */
function inlineCommentStart(line: string): number | null {
  if (!line.includes(";") && !line.includes("#")) return null;
  let found = COMMENT_SIGNS.map((sign) => ({ sign, at: line.indexOf(sign) }));
  for (;;) {
    found = found.filter((one) => one.at >= 0);
    if (found.length === 0) return null;
    const starts = found.map((one) => one.at).filter((at) =>
      at === 0 || isSpace(line.charAt(at - 1))
    );
    if (starts.length > 0) return Math.min(...starts);
    found = found.map(({ sign, at }) => ({ sign, at: line.indexOf(sign, at + 1) }));
  }
}
