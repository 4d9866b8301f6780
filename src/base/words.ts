// Splits a command line into words, exactly as Python's shlex.split does in POSIX mode.

/** The words, or why there are none, in Python's own words. */
export type WordSplit =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly fault: "No closing quotation" | "No escaped character" };

type Mode = "between" | "word" | "'" | '"';

interface Splitter {
  readonly words: string[];
  word: string;
  /** A quoted part makes a word even when it is empty. */
  quoted: boolean;
  mode: Mode;
}

/** Splits `text` at blanks; quotes and backslashes protect; comments are not known. */
export function splitWords(text: string): WordSplit {
  const splitter: Splitter = { words: [], word: "", quoted: false, mode: "between" };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\" && splitter.mode !== "'") {
      const next = text.charAt(++at);
      if (next === "") return { ok: false, fault: "No escaped character" };
      escape(splitter, next);
    } else if (splitter.mode === "'" || splitter.mode === '"') {
      insideQuotes(splitter, char);
    } else {
      outsideQuotes(splitter, char);
    }
  }
  if (splitter.mode === "'" || splitter.mode === '"') {
    return { ok: false, fault: "No closing quotation" };
  }
  finishWord(splitter);
  return { ok: true, words: splitter.words };
}

function escape(splitter: Splitter, next: string): void {
  // Within double quotes a backslash protects only itself and the quote, and stays before anything else.
  if (splitter.mode === '"' && next !== "\\" && next !== '"') splitter.word += "\\";
  splitter.word += next;
  if (splitter.mode === "between") splitter.mode = "word";
}

function insideQuotes(splitter: Splitter, char: string): void {
  if (char === splitter.mode) splitter.mode = "word";
  else splitter.word += char;
}

function outsideQuotes(splitter: Splitter, char: string): void {
  if (char === " " || char === "\t" || char === "\r" || char === "\n") {
    finishWord(splitter);
  } else if (char === "'" || char === '"') {
    splitter.quoted = true;
    splitter.mode = char;
  } else {
    splitter.word += char;
    splitter.mode = "word";
  }
}

function finishWord(splitter: Splitter): void {
  if (splitter.word !== "" || splitter.quoted) splitter.words.push(splitter.word);
  splitter.word = "";
  splitter.quoted = false;
  splitter.mode = "between";
}

/** One word as a shell would have to be given it. */
export function quoteWord(word: string): string {
  if (word !== "" && /^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}
