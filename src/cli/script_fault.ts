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

/** A fault at a place of a script: the line is shown with a mark below the column. */
export function scriptFault(what: string, spot: ScriptSpot, advice = ""): RunnerError {
  const { file, line, column } = spot;
  const source = (spot.text.split("\n")[line - 1] ?? "").trimEnd();
  // A tab before the mark stays one, so that the mark stands where the reader sees the column.
  const indent = source.slice(0, column - 1).replace(/[^\t]/g, " ");
  const shown = [source, `${indent}^`, ...(advice === "" ? [] : [advice])].join("\n  ");
  return new RunnerError(`Cannot load ${file}:${line}:${column}: ${what}`, { hint: shown });
}
