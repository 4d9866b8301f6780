// Shell patterns for names: `*`, `?` and `[a-z]`, matched in bounded time whatever the pattern.

/** True when the text has a character that makes it a pattern. */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/** True when the whole of `text` matches; case counts. A `[` that is never closed stands for itself. */
export function matchesGlob(text: string, pattern: string): boolean {
  const parts = partsOf(pattern);
  const chars = [...text];
  let at = 0;
  let part = 0;
  // Only the latest star is ever tried again, so that a hostile pattern costs the product of both lengths at most.
  let star = -1;
  let starAt = 0;
  while (at < chars.length) {
    const wanted = parts[part];
    if (wanted?.kind === "star") {
      star = part++;
      starAt = at;
    } else if (wanted !== undefined && matchesOne(chars[at] ?? "", wanted)) {
      part++;
      at++;
    } else if (star >= 0) {
      part = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  return parts.slice(part).every(({ kind }) => kind === "star");
}

type Part =
  | { readonly kind: "star" | "any" }
  | { readonly kind: "char"; readonly char: string }
  | { readonly kind: "set"; readonly isNegated: boolean; readonly chars: readonly string[] };

function matchesOne(char: string, part: Part): boolean {
  switch (part.kind) {
    case "star":
      return false;
    case "any":
      return true;
    case "char":
      return part.char === char;
    case "set":
      return isInSet(char, part.chars) !== part.isNegated;
  }
}

function isInSet(char: string, set: readonly string[]): boolean {
  for (let at = 0; at < set.length; at++) {
    const from = set[at] ?? "";
    const to = set[at + 1] === "-" ? set[at + 2] : undefined;
    if (to === undefined) {
      if (char === from) return true;
      continue;
    }
    if (char >= from && char <= to) return true;
    at += 2;
  }
  return false;
}

function partsOf(pattern: string): readonly Part[] {
  const chars = [...pattern];
  const parts: Part[] = [];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? "";
    const end = char === "[" ? endOfSet(chars, at) : -1;
    if (char === "*") parts.push({ kind: "star" });
    else if (char === "?") parts.push({ kind: "any" });
    else if (end < 0) parts.push({ kind: "char", char });
    else {
      parts.push(setOf(chars.slice(at + 1, end)));
      at = end;
    }
  }
  return parts;
}

/** Where the set ends; a `]` right after the opening belongs to the set. */
function endOfSet(chars: readonly string[], start: number): number {
  const isNegated = chars[start + 1] === "!" || chars[start + 1] === "^";
  return chars.indexOf("]", start + (isNegated ? 3 : 2));
}

function setOf(chars: readonly string[]): Part {
  const isNegated = chars[0] === "!" || chars[0] === "^";
  return { kind: "set", isNegated, chars: isNegated ? chars.slice(1) : chars };
}
