// Finds the text with %(process_num) that the processes of a program were made from.
import { literal } from "./foreign.ts";

/** One text a process, in the order of `numbers`; null when they do not differ by the number alone. */
export function templateOf(
  texts: readonly string[],
  numbers: readonly number[],
): string | null {
  const [first] = texts;
  if (first === undefined) return null;
  if (texts.every((text) => text === first)) return literal(first);
  const split = texts.map((text) => text.split(/(\d+)/));
  const width = split[0]?.length ?? 0;
  if (split.some((pieces) => pieces.length !== width)) return null;
  const parts = Array.from(
    { length: width },
    (_, at) => pieceTemplate(split.map((pieces) => pieces[at] ?? ""), numbers),
  );
  return parts.some((part) => part === null) ? null : parts.join("");
}

/** A run of digits that holds the number somewhere, with or without zeros in front of it. */
function pieceTemplate(pieces: readonly string[], numbers: readonly number[]): string | null {
  const [first = ""] = pieces;
  if (pieces.every((piece) => piece === first)) return literal(first);
  for (let width = 0; width <= first.length; width++) {
    const padded = numbers.map((number) => `${number}`.padStart(width, "0"));
    for (let at = first.length; at >= 0; at--) {
      const [own = ""] = padded;
      if (!first.startsWith(own, at)) continue;
      const [head, tail] = [first.slice(0, at), first.slice(at + own.length)];
      if (pieces.some((piece, index) => piece !== `${head}${padded[index]}${tail}`)) continue;
      return `${head}%(process_num)${width < 2 ? "" : `0${width}`}d${tail}`;
    }
  }
  return null;
}

/** The same for lists of texts, item by item. */
export function listTemplate(
  lists: readonly (readonly string[])[],
  numbers: readonly number[],
): readonly string[] | null {
  const length = lists[0]?.length ?? 0;
  if (lists.some((list) => list.length !== length)) return null;
  const items = Array.from(
    { length },
    (_, at) => templateOf(lists.map((list) => list[at] ?? ""), numbers),
  );
  const found = items.filter((item) => item !== null);
  return found.length === items.length ? found : null;
}
