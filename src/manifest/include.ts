// Reads the manifest's file and the files it includes.
import type { ManifestContext } from "./context.ts";
import type { Document, Entry, Source } from "./document.ts";
import { expand, type Names } from "./expand.ts";
import { chosenEnvironment, NO_CHOICE } from "./foreign_choice.ts";
import { formatOf } from "./format.ts";
import { readIni } from "./ini.ts";
import { chosenOverlay } from "./overlay.ts";
import { absolutePath, directoryOf } from "./paths.ts";
import { addError, addProblem, addWarning, type ProblemLog, type Spot } from "./problems.ts";
import { INCLUDE } from "./settings_server.ts";

/** The document of a file and those it includes, in the order in which they override; none when unreadable. */
export async function readDocuments(
  path: string,
  machine: ManifestContext,
  problems: ProblemLog,
): Promise<readonly Document[]> {
  const whole: Spot = { place: { file: path, line: 0 }, section: "", key: "" };
  const main = await readDocument(path, { machine, problems, spot: whole, severity: "error" });
  if (main === null) return [];
  const documents = [main];
  for (const file of includedFiles(main, { path, machine, problems })) {
    const spot = includeSpot(main) ?? whole;
    const included = await readDocument(file, { machine, problems, spot, severity: "warning" });
    if (included !== null) documents.push(withoutIncludes(included, "an included file", problems));
  }
  const read = async (file: string) => {
    const found = await readDocument(file, { machine, problems, spot: whole, severity: "error" });
    return found === null ? null : alone(withoutIncludes(found, "an overlay", problems), problems);
  };
  return [...documents, ...await chosenOverlay(documents, { path, machine, problems, read })];
}

function withoutIncludes(document: Document, who: string, problems: ProblemLog): Document {
  const nested = includeSpot(document);
  if (nested === null) return document;
  const what = `Ignored: ${who} cannot include others`;
  addWarning(problems, nested, { what, allowed: "", errorIn: "check" });
  return { ...document, sections: document.sections.filter(({ name }) => name !== "include") };
}

/** The file of an overlay, without tables of overlays. */
function alone(document: Document, problems: ProblemLog): Document {
  const { overlays, ...rest } = document;
  for (const [name, { place }] of overlays ?? []) {
    const what = "Ignored: the file of an overlay cannot hold others";
    const complaint = { what, allowed: "put it into the manifest", errorIn: "check" } as const;
    addWarning(problems, { place, section: `overlay.${name}`, key: "" }, complaint);
  }
  return rest;
}

interface ReadRequest {
  readonly machine: ManifestContext;
  readonly problems: ProblemLog;
  /** Where it is said that the file cannot be read. */
  readonly spot: Spot;
  readonly severity: "error" | "warning";
}

async function readDocument(path: string, request: ReadRequest): Promise<Document | null> {
  const { machine, problems, spot } = request;
  const absolute = absolutePath(path, machine.cwd);
  const reading = machine.readText(absolute);
  if (reading.kind !== "text") {
    const reason = reading.kind === "missing" ? "there is no such file" : reading.reason;
    const complaint = { what: `Cannot read "${path}": ${reason}`, allowed: "" };
    if (request.severity === "error") addError(problems, spot, complaint);
    else addWarning(problems, spot, { ...complaint, errorIn: "check" });
    return null;
  }
  noteForeignBytes(path, reading.text, problems);
  const source = { file: path, here: directoryOf(absolute) };
  const document = await parseText(reading.text, source, machine);
  for (const problem of document.problems) addProblem(problems, problem);
  return document;
}

async function parseText(
  text: string,
  source: Source,
  machine: ManifestContext,
): Promise<Document> {
  const format = formatOf(source.file);
  if (format === "ini") return readIni(text, source);
  if (format === "toml") return (await import("./toml.ts")).readToml(text, source);
  const { readForeign } = await import("./foreign_document.ts");
  const chosen = chosenEnvironment(machine);
  return await readForeign(format, {
    text,
    source,
    machine,
    choice: { ...(machine.choice ?? NO_CHOICE), env: chosen?.name ?? null },
  });
}

/** A file in GBK or Latin-1 is better noticed here than by garbled names in a log. */
function noteForeignBytes(file: string, text: string, problems: ProblemLog): void {
  const at = text.indexOf("\uFFFD");
  if (at < 0) return;
  const line = text.slice(0, at).split("\n").length;
  addWarning(problems, { place: { file, line }, section: "", key: "" }, {
    what: "The file is not UTF-8",
    allowed: "convert it, or some characters will be wrong",
    errorIn: "check",
  });
}

function includeSpot(document: Document): Spot | null {
  const section = document.sections.find((one) => one.name === "include");
  return section === undefined ? null : { place: section.place, section: "include", key: "" };
}

interface IncludeRequest {
  readonly path: string;
  readonly machine: ManifestContext;
  readonly problems: ProblemLog;
}

function includedFiles(main: Document, request: IncludeRequest): readonly string[] {
  const { path, machine, problems } = request;
  const section = main.sections.find((one) => one.name === "include");
  if (section === undefined) return [];
  const entry = section.entries.get("files");
  if (entry === undefined) {
    const spot = { place: section.place, section: "include", key: "files" };
    addError(problems, spot, {
      what: "Required, but not set",
      allowed: INCLUDE.files.type.allowed,
    });
    return [];
  }
  const spot = { place: entry.place, section: "include", key: "files" };
  const base = directoryOf(absolutePath(path, machine.cwd));
  return includePatterns(entry, { spot, machine, problems }).flatMap((pattern) => {
    const files = machine.glob(pattern, base).toSorted();
    if (files.length === 0) {
      addWarning(problems, spot, { what: `No file matches "${pattern}"`, allowed: "" });
    }
    return files;
  });
}

interface PatternRequest {
  readonly spot: Spot;
  readonly machine: ManifestContext;
  readonly problems: ProblemLog;
}

function includePatterns(entry: Entry, request: PatternRequest): readonly string[] {
  const { spot, machine, problems } = request;
  const names: Names = {
    values: new Map([["host_node_name", machine.hostName]]),
    env: new Map(Object.entries(machine.env)),
  };
  const expansion = expand(entry.value, { names, here: entry.here });
  if (!expansion.ok) {
    addError(problems, spot, expansion);
    return [];
  }
  const { here, cut } = entry;
  const reading = INCLUDE.files.type.read(expansion.value, { dialect: "ini", machine, here, cut });
  if (reading.ok) return reading.value ?? [];
  addError(problems, spot, reading);
  return [];
}
