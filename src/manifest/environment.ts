// The value of `environment=`: Python's legacy shlex tokens, taken in steps of four, as supervisord does.

/** The variables in the order written, or why there are none; the fault never holds a value. */
export type EnvironmentResult =
  | {
    readonly ok: true;
    readonly variables: ReadonlyMap<string, string>;
    /** Variables whose value is followed by something else than a comma: it may not be what was meant. */
    readonly odd: readonly string[];
  }
  | { readonly ok: false; readonly fault: string };

const WORD = /[A-Za-z0-9_/.+\-():]/;

interface Lexer {
  readonly text: string;
  readonly tokens: string[];
  at: number;
}

/** `A=1,B="x y"`; takes any text and never throws. */
export function readEnvironment(text: string): EnvironmentResult {
  const lexer: Lexer = { text, tokens: [], at: 0 };
  while (lexer.at < text.length) {
    const closed = takeToken(lexer);
    if (!closed) return { ok: false, fault: "No closing quotation" };
  }
  return pair(lexer.tokens);
}

/** Takes one token or some blanks; false when a quotation has no end. */
function takeToken(lexer: Lexer): boolean {
  const char = lexer.text.charAt(lexer.at);
  if (isBlank(char)) lexer.at++;
  else if (char === "#") skipLine(lexer);
  else if (char === "'" || char === '"') return takeQuoted(lexer, char);
  else if (WORD.test(char)) takeWord(lexer);
  else takeSign(lexer);
  return true;
}

function takeQuoted(lexer: Lexer, quote: string): boolean {
  const end = lexer.text.indexOf(quote, lexer.at + 1);
  if (end < 0) return false;
  lexer.tokens.push(lexer.text.slice(lexer.at, end + 1));
  lexer.at = end + 1;
  return true;
}

/** Quotation marks within a word are letters of it; a comment within it is left out and the word goes on. */
function takeWord(lexer: Lexer): void {
  let word = "";
  while (lexer.at < lexer.text.length) {
    const char = lexer.text.charAt(lexer.at);
    if (char === "#") {
      skipLine(lexer);
      continue;
    }
    if (isBlank(char)) break;
    if (!WORD.test(char) && char !== "'" && char !== '"') {
      lexer.tokens.push(word);
      takeSign(lexer);
      return;
    }
    word += char;
    lexer.at++;
  }
  lexer.tokens.push(word);
}

/** Any other character is a token of its own. */
function takeSign(lexer: Lexer): void {
  const sign = String.fromCodePoint(lexer.text.codePointAt(lexer.at) ?? 0);
  lexer.tokens.push(sign);
  lexer.at += sign.length;
}

function skipLine(lexer: Lexer): void {
  const end = lexer.text.indexOf("\n", lexer.at);
  lexer.at = end < 0 ? lexer.text.length : end + 1;
}

function isBlank(char: string): boolean {
  return char === " " || char === "\t" || char === "\r" || char === "\n";
}

/** Key, `=`, value and a separator that nobody looks at. */
function pair(tokens: readonly string[]): EnvironmentResult {
  const variables = new Map<string, string>();
  const odd: string[] = [];
  for (let at = 0; at < tokens.length; at += 4) {
    const [key = "", equals, value, separator = ","] = tokens.slice(at, at + 4);
    if (equals !== "=" || value === undefined) {
      return { ok: false, fault: endFault(variables, odd) };
    }
    if (separator !== ",") odd.push(key);
    variables.set(key, value.replace(/^['"]+|['"]+$/g, ""));
  }
  return { ok: true, variables, odd };
}

/** Names the first variable that may be at fault: what follows it could be a piece of its value. */
function endFault(variables: ReadonlyMap<string, string>, odd: readonly string[]): string {
  const last = odd[0] ?? [...variables.keys()].at(-1);
  return `Unexpected end of key/value pairs${last === undefined ? "" : ` after ${last}`}`;
}
