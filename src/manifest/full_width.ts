// Characters of other keyboards that look like the ones a file format wants.

interface LooksLike {
  readonly name: string;
  /** What was meant, as it is shown. */
  readonly meant: string;
}

const KNOWN: Readonly<Record<string, LooksLike>> = {
  "，": { name: "a full-width comma", meant: '","' },
  "、": { name: "an ideographic comma", meant: '","' },
  "。": { name: "an ideographic full stop", meant: '"."' },
  "“": { name: "a curly quotation mark", meant: "'\"'" },
  "”": { name: "a curly quotation mark", meant: "'\"'" },
  "„": { name: "a low quotation mark", meant: "'\"'" },
  "‘": { name: "a curly quotation mark", meant: "'\"'" },
  "’": { name: "a curly quotation mark", meant: "'\"'" },
  "「": { name: "a corner bracket", meant: "'\"'" },
  "」": { name: "a corner bracket", meant: "'\"'" },
  "【": { name: "a lenticular bracket", meant: '"["' },
  "】": { name: "a lenticular bracket", meant: '"]"' },
  "：": { name: "a full-width colon", meant: '":"' },
  "；": { name: "a full-width semicolon", meant: '";"' },
  "\u3000": { name: "an ideographic space", meant: "a space" },
  "\u00A0": { name: "a no-break space", meant: "a space" },
  "\u200B": { name: "a zero width space", meant: "nothing there" },
};

/** What a character was probably meant to be; null when it looks like nothing else. */
export function fullWidth(char: string): LooksLike | null {
  const known = KNOWN[char];
  if (known !== undefined) return known;
  const point = char.codePointAt(0) ?? 0;
  // The whole of ASCII stands once more from U+FF01 on, for columns of Chinese.
  if (point < 0xFF01 || point > 0xFF5E) return null;
  const meant = String.fromCharCode(point - 0xFF01 + 0x21);
  return { name: `a full-width ${JSON.stringify(meant)}`, meant: JSON.stringify(meant) };
}
