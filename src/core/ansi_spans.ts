// Reads the colours out of a line of output: its text without control sequences, and which part looks how.

/** A colour: one of the terminal's sixteen by its number, or red, green and blue. */
export type AnsiColour =
  | { readonly kind: "named"; readonly number: number }
  | { readonly kind: "rgb"; readonly red: number; readonly green: number; readonly blue: number };

/** How a part of a line looks; null is the terminal's own colour. */
export interface AnsiStyle {
  readonly front: AnsiColour | null;
  readonly back: AnsiColour | null;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isItalic: boolean;
  readonly isUnderlined: boolean;
  readonly isInverse: boolean;
  readonly isStruck: boolean;
}

/** A part of a line that looks the same from its first character to its last. */
export interface AnsiSpan {
  readonly text: string;
  readonly style: AnsiStyle;
}

/** A line as it came, with the style it left for the next one. */
export interface AnsiLine {
  readonly spans: readonly AnsiSpan[];
  readonly after: AnsiStyle;
}

/** The terminal's own look. A line without colours has this very object. */
export const PLAIN: AnsiStyle = {
  front: null,
  back: null,
  isBold: false,
  isDim: false,
  isItalic: false,
  isUnderlined: false,
  isInverse: false,
  isStruck: false,
};

/**
 * A control sequence, whole: CSI with its parameters and its last byte, a string such as a title or a
 * link, or a short escape. One that the end of the line cuts off is taken away, too.
 */
const SEQUENCE =
  // deno-lint-ignore no-control-regex -- control sequences begin with a control character
  /\x1b(?:\[([0-?]*)[ -/]*([@-~]?)|[PX\]^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|[ -/]*[0-Z\\`-~]?)/g;

/** Reads one line that begins in the style the line before left. */
export function readAnsi(line: string, before: AnsiStyle = PLAIN): AnsiLine {
  const spans: AnsiSpan[] = [];
  let style = before;
  let from = 0;
  for (const match of line.matchAll(SEQUENCE)) {
    if (match.index > from) push(spans, { text: line.slice(from, match.index), style });
    from = match.index + match[0].length;
    if (match[2] === "m") style = restyle(style, match[1] ?? "");
  }
  if (from < line.length) push(spans, { text: line.slice(from), style });
  return { spans, after: style };
}

function push(spans: AnsiSpan[], span: AnsiSpan): void {
  const last = spans.at(-1);
  if (last !== undefined && last.style === span.style) {
    spans[spans.length - 1] = { text: last.text + span.text, style: span.style };
  } else spans.push(span);
}

/** Applies the parameters of one SGR sequence, `1;31` say; unknown ones do nothing. */
function restyle(style: AnsiStyle, parameters: string): AnsiStyle {
  // `38:2::255:0:0` is the same colour with its own separator and an empty colour space.
  const plain = parameters.replace(/([34]8):2:[^:;]*:(\d*:\d*:\d*)/g, "$1:2:$2");
  const numbers = plain.split(/[;:]/).map((text) => text === "" ? 0 : Number(text));
  let now = style;
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] ?? 0;
    if (number === 38 || number === 48) {
      const { colour, length } = longColour(numbers.slice(at + 1));
      if (colour !== null) now = { ...now, [number === 38 ? "front" : "back"]: colour };
      at += length;
    } else now = number === 0 ? PLAIN : { ...now, ...change(number) };
  }
  return now;
}

const SWITCHES: ReadonlyMap<number, Partial<AnsiStyle>> = new Map<number, Partial<AnsiStyle>>([
  [1, { isBold: true }],
  [2, { isDim: true }],
  [3, { isItalic: true }],
  [4, { isUnderlined: true }],
  [7, { isInverse: true }],
  [9, { isStruck: true }],
  [22, { isBold: false, isDim: false }],
  [23, { isItalic: false }],
  [24, { isUnderlined: false }],
  [27, { isInverse: false }],
  [29, { isStruck: false }],
  [39, { front: null }],
  [49, { back: null }],
]);

function change(number: number): Partial<AnsiStyle> {
  const named = (base: number): AnsiColour => ({ kind: "named", number: number - base });
  if (number >= 30 && number <= 37) return { front: named(30) };
  if (number >= 40 && number <= 47) return { back: named(40) };
  if (number >= 90 && number <= 97) return { front: named(82) };
  if (number >= 100 && number <= 107) return { back: named(92) };
  return SWITCHES.get(number) ?? {};
}

/** What follows 38 or 48: `5;N` of the palette or `2;R;G;B`; how many numbers that took. */
function longColour(rest: readonly number[]): { colour: AnsiColour | null; length: number } {
  const [kind, first = 0, second = 0, third = 0] = rest;
  if (kind === 5) return { colour: paletteColour(first), length: 2 };
  if (kind !== 2) return { colour: null, length: rest.length };
  return { colour: rgb(first, second, third), length: 4 };
}

/** A colour of the palette of 256: sixteen named ones, a cube of six steps, a ramp of greys. */
function paletteColour(number: number): AnsiColour | null {
  if (!Number.isInteger(number) || number < 0 || number > 255) return null;
  if (number < 16) return { kind: "named", number };
  if (number >= 232) {
    const grey = 8 + (number - 232) * 10;
    return rgb(grey, grey, grey);
  }
  const step = (value: number) => value === 0 ? 0 : 55 + value * 40;
  const at = number - 16;
  return rgb(step(Math.floor(at / 36)), step(Math.floor(at / 6) % 6), step(at % 6));
}

function rgb(red: number, green: number, blue: number): AnsiColour {
  const byte = (value: number) => Math.min(255, Math.max(0, Math.trunc(value) || 0));
  return { kind: "rgb", red: byte(red), green: byte(green), blue: byte(blue) };
}
