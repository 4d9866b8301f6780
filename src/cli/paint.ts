// Colours for terminals.

export type Colour = "green" | "yellow" | "red" | "dim" | "bold";

/** Puts a text in a colour, or leaves it as it is. */
export type Paint = (text: string, colour: Colour) => string;

const CODES: Readonly<Record<Colour, string>> = {
  green: "32",
  yellow: "33",
  red: "31",
  dim: "2",
  bold: "1",
};

/** Colours as a terminal takes them. */
export const coloured: Paint = (text, colour) => `\x1b[${CODES[colour]}m${text}\x1b[0m`;

/** No colours. */
export const plain: Paint = (text) => text;

/** Colours only where somebody looks, and none with NO_COLOR or on a terminal that knows none. */
export function paintFor(stream: { isTerminal(): boolean }): Paint {
  return stream.isTerminal() && !Deno.noColor && Deno.env.get("TERM") !== "dumb" ? coloured : plain;
}

/** Columns of the terminal; Infinity when the answer goes elsewhere: a script wants all of it. */
export function terminalWidth(): number {
  return Deno.stdout.isTerminal() ? Deno.consoleSize().columns : Infinity;
}
