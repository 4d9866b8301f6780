// Patterns of files to watch: split, with braces written out, and made absolute.
import type { ManifestContext } from "./context.ts";
import { absolutePath, expandHome } from "./paths.ts";

/** The items of a list separated by commas or line ends; commas within braces belong to them. */
export function splitPatterns(text: string): readonly string[] {
  const items = [""];
  let depth = 0;
  for (const char of text) {
    if (char === "{") depth++;
    if (char === "}" && depth > 0) depth--;
    if ((char === "," && depth === 0) || char === "\n") items.push("");
    else items[items.length - 1] += char;
  }
  const kept = items.filter((item) => item.trim() !== "");
  return kept.length === 0 && text.trim() === "" ? [] : kept;
}

/** More patterns than that are asked about each file by nobody on purpose. */
const MOST_PATTERNS = 1000;
/** A path cannot be longer (PATH_MAX), nor a pattern need to be. */
const LONGEST_PATTERN = 4096;

/** All of them with their braces written out; null: that would be too many, as two dozen of `{a,b}` are. */
export function expandAll(patterns: readonly string[]): readonly string[] | null {
  if (patterns.some((pattern) => pattern.length > LONGEST_PATTERN)) return null;
  const count = patterns.reduce((sum, pattern) => sum + countExpanded(pattern), 0);
  return count > MOST_PATTERNS ? null : patterns.flatMap(expandBraces);
}

function countExpanded(pattern: string): number {
  const open = pattern.indexOf("{");
  const close = open < 0 ? -1 : endOfBrace(pattern, open);
  if (close < 0) return 1;
  const choices = splitPatterns(pattern.slice(open + 1, close));
  const rests = countExpanded(pattern.slice(close + 1));
  if (choices.length < 2) return rests;
  return rests * choices.reduce((sum, choice) => sum + countExpanded(choice), 0);
}

/** `*.{ts,js}` is `*.ts` and `*.js`. A brace that is never closed, or holds no comma, stands for itself. */
function expandBraces(pattern: string): readonly string[] {
  const open = pattern.indexOf("{");
  const close = open < 0 ? -1 : endOfBrace(pattern, open);
  if (close < 0) return [pattern];
  const before = pattern.slice(0, open);
  const choices = splitPatterns(pattern.slice(open + 1, close));
  const rests = expandBraces(pattern.slice(close + 1));
  if (choices.length < 2) {
    return rests.map((rest) => pattern.slice(0, close + 1) + rest);
  }
  return choices.flatMap((choice) =>
    expandBraces(choice).flatMap((middle) => rests.map((rest) => before + middle + rest))
  );
}

function endOfBrace(pattern: string, open: number): number {
  let depth = 0;
  for (let at = open; at < pattern.length; at++) {
    if (pattern[at] === "{") depth++;
    if (pattern[at] === "}" && --depth === 0) return at;
  }
  return -1;
}

/** Absolute; `..` at the start is of the folder itself. */
export function absoluteGlob(pattern: string, folder: string, machine: ManifestContext): string {
  const path = absolutePath(expandHome(pattern, machine), folder);
  const parts: string[] = [];
  for (const part of path.split("/").filter((one) => one !== "")) {
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}
