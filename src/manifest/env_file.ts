// Reads env_file: lines of KEY=VALUE as shells and containers have them. No fault ever holds a value.

export interface EnvFileFault {
  readonly line: number;
  readonly what: string;
}

export interface EnvFile {
  readonly variables: ReadonlyMap<string, string>;
  readonly faults: readonly EnvFileFault[];
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

const NAME = String.raw`[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*`;
// In single quotes, in double quotes (both may span lines), or bare up to the end of the line.
const VALUE = String.raw`(?:'([^']*)'|"((?:[^"\\]|\\[^])*)"|([^'"\n][^\n]*|))`;
const END = String.raw`[ \t]*(?:#[^\n]*)?(?:\n|$)`;
const LINE = new RegExp(NAME + VALUE + END, "y");
const BLANK = new RegExp(END, "y");

/** Takes any text and never throws; `$` and backquotes mean nothing. */
export function readEnvFile(text: string): EnvFile {
  const body = (text.startsWith("\uFEFF") ? text.slice(1) : text).replaceAll(/\r\n?/g, "\n");
  const variables = new Map<string, string>();
  const faults: EnvFileFault[] = [];
  for (let at = 0; at < body.length;) {
    const skipped = matchAt(BLANK, body, at);
    const match = skipped === null ? matchAt(LINE, body, at) : null;
    const length = skipped?.[0].length ?? match?.[0].length ?? lineLength(body, at);
    if (match !== null) variables.set(match[1] ?? "", valueOf(match));
    else if (skipped === null) {
      faults.push({ line: lineAt(body, at), what: "Cannot read as KEY=VALUE" });
    }
    at += length;
  }
  return { variables, faults };
}

function valueOf([, , single, double, bare = ""]: RegExpExecArray): string {
  if (single !== undefined) return single;
  if (double === undefined) return bare.replace(/(?:^|[ \t]+)#.*$/, "").trimEnd();
  return double.replaceAll(/\\([^])/g, (pair, char: string) => {
    return ESCAPES[char] ?? (/["\\$`]/.test(char) ? char : pair);
  });
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function lineLength(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return (end < 0 ? text.length : end + 1) - at;
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
