// Reads INI text as Python's RawConfigParser does with strict=False, and remembers where everything was.
import type { Problem } from "../base/errors.ts";
import type { Cut, Document, Entry, Place, Section, Source } from "./document.ts";
import { type IniLine, readIniLine, splitLines } from "./ini_lines.ts";
import { rstrip, strip } from "./python_text.ts";

interface OpenEntry {
  readonly key: string;
  readonly line: number;
  readonly lines: string[];
  cut: Cut | null;
}

interface OpenSection {
  readonly name: string;
  readonly line: number;
  readonly entries: Map<string, OpenEntry>;
}

interface Reader {
  readonly source: Source;
  readonly sections: Map<string, OpenSection>;
  readonly defaults: OpenSection;
  readonly problems: Problem[];
  section: OpenSection | null;
  entry: OpenEntry | null;
  /** Indentation of the last key or section; deeper lines continue the value. */
  indent: number;
  /** Something stood before the first section. */
  headless: boolean;
}

/** Takes any text and never throws; what cannot be read is among the problems. */
export function readIni(text: string, source: Source): Document {
  const reader: Reader = {
    source,
    sections: new Map(),
    defaults: { name: "DEFAULT", line: 0, entries: new Map() },
    problems: [],
    section: null,
    entry: null,
    indent: 0,
    headless: false,
  };
  splitLines(text).forEach((line, index) => takeLine(reader, readIniLine(line), index + 1));
  return {
    sections: [...reader.sections.values()].map((section) => closeSection(section, source)),
    defaults: closeEntries(reader.defaults, source),
    problems: reader.problems,
  };
}

function takeLine(reader: Reader, line: IniLine, number: number): void {
  if (line.text === "") {
    // An empty line belongs to the value above it, a line that holds only a comment does not.
    if (!line.commented) reader.entry?.lines.push("");
    return;
  }
  if (reader.entry !== null && line.indent > reader.indent) {
    reader.entry.lines.push(line.text);
    noteCut(reader.entry, line, number);
    return;
  }
  reader.indent = line.indent;
  const header = sectionHeader(line.text);
  if (header !== null) openSection(reader, header, number);
  else if (reader.section === null) noteHeadless(reader, line, number);
  else takeOption(reader, reader.section, line, number);
}

/** Told once: the rest of such a file would only repeat it. */
function noteHeadless(reader: Reader, line: IniLine, number: number): void {
  if (reader.headless) return;
  reader.headless = true;
  const { file } = reader.source;
  const advice = /\.[cm]?[jt]s$/.test(file)
    ? `a script is no manifest: write one with [program.NAME] and script = ${JSON.stringify(file)}`
    : "start with [program:NAME]";
  addProblem(reader, number, `No section before ${quote(line.text)}`, advice);
}

function sectionHeader(text: string): string | null {
  if (!text.startsWith("[")) return null;
  const end = text.lastIndexOf("]");
  return end > 1 ? text.slice(1, end) : null;
}

function openSection(reader: Reader, name: string, line: number): void {
  reader.entry = null;
  if (name === "DEFAULT") {
    reader.section = reader.defaults;
    return;
  }
  const section = reader.sections.get(name) ?? { name, line, entries: new Map() };
  reader.sections.set(name, section);
  reader.section = section;
}

function takeOption(reader: Reader, section: OpenSection, line: IniLine, number: number): void {
  // supervisord takes it for a key of the section before, whose keys the next lines would then set again.
  if (/^\[(program|group|eventlistener|fcgi-program):[^=\]]*$/.test(line.text)) {
    addProblem(reader, number, `Cannot read ${quote(line.text)} as a section`, "close it with ]");
    reader.entry = null;
    reader.section = { name: "", line: number, entries: new Map() };
    return;
  }
  const delimiter = line.text.search(/[=:]/);
  if (delimiter < 0) {
    addProblem(reader, number, `Cannot read ${quote(line.text)}`, "write KEY = VALUE");
    return;
  }
  const key = rstrip(line.text.slice(0, delimiter)).toLowerCase();
  if (key === "") {
    const what = `No key before "${line.text.charAt(delimiter)}"`;
    addProblem(reader, number, what, "write KEY = VALUE");
    reader.entry = null;
    return;
  }
  const entry: OpenEntry = {
    key,
    line: number,
    lines: [strip(line.text.slice(delimiter + 1))],
    cut: null,
  };
  noteCut(entry, line, number);
  noteRepeated(reader, section.entries.get(key), number);
  section.entries.set(key, entry);
  reader.entry = entry;
}

function noteCut(entry: OpenEntry, line: IniLine, number: number): void {
  if (entry.cut === null && /['"]/.test(line.comment)) {
    entry.cut = { line: number, sign: line.comment.charAt(0) };
  }
}

function noteRepeated(reader: Reader, earlier: OpenEntry | undefined, line: number): void {
  if (earlier === undefined) return;
  reader.problems.push({
    severity: "warning",
    file: reader.source.file,
    line: earlier.line,
    section: reader.section?.name ?? "",
    key: earlier.key,
    what: `Set again in line ${line}, where the value is taken from`,
    allowed: "remove one of them",
    errorIn: "strict",
  });
}

function addProblem(reader: Reader, line: number, what: string, allowed: string): void {
  const section = reader.section?.name ?? "";
  const { file } = reader.source;
  reader.problems.push({ severity: "error", file, line, section, key: "", what, allowed });
}

function quote(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 57)}...` : text}"`;
}

function closeSection(section: OpenSection, source: Source): Section {
  const place: Place = { file: source.file, line: section.line };
  return { name: section.name, dialect: "ini", place, entries: closeEntries(section, source) };
}

function closeEntries(section: OpenSection, source: Source): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const { key, line, lines, cut } of section.entries.values()) {
    const place = { file: source.file, line };
    entries.set(key, { key, value: rstrip(lines.join("\n")), place, here: source.here, cut });
  }
  return entries;
}
