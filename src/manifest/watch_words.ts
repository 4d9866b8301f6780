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

/** `*.{ts,js}` is `*.ts` and `*.js`. A brace that is never closed, or holds no comma, stands for itself. */
export function expandBraces(pattern: string): readonly string[] {
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
