// Reads JSON as people write it: comments, commas at the end, single quotes, keys without quotes. Keeps lines.
import { fullWidth } from "./full_width.ts";
import type { TreeMember, TreeNode, TreeReading } from "./tree.ts";

interface Scan {
  readonly text: string;
  at: number;
  line: number;
  depth: number;
}

/** Nobody nests deeper on purpose, and the stack is not endless. */
const MAX_DEPTH = 100;

class JsonFault extends Error {
  readonly at: number;
  readonly allowed: string;

  constructor(at: number, what: string, allowed: string) {
    super(what);
    this.at = at;
    this.allowed = allowed;
  }
}

/** Takes any text and never throws; tells the first fault with line, column and character. */
export function readJson(text: string): TreeReading {
  const scan: Scan = { text, at: text.startsWith("\uFEFF") ? 1 : 0, line: 1, depth: 0 };
  try {
    const tree = readValue(scan);
    if (peek(scan) !== "") throw unexpected(scan, "the end");
    return { ok: true, tree };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const before = text.slice(0, error.at);
    const line = before.split("\n").length;
    const column = [...before.slice(before.lastIndexOf("\n") + 1)].length + 1;
    const what = `Cannot read as JSON: column ${column} ${error.message}`;
    return { ok: false, fault: { line, what, allowed: error.allowed } };
  }
}

/** The next character that is neither blank nor comment; empty at the end. */
function peek(scan: Scan): string {
  for (; scan.at < scan.text.length; scan.at++) {
    const char = scan.text.charAt(scan.at);
    if (char === "\n") scan.line++;
    else if (char === "/") skipComment(scan);
    else if (!/[ \t\r\v\f]/.test(char)) return char;
  }
  return "";
}

/** Leaves `at` on the last character of the comment, or before the line end. */
function skipComment(scan: Scan): void {
  const { text } = scan;
  if (text.startsWith("//", scan.at)) {
    const end = text.indexOf("\n", scan.at);
    scan.at = (end < 0 ? text.length : end) - 1;
    return;
  }
  if (!text.startsWith("/*", scan.at)) throw unexpected(scan, "a value");
  const end = text.indexOf("*/", scan.at + 2);
  if (end < 0) throw new JsonFault(scan.at, "has a comment that does not end", "close it with */");
  scan.line += text.slice(scan.at, end).split("\n").length - 1;
  scan.at = end + 1;
}

function readValue(scan: Scan): TreeNode {
  const char = peek(scan);
  const { line } = scan;
  if (char === "{" || char === "[") {
    if (++scan.depth > MAX_DEPTH) throw new JsonFault(scan.at, "is nested too deep", "");
    const node = char === "{" ? readTable(scan) : readList(scan);
    scan.depth--;
    return node;
  }
  if (char === '"' || char === "'") return { kind: "scalar", line, value: readText(scan) };
  const word = /[-+\w.$]+/y;
  word.lastIndex = scan.at;
  const found = word.exec(scan.text)?.[0] ?? "";
  const value = WORDS.has(found) ? WORDS.get(found) : numberOf(found);
  if (value === undefined) throw unexpected(scan, "a value");
  scan.at += found.length;
  return { kind: "scalar", line, value };
}

const WORDS = new Map<string, boolean | null>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["undefined", null],
]);

function numberOf(word: string): number | undefined {
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$|^0x[\da-f]+$/i.test(word) ? Number(word) : undefined;
}

function readTable(scan: Scan): TreeNode {
  const { line } = scan;
  const entries = new Map<string, TreeMember>();
  scan.at++;
  while (peek(scan) !== "}") {
    const keyLine = scan.line;
    const key = readKey(scan);
    if (peek(scan) !== ":") throw unexpected(scan, `":" after the key "${key}"`);
    scan.at++;
    entries.set(key, { line: keyLine, node: readValue(scan) });
    if (peek(scan) === ",") scan.at++;
    else if (peek(scan) !== "}") throw unexpected(scan, '"," or "}"');
  }
  scan.at++;
  return { kind: "table", line, entries };
}

function readList(scan: Scan): TreeNode {
  const { line } = scan;
  const items: TreeNode[] = [];
  scan.at++;
  while (peek(scan) !== "]") {
    items.push(readValue(scan));
    if (peek(scan) === ",") scan.at++;
    else if (peek(scan) !== "]") throw unexpected(scan, '"," or "]"');
  }
  scan.at++;
  return { kind: "list", line, items };
}

function readKey(scan: Scan): string {
  const char = peek(scan);
  if (char === '"' || char === "'") return readText(scan);
  const word = /[\w$]+/y;
  word.lastIndex = scan.at;
  const found = word.exec(scan.text)?.[0];
  if (found === undefined) throw unexpected(scan, 'a key or "}"');
  scan.at += found.length;
  return found;
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function readText(scan: Scan): string {
  const quote = scan.text.charAt(scan.at);
  const start = scan.at;
  let value = "";
  for (scan.at++; scan.text.charAt(scan.at) !== quote; scan.at++) {
    const char = scan.text.charAt(scan.at);
    if (char === "" || char === "\n") {
      throw new JsonFault(
        start,
        "begins a text that does not end in its line",
        `close it: ${quote}`,
      );
    }
    value += char === "\\" ? readEscape(scan) : char;
  }
  scan.at++;
  return value;
}

/** Leaves `at` on the last character of it. */
function readEscape(scan: Scan): string {
  const char = scan.text.charAt(++scan.at);
  if (char === "\n") {
    scan.line++;
    return "";
  }
  const digits = char === "u" ? 4 : char === "x" ? 2 : 0;
  if (digits === 0) return ESCAPES[char] ?? char;
  const code = scan.text.slice(scan.at + 1, scan.at + 1 + digits);
  if (code.length < digits || !/^[\da-f]+$/i.test(code)) {
    throw new JsonFault(scan.at - 1, "has a broken escape", `write \\${char} and ${digits} digits`);
  }
  scan.at += digits;
  return String.fromCharCode(parseInt(code, 16));
}

function unexpected(scan: Scan, wanted: string): JsonFault {
  const point = scan.text.codePointAt(scan.at);
  if (point === undefined) {
    return new JsonFault(scan.at, "is the end of the file", `write ${wanted}`);
  }
  const char = String.fromCodePoint(point);
  const looksLike = fullWidth(char);
  if (looksLike === null) {
    return new JsonFault(scan.at, `has ${JSON.stringify(char)}`, `there should be ${wanted}`);
  }
  const code = point.toString(16).toUpperCase().padStart(4, "0");
  const what = `has "${char}" (U+${code}, ${looksLike.name})`;
  return new JsonFault(scan.at, what, `write ${looksLike.meant}`);
}
