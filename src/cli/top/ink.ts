// The looks that `runner top` uses. What is chosen is inverted, which is no colour and stays with NO_COLOR.
import type { Paint } from "../paint.ts";

export type Ink = Paint;

/** Front and back changed over. */
export function invert(text: string): string {
  return `\x1b[7m${text}\x1b[0m`;
}
