// Reads the text of a systemd unit: sections, keys that may stand often, lines that go on after a backslash.
import type { Field } from "./field.ts";

export interface UnitEntry extends Field<string> {
  readonly section: string;
}

export interface UnitFault {
  readonly line: number;
  readonly what: string;
  /** Where it is another than the unit's. */
  readonly file?: string;
}

export interface UnitText {
  readonly entries: readonly UnitEntry[];
  readonly faults: readonly UnitFault[];
}

/** Takes any text and never throws. */
export function readUnit(text: string): UnitText {
  const entries: UnitEntry[] = [];
  const faults: UnitFault[] = [];
  let section = "";
  for (const { line, content } of logicalLines(text)) {
    if (content === "") continue;
    const header = /^\[([^\]]+)\]$/.exec(content);
    const equals = content.indexOf("=");
    if (header !== null) section = header[1] ?? "";
    else if (equals <= 0) faults.push({ line, what: "Cannot read as KEY=VALUE" });
    else if (section === "") faults.push({ line, what: "Stands outside any section" });
    else {
      const key = content.slice(0, equals).trim();
      entries.push({ section, key, line, value: content.slice(equals + 1).trim() });
    }
  }
  return { entries, faults };
}

interface LogicalLine {
  /** Where it begins. */
  readonly line: number;
  readonly content: string;
}

/** Comments are left out, also between a line and what continues it. */
function logicalLines(text: string): readonly LogicalLine[] {
  const lines: LogicalLine[] = [];
  let open: LogicalLine | null = null;
  const all = (text.startsWith("\uFEFF") ? text.slice(1) : text).split(/\r?\n/);
  all.forEach((raw, index) => {
    if (/^\s*[#;]/.test(raw)) return;
    const goesOn = raw.endsWith("\\");
    const piece = goesOn ? `${raw.slice(0, -1)} ` : raw;
    const whole: LogicalLine = open === null
      ? { line: index + 1, content: piece }
      : { line: open.line, content: open.content + piece };
    open = goesOn ? whole : null;
    if (!goesOn) lines.push({ ...whole, content: whole.content.trim() });
  });
  if (open !== null) lines.push(open);
  return lines;
}
