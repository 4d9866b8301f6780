// `runner export`: the manifest in the words of an engine that runs many machines.
import { EXIT, formatProblem } from "../base/errors.ts";
import { suggest } from "../base/suggest.ts";
import { isSecret } from "../control/api/environment_view.ts";
import { type ExportedManifest, exportManifest } from "../manifest/export_manifest.ts";
import type { Exported, ExportFile, ExportOptions } from "../manifest/export_parts.ts";
import { memoryShares } from "../manifest/export_shares.ts";
import { loadPlan } from "../manifest/load_plan.ts";
import { absolutePath } from "../manifest/paths.ts";
import type { Plan } from "../manifest/plan.ts";
import { judgeProblems } from "../manifest/problems.ts";
import { machineContext } from "../os/manifest_context.ts";
import { findManifest } from "./find_manifest.ts";
import { foreignChoice } from "./foreign_options.ts";
import { problemLines } from "./load_manifest.ts";
import type { CommandLine } from "./options.ts";
import { sayLine, showText } from "./output.ts";
import { usageError } from "./usage_error.ts";

const ENGINES = ["kubernetes", "compose", "systemd", "nomad"] as const;
type Engine = typeof ENGINES[number];

/** On stdout, or as files in a folder; what the engine does otherwise is said on stderr. */
export async function exportPlan(line: CommandLine): Promise<number> {
  const engine = engineOf(line);
  const rest = { ...line, words: line.words.slice(1) };
  const path = findManifest(rest);
  const named = [absolutePath(path, Deno.cwd())];
  const machine = { ...machineContext({ named }), choice: foreignChoice(line) };
  const loaded = await loadPlan(path, machine);
  const { plan, envFiles } = loaded;
  if (plan === null) {
    const problems = judgeProblems(loaded.problems, "start");
    const errors = problems.filter(({ severity }) => severity === "error");
    for (const text of problemLines(path, errors)) sayLine(text);
    return EXIT.usage;
  }
  // Commands need not be here: they are in the image, or on the machines it goes to.
  const worth = loaded.problems.filter(({ key }) => key !== "command");
  for (const problem of worth) sayLine(formatProblem(problem));
  const shares = await memoryShares(path, machine, plan);
  const onePod = line.has("one-pod");
  // The files are not in the pod: their values go into its manifest.
  const carried = onePod ? new Map() : envFiles;
  const manifest = exportManifest(plan, { machine, envFiles: carried, shares });
  requireWhole(path, manifest);
  const options: ExportOptions = {
    image: line.value("image") ?? null,
    namespace: line.value("namespace") ?? null,
    onePod,
    envFiles,
    isSecret,
  };
  const { files, notices } = await write(engine, plan, { manifest, machine, options });
  for (const notice of notices) sayLine(`runner: ${notice}`);
  const folder = line.value("output");
  if (folder === undefined) showFiles(engine, files);
  else writeFiles(folder, files);
  return EXIT.done;
}

function engineOf(line: CommandLine): Engine {
  const [word] = line.words;
  const engine = ENGINES.find((name) => name === word);
  if (engine !== undefined) {
    if (line.has("one-pod") && engine !== "kubernetes") {
      throw usageError(`Cannot export ${engine} as one pod: only kubernetes has pods`);
    }
    return engine;
  }
  if (word === undefined) {
    throw usageError("Cannot export: no engine is named", `Use one of ${ENGINES.join(", ")}`);
  }
  const near = suggest(word, ENGINES);
  throw usageError(
    `Cannot export to "${word}": there is no such engine`,
    near === null ? `Use one of ${ENGINES.join(", ")}` : `Did you mean ${near}?`,
  );
}

function requireWhole(path: string, { faults }: ExportedManifest): void {
  if (faults.length === 0) return;
  throw usageError(`Cannot export "${path}": ${faults.join("; ")}`);
}

interface WriteRequest {
  readonly manifest: ExportedManifest;
  readonly machine: ReturnType<typeof machineContext>;
  readonly options: ExportOptions;
}

async function write(engine: Engine, plan: Plan, request: WriteRequest): Promise<Exported> {
  const { manifest, machine, options } = request;
  switch (engine) {
    case "kubernetes":
      return (await import("../manifest/export_kubernetes.ts"))
        .exportKubernetes(plan, manifest, options);
    case "compose":
      return (await import("../manifest/export_compose.ts"))
        .exportCompose(plan, manifest, { machine, options });
    case "systemd":
      return (await import("../manifest/export_systemd.ts"))
        .exportSystemd(plan, manifest, { machine, options });
    case "nomad":
      return (await import("../manifest/export_nomad.ts")).exportNomad(plan, manifest, options);
  }
}

/** Several files as one text: a stream of YAML or JSON, or units with their names above them. */
function showFiles(engine: Engine, files: readonly ExportFile[]): void {
  if (engine === "systemd") {
    showText(files.map(({ path, text }) => `# ${path}\n${text}`).join("\n"));
  } else if (engine === "nomad") showText(files.map(({ text }) => text).join(""));
  else showText(files.map(({ text }) => text).join("---\n"));
}

/** Those with secrets can be read by their owner alone. */
function writeFiles(folder: string, files: readonly ExportFile[]): void {
  Deno.mkdirSync(folder, { recursive: true });
  for (const { path, text, isSecret: hidden } of files) {
    const place = `${folder}/${path}`;
    const mode = hidden ? 0o600 : 0o644;
    Deno.writeTextFileSync(place, text, { mode });
    // A file that was there before keeps its mode otherwise.
    Deno.chmodSync(place, mode);
    sayLine(`runner: wrote ${place}${hidden ? " (holds secrets)" : ""}`);
  }
}
