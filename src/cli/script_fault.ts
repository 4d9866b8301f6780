// What is wrong with a script's text or with what it imports: said with the file, the line and the line itself.
import { RunnerError } from "../base/errors.ts";

export interface ScriptSpot {
  /** Path or URL of the module. */
  readonly file: string;
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** How a script that wants more than the runtime offers becomes one that does not. */
export const BUNDLE =
  "Bundle it where node is installed: npx esbuild SCRIPT --bundle --platform=node --format=esm --outfile=bundle.mjs";

/** The usual reason why a module seems to lack an export. */
export const TYPE_ADVICE = "A type is imported with import type, and passed on with export type";

/** What to do where the syntax is not wrong, but none of the runtime's; empty for any other fault. */
export function syntaxAdvice({ text, line, column }: ScriptSpot): string {
  const source = text.split("\n")[line - 1] ?? "";
  if (source[column - 1] === "@" || /\baccessor\s*$/.test(source.slice(0, column - 1))) {
    return `Decorators are not supported. ${BUNDLE}`;
  }
  return /<\/[\w.]*>|\/>/.test(source) ? `JSX is not supported. ${BUNDLE}` : "";
}

/** A fault at a place of a script: the line is shown with a mark below the column. */
export function scriptFault(what: string, spot: ScriptSpot, advice = ""): RunnerError {
  const { file, line, column } = spot;
  const source = (spot.text.split("\n")[line - 1] ?? "").trimEnd();
  // A tab before the mark stays one, so that the mark stands where the reader sees the column.
  const indent = source.slice(0, column - 1).replace(/[^\t]/g, " ");
  const shown = [source, `${indent}^`, ...(advice === "" ? [] : [advice])].join("\n  ");
  return new RunnerError(`Cannot load ${file}:${line}:${column}: ${what}`, { hint: shown });
}
