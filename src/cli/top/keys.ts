// Reads what a terminal sends for keys.

/** A printable character as itself, or a name: `up`, `enter`, `escape`, `ctrl-c`, … */
export type Key = string;

const SEQUENCES: ReadonlyMap<string, Key> = new Map([
  ["\x1b[A", "up"],
  ["\x1bOA", "up"],
  ["\x1b[B", "down"],
  ["\x1bOB", "down"],
  ["\x1b[C", "right"],
  ["\x1bOC", "right"],
  ["\x1b[D", "left"],
  ["\x1bOD", "left"],
  ["\x1b[H", "home"],
  ["\x1bOH", "home"],
  ["\x1b[1~", "home"],
  ["\x1b[7~", "home"],
  ["\x1b[F", "end"],
  ["\x1bOF", "end"],
  ["\x1b[4~", "end"],
  ["\x1b[8~", "end"],
  ["\x1b[5~", "page-up"],
  ["\x1b[6~", "page-down"],
  ["\x1b[3~", "delete"],
]);

const CONTROLS: ReadonlyMap<string, Key> = new Map([
  ["\r", "enter"],
  ["\n", "enter"],
  ["\t", "tab"],
  ["\x1b", "escape"],
  ["\x7f", "backspace"],
  ["\b", "backspace"],
  ["\x03", "ctrl-c"],
  ["\x0c", "ctrl-l"],
  ["\x15", "ctrl-u"],
  ["\x1a", "ctrl-z"],
]);

// deno-lint-ignore no-control-regex -- these are what keys send
const TOKEN = /\x1b\[[0-?]*[ -/]*[@-~]|\x1bO.|[^]/gu;

/** The keys in a piece of input. Sequences that mean nothing to us are left out. */
export function readKeys(input: string): Key[] {
  return [...input.matchAll(TOKEN)].flatMap(([token]) => {
    const known = SEQUENCES.get(token) ?? CONTROLS.get(token);
    if (known !== undefined) return [known];
    const isText = token.codePointAt(0) !== undefined && !/^\p{Control}/u.test(token);
    return isText ? [token] : [];
  });
}
