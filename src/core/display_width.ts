// How many columns of a terminal a text takes: two for CJK, none for marks that sit on another character.
import { eastAsianWidth } from "get-east-asian-width";

const PLAIN = /^[\x20-\x7e]*$/;
const MARK = /^[\p{Mark}\p{Format}]$/u;

/** Columns of a text without control characters. */
export function displayWidth(text: string): number {
  // Nearly every text: tables have thousands.
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x7f) width++;
    else if (!MARK.test(char)) width += eastAsianWidth(code);
  }
  return width;
}

/** Fills a text with spaces up to `width` columns. */
export function padToWidth(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}
