// `runner uninstall`: stops a service that `runner install` has made, and removes it.
import { EXIT, RunnerError } from "../base/errors.ts";
import { OURS } from "../core/service_spec.ts";
import { isFile, usualManifests } from "./find_manifest.ts";
import { checkRights, chosenServiceName } from "./install.ts";
import type { CommandLine } from "./options.ts";
import { printLine, sayLine } from "./output.ts";
import { runStep } from "./run_step.ts";
import { servicePlace, textAt, wishOf } from "./service_places.ts";

/** Stops, disables and removes. */
export function uninstall(line: CommandLine): number {
  const name = chosenServiceName(line, manifestOf(line));
  const wish = wishOf(line, name, true);
  const place = servicePlace(wish);
  const found = textAt(place.file);
  if (found === null) {
    throw new RunnerError(`Cannot find the service "${name}": there is no ${place.file}`, {
      hint: "Name the manifest it was installed for, or the service itself: --name NAME",
      exitStatus: EXIT.noSuchProgram,
    });
  }
  if (!found.includes(OURS)) {
    throw new RunnerError(`Cannot remove ${place.file}: runner install has not written it`);
  }
  if (line.has("dry-run")) {
    sayLine(`runner: Would remove ${place.file}, and run before and after:`);
    for (const step of [...place.disable, ...place.removed]) sayLine(`  ${step.join(" ")}`);
    return EXIT.done;
  }
  checkRights(wish);
  for (const step of place.disable) runStep(step);
  Deno.removeSync(place.file);
  for (const step of place.removed) runStep(step);
  printLine(`Removed ${place.file}`);
  return EXIT.done;
}

/** The manifest that gives the service its name; it may be gone by now. */
function manifestOf(line: CommandLine): string {
  const named = line.value("configuration") ?? line.words[0];
  if (named === undefined) return usualManifests()[0] ?? "runner";
  return isFile(named) ? Deno.realPathSync(named) : named;
}
