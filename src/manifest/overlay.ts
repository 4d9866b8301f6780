// The overlay that an operator has chosen: its tables in the manifest, and the file beside it.
import { didYouMean } from "../base/suggest.ts";
import type { ManifestContext } from "./context.ts";
import type { Document, Overlay, Section } from "./document.ts";
import { chosenEnvironment, ENVIRONMENT_VARIABLE } from "./foreign_choice.ts";
import { formatOf } from "./format.ts";
import { absolutePath, directoryOf } from "./paths.ts";
import { addError, type ProblemLog } from "./problems.ts";

export interface OverlayRequest {
  /** Of the manifest. */
  readonly path: string;
  readonly machine: ManifestContext;
  readonly problems: ProblemLog;
  /** Reads the file beside the manifest; null when it cannot be read. */
  read(path: string): Promise<Document | null>;
}

/** What is laid over the documents of a manifest, in order: nothing when nothing is chosen. */
export async function chosenOverlay(
  documents: readonly Document[],
  request: OverlayRequest,
): Promise<readonly Document[]> {
  const { path, machine, problems } = request;
  const chosen = chosenEnvironment(machine);
  const [main] = documents;
  // A file of PM2's has looked for it in its own way.
  if (chosen === null || main === undefined || main.isChosenFrom === true) return [];
  const { name, isAsked } = chosen;
  const tables = tablesOf(documents, name);
  const file = isName(name) ? overlayFile(path, name) : null;
  const isThere = file !== null &&
    machine.readText(absolutePath(file, machine.cwd)).kind !== "missing";
  const beside = isThere ? await request.read(file) : null;
  if (isThere || tables.length > 0) {
    const found = [...tables.map(asDocument), ...beside === null ? [] : [beside]];
    return found.map((document) => ({ ...document, overlay: name }));
  }
  const known = overlayNames(documents, { path, machine });
  // Set for other manifests or other programs: one without any overlay has nothing to choose from.
  if (!isAsked && known.length === 0) return [];
  const asker = isAsked ? `--environment ${name}` : `${ENVIRONMENT_VARIABLE}=${name}`;
  addError(problems, { place: { file: path, line: 0 }, section: "", key: "" }, {
    what: `There is no overlay "${name}", and ${asker} asks for it${didYouMean(name, known)}`,
    allowed: allowedText(path, name, known),
  });
  return [];
}

/** The environment that some of the documents are of; null: nothing of them depends on one. */
export function usedEnvironment(
  documents: readonly Document[],
  machine: ManifestContext,
): string | null {
  const isUsed = documents.some((one) => one.overlay !== undefined || one.isChosenFrom === true);
  return isUsed ? chosenEnvironment(machine)?.name ?? null : null;
}

/** Names of all overlays there are, in tables and in files. */
export function overlayNames(
  documents: readonly Document[],
  { path, machine }: Pick<OverlayRequest, "path" | "machine">,
): readonly string[] {
  const tables = documents.flatMap(({ overlays }) => [...overlays?.keys() ?? []]);
  return [...new Set([...tables, ...fileNames(path, machine)])];
}

function fileNames(path: string, machine: ManifestContext): readonly string[] {
  const pattern = overlayFile(path, "*");
  if (pattern === null) return [];
  const head = pattern.slice(0, pattern.indexOf("*"));
  const start = head.slice(head.lastIndexOf("/") + 1);
  const folder = directoryOf(absolutePath(path, machine.cwd));
  return machine.glob(`${start}*.toml`, folder).toSorted().flatMap((found) => {
    const name = found.slice(found.lastIndexOf("/") + 1 + start.length, -".toml".length);
    return isName(name) ? [name] : [];
  });
}

/** `runner.production.toml` for `runner.toml`; null where no file lies beside: INI stays as supervisord has it. */
function overlayFile(path: string, name: string): string | null {
  return formatOf(path) === "toml" ? path.replace(/\.toml$/i, `.${name}.toml`) : null;
}

/** What can be a part of a file's name, and no path. */
function isName(name: string): boolean {
  return /^[\w-][\w.-]*$/.test(name);
}

function tablesOf(documents: readonly Document[], name: string): readonly Overlay[] {
  return documents.flatMap(({ overlays }) => {
    const overlay = overlays?.get(name);
    return overlay === undefined ? [] : [overlay];
  });
}

function asDocument({ sections }: { readonly sections: readonly Section[] }): Document {
  return { sections, defaults: new Map(), problems: [] };
}

function allowedText(path: string, name: string, known: readonly string[]): string {
  if (known.length > 0) return `there are ${known.join(", ")}`;
  return formatOf(path) === "toml"
    ? `write [overlay.${name}.program.NAME], or a file ${overlayFile(path, name)}`
    : "only manifests in TOML have overlays, and PM2's files env_NAME";
}
