// How lines look in logs: with time and name as text or JSON, or behind a coloured name in the foreground.
import type { ByteBuilder } from "../base/byte_builder.ts";
import type { Millis } from "../manifest/plan.ts";
import { padToWidth } from "./display_width.ts";

/** Who writes a line. */
export interface LineOrigin {
  readonly program: string;
  /** Name of the process within its group. */
  readonly name: string;
  /** `group:name`. */
  readonly process: string;
  readonly stream: "stdout" | "stderr";
}

/** Adds one line, given without its line end, as it is to be written. */
export type LineFormat = (line: Uint8Array, out: ByteBuilder) => void;

const NEWLINE = 10;
const RETURN = 13;
const DECODER = new TextDecoder();

/** Local time as supervisord writes it: `2026-11-21 09:43:00,123`. */
export function localStamp(wall: Millis): string {
  const at = new Date(wall);
  const two = (value: number) => String(value).padStart(2, "0");
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return `${date} ${time},${String(at.getMilliseconds()).padStart(3, "0")}`;
}

/** `2026-11-21 09:43:00,123 web stdout: the line`. */
export function textFormat(origin: LineOrigin, wall: Millis): LineFormat {
  return headFormat(
    new TextEncoder().encode(`${localStamp(wall)} ${origin.name} ${origin.stream}: `),
  );
}

/** `{"time":…,"program":…,"process":…,"stream":…,"message":…}`; bytes that are no UTF-8 become U+FFFD. */
export function jsonFormat(origin: LineOrigin, wall: Millis): LineFormat {
  const { program, process, stream } = origin;
  const time = new Date(wall).toISOString();
  const head = JSON.stringify({ time, program, process, stream }).slice(0, -1);
  return (line, out) => {
    const message = DECODER.decode(withoutReturn(line));
    out.addText(`${head},"message":${JSON.stringify(message)}}\n`);
  };
}

/** Each line behind the same bytes. */
export function headFormat(head: Uint8Array): LineFormat {
  return (line, out) => {
    out.add(head);
    out.add(withoutReturn(line));
    out.addByte(NEWLINE);
  };
}

/** A line that ended with CR LF. */
function withoutReturn(line: Uint8Array): Uint8Array {
  return line[line.length - 1] === RETURN ? line.subarray(0, -1) : line;
}

/** Cyan, yellow, green, magenta, blue, and their bright forms: readable on light and dark ground. */
const COLOURS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

/** `name      | `, aligned to `width` columns; `index` chooses the colour, null is none. */
export function foregroundHead(name: string, width: number, index: number | null): Uint8Array {
  const label = `${padToWidth(name, width)} |`;
  const colour = index === null ? undefined : COLOURS[index % COLOURS.length];
  const text = colour === undefined ? `${label} ` : `\x1b[${colour}m${label}\x1b[0m `;
  return new TextEncoder().encode(text);
}
