// `runner import`: one TOML manifest of files of other formats, and a report of what does not mean the same.
import { EXIT, formatProblem, type Problem, RunnerError } from "../base/errors.ts";
import type { ManifestContext } from "../manifest/context.ts";
import { NO_CHOICE } from "../manifest/foreign_choice.ts";
import { formatOf } from "../manifest/format.ts";
import { formatNote, importManifest } from "../manifest/import_manifest.ts";
import { loadPlan } from "../manifest/load_plan.ts";
import { absolutePath } from "../manifest/paths.ts";
import { diffPlans } from "../manifest/plan_diff.ts";
import { machineContext } from "../os/manifest_context.ts";
import { fileFault, isFile } from "./find_manifest.ts";
import { foreignChoice } from "./foreign_options.ts";
import type { CommandLine } from "./options.ts";
import { sayLine, showText } from "./output.ts";

/** The manifest on stdout or in a file; the report on stderr. Exit status 2 when a file cannot be read. */
export async function importManifests(line: CommandLine): Promise<number> {
  const paths = checkedPaths(line);
  const output = line.value("output");
  if (output !== undefined) checkOutput(output, line);
  const named = paths.map((path) => absolutePath(path, Deno.cwd()));
  const machine = { ...machineContext({ named }), choice: foreignChoice(line) };
  const { text, problems, notes } = await importManifest(paths, machine);
  for (const problem of problems) sayLine(formatProblem(problem));
  for (const note of notes) sayLine(formatNote(note));
  if (text === null) {
    sayLine("runner: Nothing has been written");
    return EXIT.usage;
  }
  if (output === undefined) showText(text);
  // It may hold passwords: whoever is to read it, too, is let in by hand.
  else Deno.writeTextFileSync(output, text, { mode: 0o600 });
  await proofread(text, { paths, machine, output: output ?? "runner.toml" });
  const count = problems.length === 1 ? "1 difference" : `${problems.length} differences`;
  sayLine(`runner: ${paths.join(", ")}: ${problems.length === 0 ? "no difference" : count}`);
  return EXIT.done;
}

function checkedPaths({ words }: CommandLine): readonly string[] {
  if (words.length === 0) {
    throw new RunnerError("Cannot import: no file is named", {
      hint: "Name one: runner import ecosystem.config.js",
      exitStatus: EXIT.usage,
    });
  }
  for (const path of words) {
    const fault = fileFault(path);
    if (fault !== null) {
      throw new RunnerError(`Cannot import "${path}": ${fault}`, {
        exitStatus: EXIT.usage,
      });
    }
    if (formatOf(path) === "toml") {
      throw new RunnerError(`Cannot import "${path}": it is a TOML manifest already`, {
        hint: `Run it: runner start ${path}`,
        exitStatus: EXIT.usage,
      });
    }
  }
  return words;
}

function checkOutput(output: string, line: CommandLine): void {
  if (formatOf(output) !== "toml") {
    throw new RunnerError(`Cannot write TOML to "${output}": its name must end in .toml`, {
      exitStatus: EXIT.usage,
    });
  }
  if (!isFile(output) || line.has("force")) return;
  throw new RunnerError(`Cannot write "${output}": it is there already`, {
    hint: "Write over it with --force",
    exitStatus: EXIT.usage,
  });
}

interface Result {
  readonly paths: readonly string[];
  readonly machine: ManifestContext;
  readonly output: string;
}

/** Reads what was written as if it lay there, and says what would not run on this machine. */
async function proofread(text: string, { paths, machine, output }: Result): Promise<void> {
  const place = absolutePath(output, machine.cwd);
  const fake: ManifestContext = {
    ...machine,
    // What was chosen is in the text by now.
    choice: NO_CHOICE,
    readText: (path) => path === place ? { kind: "text", text } : machine.readText(path),
  };
  const { plan, problems } = await loadPlan(output, fake);
  for (const problem of problems.filter(counts)) sayLine(formatProblem(problem));
  const [path, ...more] = paths;
  if (path === undefined || more.length > 0 || plan === null) return;
  const before = await loadPlan(path, machine);
  if (before.plan === null) return;
  const { added, removed, changes } = diffPlans(before.plan, plan);
  for (const id of [...added, ...removed]) {
    sayLine(`runner: ${id} is not in both: please report it`);
  }
  for (const { id, changed } of changes) {
    sayLine(`runner: ${id} differs in ${changed.join(", ")}: look at them`);
  }
}

/** What `runner check` would stop at. */
function counts({ severity, errorIn }: Problem): boolean {
  return severity === "error" || errorIn === "check";
}
