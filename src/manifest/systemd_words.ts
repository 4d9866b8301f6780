// The words of a systemd value: quotes, escapes, and the variables of a command.

/** The words, or null when a quotation does not end. */
export function unitWords(text: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\" && quote !== "'") {
      const escape = readEscape(text, at);
      word = (word ?? "") + escape.value;
      at += escape.length - 1;
    } else if (quote !== "") {
      if (char === quote) quote = "";
      else word = (word ?? "") + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= "";
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + char;
  }
  if (word !== null) words.push(word);
  return quote === "" ? words : null;
}

/** The commands of a line, between which a `;` stands as a word of its own. */
export function unitCommands(text: string): readonly string[] {
  const commands: string[] = [];
  let from = 0;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\" && quote !== "'") at++;
    else if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (
      char === ";" && /^(\s|$)/.test(text.slice(at + 1, at + 2)) && /\s/.test(text.charAt(at - 1))
    ) {
      commands.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return [...commands, text.slice(from).trim()].filter((command) => command !== "");
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  s: " ",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
  ";": ";",
};

interface Escape {
  readonly value: string;
  readonly length: number;
}

function readEscape(text: string, at: number): Escape {
  const code = /^\\(?:x([\da-fA-F]{2})|([0-7]{3})|u([\da-fA-F]{4}))/.exec(text.slice(at, at + 6));
  if (code !== null) {
    const [whole, hex, octal, wide] = code;
    const number = octal === undefined ? parseInt(hex ?? wide ?? "0", 16) : parseInt(octal, 8);
    return { value: String.fromCharCode(number), length: whole.length };
  }
  const known = ESCAPES[text.charAt(at + 1)];
  // What is no escape keeps its backslash.
  return known === undefined ? { value: "\\", length: 1 } : { value: known, length: 2 };
}

export interface ExpandedWords {
  readonly words: readonly string[];
  /** Variables that nobody has set. */
  readonly unknown: readonly string[];
}

/** `${X}` stands for its value, `$X` alone for the words of it, `$$` for a dollar sign. */
export function expandVariables(
  words: readonly string[],
  variable: (name: string) => string | undefined,
): ExpandedWords {
  const unknown: string[] = [];
  const value = (name: string): string => {
    const found = variable(name);
    if (found === undefined) unknown.push(name);
    return found ?? "";
  };
  const expanded = words.flatMap((word) => {
    const alone = /^\$([A-Za-z_]\w*)$/.exec(word);
    if (alone !== null) return value(alone[1] ?? "").split(/\s+/).filter((part) => part !== "");
    return [word.replaceAll(
      /\$\$|\$\{([A-Za-z_]\w*)\}/g,
      (whole, name: string | undefined) => whole === "$$" ? "$" : value(name ?? ""),
    )];
  });
  return { words: expanded, unknown };
}
