// From the text of a foreign format to a Document. Loaded only when a manifest is none of ours.
import { isCompose, readCompose } from "./compose.ts";
import { readCrontab } from "./crontab.ts";
import type { Document } from "./document.ts";
import { createDraft, fails, finishDraft, type ForeignRequest } from "./foreign.ts";
import type { Format } from "./format.ts";
import { readJson } from "./json_comments.ts";
import { absolutePath } from "./paths.ts";
import { readPm2 } from "./pm2.ts";
import { readProcfile } from "./procfile.ts";
import { readSystemd } from "./systemd.ts";
import { treeOf, type TreeReading } from "./tree.ts";

export type ForeignFormat = Exclude<Format, "ini" | "toml">;

/** Never throws for what is in the text; what cannot be read is among the problems. */
export async function readForeign(
  format: ForeignFormat,
  request: ForeignRequest,
): Promise<Document> {
  switch (format) {
    case "procfile":
      return readProcfile(request);
    case "systemd":
      return readSystemd(request);
    case "crontab":
      return readCrontab(request);
    case "json":
      return await fromJson(request);
    case "yaml":
      if (/^apiVersion:/m.test(request.text)) {
        const { isKubernetes, readKubernetes } = await import("./import_kubernetes.ts");
        if (isKubernetes(request.text)) return readKubernetes(request);
      }
      return fromTree((await import("./yaml_tree.ts")).readYaml(request.text), request);
    case "module":
      return fromTree(await readModule(request), request);
  }
}

async function fromJson(request: ForeignRequest): Promise<Document> {
  const reading = readJson(request.text);
  if (!reading.ok || reading.tree.kind !== "table" || !reading.tree.entries.has("Job")) {
    return fromTree(reading, request);
  }
  const { readNomad } = await import("./import_kubernetes.ts");
  return readNomad(reading.tree, request.source) ?? fromTree(reading, request);
}

function fromTree(reading: TreeReading, request: ForeignRequest): Document {
  if (reading.ok) {
    const { tree } = reading;
    return isCompose(tree) ? readCompose(tree, request) : readPm2(tree, request);
  }
  const { line, what, allowed } = reading.fault;
  const draft = createDraft(request);
  fails(draft, { section: null, key: "", line }, what, allowed);
  return finishDraft(draft);
}

/** A module is run, elsewhere; its text says where the keys are. */
async function readModule({ text, source, machine }: ForeignRequest): Promise<TreeReading> {
  const refuse = (what: string, allowed: string): TreeReading => {
    return { ok: false, fault: { line: 0, what, allowed } };
  };
  if (machine.evaluate === undefined) return refuse("Cannot run a module here", "write JSON");
  const reading = await machine.evaluate(absolutePath(source.file, machine.cwd));
  if (reading.kind !== "text") {
    const reason = reading.kind === "missing" ? "there is no such file" : reading.reason;
    return refuse(`Cannot read the module: ${reason}`, "");
  }
  return { ok: true, tree: treeOf(JSON.parse(reading.text), (key) => lineOf(text, key)) };
}

/** The line of a key that stands only once in the text; 0 for all others. */
function lineOf(text: string, key: string): number {
  const name = key.replaceAll(/[^\w]/g, "\\$&");
  const found = [...text.matchAll(new RegExp(`(?<![\\w$])["']?${name}["']?\\s*:`, "g"))];
  const at = found.length === 1 ? found[0]?.index : undefined;
  return at === undefined ? 0 : text.slice(0, at).split("\n").length;
}
