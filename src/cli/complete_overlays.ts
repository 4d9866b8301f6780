// What completion offers for `-e`: the overlays of the manifest that the line is about.
import { NO_CHOICE } from "../manifest/foreign_choice.ts";
import { formatOf } from "../manifest/format.ts";
import { readDocuments } from "../manifest/include.ts";
import { overlayNames } from "../manifest/overlay.ts";
import { createProblemLog } from "../manifest/problems.ts";
import { machineContext } from "../os/manifest_context.ts";
import type { Candidate } from "./complete.ts";
import { isFile, usualManifests } from "./find_manifest.ts";
import type { CommandLine } from "./options.ts";

/** The manifest that is named, or the one that lies where manifests lie; other formats would have to be run. */
export async function overlayCandidates(
  words: readonly string[],
  line: CommandLine,
): Promise<readonly Candidate[]> {
  const named = words.slice(1, -1).find((word) => !word.startsWith("-") && isFile(word));
  const path = line.value("configuration") ?? named ?? usualManifests()[0];
  if (path === undefined || !isFile(path) || !["ini", "toml"].includes(formatOf(path))) return [];
  const machine = machineContext({ choice: NO_CHOICE });
  const documents = await readDocuments(path, machine, createProblemLog());
  const typed = words.at(-1) ?? "";
  return overlayNames(documents, { path, machine }).filter((name) => name.startsWith(typed))
    .map((name): Candidate => [name, "overlay"]);
}
