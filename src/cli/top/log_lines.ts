// Draws the log below the table of `runner top`.
import { type AnsiColour, type AnsiStyle, PLAIN, readAnsi } from "../../core/ansi_spans.ts";
import { displayWidth } from "../../core/display_width.ts";
import { lastRewrite, visibleText } from "../../core/visible_text.ts";
import type { LogLineView } from "../../control/api/types.ts";
import { cutToWidth } from "../text_table.ts";
import type { Ink } from "./ink.ts";
import type { TopState } from "./top_state.ts";

const TAB = "        ";
/** A wider terminal does not exist, and measuring a line of a megabyte takes long. */
const LONGEST = 2000;

/** A title and the last lines, or those further back. */
export function logLines(
  { log, size }: TopState,
  { height, ink }: { readonly height: number; readonly ink: Ink },
): readonly string[] {
  if (log === null) return [];
  const end = log.lines.length - log.back;
  const shown = log.lines.slice(Math.max(0, end - height), end);
  const hasPrefix = log.ids.length > 1;
  const where = log.back === 0 ? "" : ` (${log.back} lines back, page down goes on)`;
  const title = `── ${visibleText(log.title)}${where} `;
  const rule = cutToWidth(title, size.columns) +
    "─".repeat(Math.max(0, size.columns - displayWidth(title)));
  const lines = shown.map((line) => logLine(line, { hasPrefix, columns: size.columns, ink }));
  if (lines.length === 0) lines.push(ink(cutToWidth("Nothing yet", size.columns), "dim"));
  while (lines.length < height) lines.push("");
  return [ink(rule, "dim"), ...lines];
}

function logLine(
  line: LogLineView,
  { hasPrefix, columns, ink }: {
    readonly hasPrefix: boolean;
    readonly columns: number;
    readonly ink: Ink;
  },
): string {
  const prefix = hasPrefix ? `${visibleText(line.shown)}  ` : "";
  const head = cutToWidth(prefix + (line.stream === "stderr" ? "! " : ""), columns);
  const { spans } = readAnsi(lastRewrite(line.line.slice(0, LONGEST)));
  let room = columns - displayWidth(head);
  let text = ink(head, line.stream === "stderr" ? "red" : "dim");
  for (const span of spans) {
    if (room <= 0) break;
    const shown = cutToWidth(visibleText(span.text.replaceAll("\t", TAB)), room);
    room -= displayWidth(shown);
    text += dressed(shown, span.style, ink);
  }
  return text;
}

/** Colours only where the ink gives any: with NO_COLOR the program's are left out, too. */
function dressed(text: string, style: AnsiStyle, ink: Ink): string {
  if (style === PLAIN || ink("", "red") === "") return text;
  const codes = [
    style.isBold ? "1" : "",
    style.isDim ? "2" : "",
    style.isItalic ? "3" : "",
    style.isUnderlined ? "4" : "",
    style.isInverse ? "7" : "",
    style.front === null ? "" : colourCode(style.front, 0),
    style.back === null ? "" : colourCode(style.back, 10),
  ].filter((code) => code !== "");
  return codes.length === 0 ? text : `\x1b[${codes.join(";")}m${text}\x1b[0m`;
}

function colourCode(colour: AnsiColour, offset: number): string {
  if (colour.kind === "rgb") {
    return `${38 + offset};2;${colour.red};${colour.green};${colour.blue}`;
  }
  return String((colour.number < 8 ? 30 : 82) + colour.number + offset);
}
