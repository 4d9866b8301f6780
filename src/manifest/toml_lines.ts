// Line numbers of the keys of a TOML text that has been parsed already: a light scan, for messages only.

/** Line (from 1) of a header or key by its path; paths are joined by `joinPath`. */
export type KeyLines = ReadonlyMap<string, number>;

interface Scan {
  readonly text: string;
  readonly lines: Map<string, number>;
  at: number;
  line: number;
}

/** One string for a path of keys; keys may hold anything but the separator U+0000. */
export function joinPath(path: readonly string[]): string {
  return path.join("\0");
}

/** Scans valid TOML; of any other text it makes what it can, without end in sight of none. */
export function scanKeyLines(text: string): KeyLines {
  const scan: Scan = { text, lines: new Map(), at: 0, line: 1 };
  let table: readonly string[] = [];
  while (skipBlank(scan)) {
    const start = scan.line;
    const header = /^\[{1,2}/.exec(text.slice(scan.at, scan.at + 2))?.[0] ?? "";
    scan.at += header.length;
    const path = readPath(scan);
    if (header !== "") {
      table = path;
      note(scan, table, start);
    } else note(scan, [...table, ...path], start);
    skipValue(scan);
  }
  return scan.lines;
}

function note(scan: Scan, path: readonly string[], line: number): void {
  for (let length = path.length; length > 0; length--) {
    const key = joinPath(path.slice(0, length));
    if (!scan.lines.has(key)) scan.lines.set(key, line);
  }
}

/** Moves to the next thing that is neither blank nor comment; false at the end. */
function skipBlank(scan: Scan): boolean {
  for (; scan.at < scan.text.length; scan.at++) {
    const char = scan.text.charAt(scan.at);
    if (char === "\n") scan.line++;
    else if (char === "#") skipTo(scan, "\n");
    else if (!/\s/.test(char)) return true;
  }
  return false;
}

/** Leaves `at` on the last character before `stop`, or on the last of all. */
function skipTo(scan: Scan, stop: string): void {
  const end = scan.text.indexOf(stop, scan.at);
  scan.at = (end < 0 ? scan.text.length : end) - 1;
}

/** A dotted key, bare or quoted, up to `=`, `]` or the end of the line. */
function readPath(scan: Scan): readonly string[] {
  const path: string[] = [];
  const key = /\s*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([\w-]+))\s*(\.?)/y;
  key.lastIndex = scan.at;
  for (let match = key.exec(scan.text); match !== null; match = key.exec(scan.text)) {
    path.push(match[3] ?? match[2] ?? unescape(match[1] ?? ""));
    scan.at = key.lastIndex;
    if (match[4] === "") break;
  }
  return path;
}

function unescape(text: string): string {
  return text.replace(/\\(["\\])/g, "$1");
}

/** Skips to the end of the line that ends the value: strings and brackets may span lines. */
function skipValue(scan: Scan): void {
  for (let depth = 0; scan.at < scan.text.length; scan.at++) {
    const char = scan.text.charAt(scan.at);
    if (char === "[" || char === "{") depth++;
    else if (char === "]" || char === "}") depth--;
    else if (char === "#") skipTo(scan, "\n");
    else if (char === '"' || char === "'") skipString(scan, char);
    else if (char === "\n") {
      if (depth <= 0) return;
      scan.line++;
    }
  }
}

/** Leaves `at` on the closing quotation mark. */
function skipString(scan: Scan, quote: string): void {
  const triple = quote.repeat(3);
  const mark = scan.text.startsWith(triple, scan.at) ? triple : quote;
  scan.at += mark.length;
  for (; scan.at < scan.text.length; scan.at++) {
    const char = scan.text.charAt(scan.at);
    if (scan.text.startsWith(mark, scan.at)) break;
    if (char === "\\" && quote === '"') scan.at++;
    if (scan.text.charAt(scan.at) === "\n") {
      if (mark === quote) return;
      scan.line++;
    }
  }
  scan.at += mark.length - 1;
  // Up to two quotation marks may stand right before the closing three.
  while (mark === triple && scan.text.charAt(scan.at + 1) === quote) scan.at++;
}
