// Takes the types out of a script. Each line stays where it is; where its pieces were is remembered.
import { transform } from "sucrase";
import { alignLines } from "./script_align.ts";
import { scriptFault, syntaxAdvice } from "./script_fault.ts";
import type { Plain } from "./script_plain.ts";

/** Where this is loaded from: web workers load it by that. */
export const here = import.meta.url;

/** TypeScript to JavaScript. Throws RunnerError with the place of what cannot be read. */
export function strip(text: string, file: string): Plain {
  try {
    const { code } = transform(text, {
      transforms: ["typescript"],
      // The runtime knows all of today's JavaScript.
      disableESTransforms: true,
      filePath: file,
    });
    refuse({ text, file, code });
    return { code, lines: alignLines(code, text) };
  } catch (error) {
    const loc = locationOf(error);
    if (loc === null || !(error instanceof Error)) throw error;
    const what = error.message.replace(/^Error transforming [^]*?: (?=\S)/, "")
      .replace(/ \(\d+:\d+\)$/, "");
    const spot = { file, text, line: loc.line, column: loc.column };
    throw scriptFault(
      what.startsWith(file) ? what.slice(file.length + 2) : what,
      spot,
      syntaxAdvice(spot),
    );
  }
}

/** What would vanish without a word, or become what a module does not know. */
const REFUSED: readonly {
  readonly line: RegExp;
  readonly what: string;
  readonly advice: string;
}[] = [
  {
    line: /^\s*(?:export\s+)?(?:namespace|module)\s+[\w.]+\s*\{/,
    what: "TypeScript's namespaces are not supported",
    advice:
      "Put what is in it into a file of its own and import that; one of types alone: declare namespace",
  },
  {
    line: /^\s*(?:export\s+)?import\s+(?!type\s)[\w$]+\s*=\s*require\s*\(/,
    what: "TypeScript's import = require() is not supported",
    advice: `Write: import NAME from "…"`,
  },
  {
    line: /^\s*export\s*=/,
    what: "TypeScript's export = is not supported",
    advice: "Write: export default …",
  },
];

interface Stripped {
  readonly text: string;
  readonly file: string;
  readonly code: string;
}

/** Where such a line is still in the code, it is text in a comment or template. */
function refuse({ text, file, code }: Stripped): void {
  const kept = code.split("\n");
  const lines = text.split("\n");
  for (const { line, what, advice } of REFUSED) {
    const found = lines.findIndex((each, row) => line.test(each) && !line.test(kept[row] ?? ""));
    if (found < 0) continue;
    const column = (lines[found] ?? "").search(/\S/) + 1;
    throw scriptFault(what, { file, text, line: found + 1, column }, advice);
  }
}

function locationOf(error: unknown): { readonly line: number; readonly column: number } | null {
  if (!(error instanceof SyntaxError) || !("loc" in error)) return null;
  const { loc } = error;
  if (typeof loc !== "object" || loc === null || !("line" in loc) || !("column" in loc)) {
    return null;
  }
  const { line, column } = loc;
  return typeof line === "number" && typeof column === "number" ? { line, column } : null;
}
