// Makes what a text hides visible: control characters and those that turn the direction of reading around.

/** U+202A–202E and U+2066–2069 let `exe.txt` look like `txt.exe`; U+2028 and U+2029 end a line. */
// deno-lint-ignore no-control-regex -- these are the characters looked for
const HIDDEN = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const ANY_HIDDEN = new RegExp(HIDDEN.source);

/** The text with every hidden character shown by its number, and lone halves of pairs replaced. */
export function visibleText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return ANY_HIDDEN.test(whole) ? whole.replace(HIDDEN, shown) : whole;
}

function shown(char: string): string {
  const code = char.charCodeAt(0);
  // Unicode has a picture for each of the first 32.
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return `<${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/** What a terminal would leave of a line with carriage returns: the text after the last of them. */
export function lastRewrite(line: string): string {
  const end = line.endsWith("\r") ? line.replace(/\r+$/, "") : line;
  const at = end.lastIndexOf("\r");
  return at < 0 ? end : end.slice(at + 1);
}
