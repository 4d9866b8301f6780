// The few habits of Python's str and int that supervisord's manifests depend on.

// str.isspace(): unlike JavaScript's \s it holds the separators 1C-1F and NEL, and not the byte order mark.
const SPACE = /[\s\u0085]/;
const SEPARATORS = [0x1c, 0x1d, 0x1e, 0x1f];

export function isSpace(char: string): boolean {
  // Nearly all there is to look at.
  if (char > " " && char < "\x7f") return false;
  return (SPACE.test(char) && char !== "\uFEFF") || SEPARATORS.includes(char.charCodeAt(0));
}

/** str.strip() */
export function strip(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text.charAt(start))) start++;
  return rstrip(text.slice(start));
}

/** str.rstrip() */
export function rstrip(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** str.split(): at runs of blanks. */
export function splitBlanks(text: string): readonly string[] {
  const words: string[] = [];
  let word = "";
  for (const char of text) {
    if (!isSpace(char)) {
      word += char;
    } else if (word !== "") {
      words.push(word);
      word = "";
    }
  }
  return word === "" ? words : [...words, word];
}

/** int(text): sign, surrounding blanks and single underscores between digits are fine; null otherwise. */
export function parseInteger(text: string): number | null {
  const bare = strip(text);
  if (!/^[+-]?\d+(?:_\d+)*$/.test(bare)) return null;
  return Number(bare.replaceAll("_", "")) + 0;
}

/** int(text, 8), negative numbers excepted. */
export function parseOctal(text: string): number | null {
  const match = /^\+?(?:0[oO]_?)?([0-7]+(?:_[0-7]+)*)$/.exec(strip(text));
  return match === null ? null : parseInt((match[1] ?? "").replaceAll("_", ""), 8);
}

/** repr(text), for messages that people know from supervisord. */
export function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}
