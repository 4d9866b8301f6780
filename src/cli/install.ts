// `runner install`: makes a manifest a service of this machine, or of this user.
import { EXIT, RunnerError } from "../base/errors.ts";
import { openrcScript } from "../core/openrc_script.ts";
import { nameFault, OURS, serviceName, serviceSpec } from "../core/service_spec.ts";
import { systemdUnit } from "../core/systemd_unit.ts";
import type { ForeignChoice } from "../manifest/foreign_choice.ts";
import { ownInstances } from "../os/instance_list.ts";
import { lastingManifest } from "./find_manifest.ts";
import { foreignChoice } from "./foreign_options.ts";
import { loadManifest, problemLines } from "./load_manifest.ts";
import type { CommandLine } from "./options.ts";
import { printLine, sayLine, showText } from "./output.ts";
import { runStep } from "./run_step.ts";
import {
  type PlaceWish,
  type ServicePlace,
  servicePlace,
  textAt,
  wishOf,
} from "./service_places.ts";
import { shutdownTimeout } from "./shutdown_timeout.ts";

/** Writes the service, enables it and, with `--now`, starts it. */
export async function install(line: CommandLine): Promise<number> {
  const manifest = lastingManifest(line);
  const name = chosenServiceName(line, manifest);
  const wish = wishOf(line, name, line.has("now"));
  const text = await serviceText(manifest, wish, foreignChoice(line));
  if (text === null) return EXIT.usage;
  const place = servicePlace(wish);
  if (line.has("dry-run")) {
    showText(text);
    for (const said of dryLines(place)) sayLine(said);
    return EXIT.done;
  }
  checkRights(wish);
  checkFree(place);
  if (wish.isNow) checkNotRunning(manifest, place);
  const before = textAt(place.file);
  writeService(place, text);
  enableService(place, before);
  printLine(`Installed ${place.file}`);
  const next = wish.isNow ? "" : "It starts at the next boot; now: the same with --now. ";
  sayLine(`${next}How it is: ${place.look}`);
  if (wish.isUserService) {
    sayLine("It lives as long as you are logged in; for longer: loginctl enable-linger");
  }
  return EXIT.done;
}

/** `--name`, else a name made of the manifest's. Throws RunnerError (status 2) on one that cannot be. */
export function chosenServiceName(line: CommandLine, manifest: string): string {
  const name = line.value("name") ?? serviceName(manifest);
  const fault = nameFault(name);
  if (fault === null) return name;
  throw new RunnerError(`Cannot call a service "${name}": ${fault}`, { exitStatus: EXIT.usage });
}

/** Root only, unless it is one's own. Throws RunnerError. */
export function checkRights({ isUserService, root }: PlaceWish): void {
  if (isUserService || root !== "" || Deno.uid() === 0) return;
  throw new RunnerError("Cannot change the services of the machine: only root can", {
    hint: "Ask with sudo, or add --user for a service of your own",
  });
}

/** Null when the manifest has problems, which have been said. */
async function serviceText(
  manifest: string,
  wish: PlaceWish,
  choice: ForeignChoice,
): Promise<string | null> {
  const { name, isUserService, init } = wish;
  const directory = manifest.slice(0, Math.max(1, manifest.lastIndexOf("/")));
  const loaded = await loadManifest(manifest, {
    strictness: "start",
    cwd: directory,
    choice,
  });
  if (loaded.plan === null) {
    for (const said of problemLines(manifest, loaded.errors)) sayLine(said);
    sayLine("runner: Nothing has been installed");
    return null;
  }
  const binary = Deno.execPath();
  const { environment } = loaded;
  const own = { name, binary, manifest, environment, directory, isUserService };
  const spec = serviceSpec(loaded.plan, own, shutdownTimeout(loaded.plan));
  return init === "systemd" ? systemdUnit(spec) : openrcScript(spec);
}

function dryLines({ file, enable }: ServicePlace): readonly string[] {
  return [
    `runner: Would write this to ${file}, then run:`,
    ...enable.map((step) => `  ${step.join(" ")}`),
  ];
}

/** A service that somebody else has written stays. */
function checkFree({ file }: ServicePlace): void {
  const found = textAt(file);
  if (found === null || found.includes(OURS)) return;
  throw new RunnerError(`Cannot write ${file}: there is one already, and it is not ours`, {
    hint: "Choose another name: --name NAME",
  });
}

function checkNotRunning(manifest: string, { look, file }: ServicePlace): void {
  const running = ownInstances().find((instance) => instance.manifest === manifest);
  // Installed again it is the service itself, which is going to be restarted.
  if (running === undefined || textAt(file) !== null) return;
  throw new RunnerError(`Cannot start it now: process ${running.pid} runs it already`, {
    hint: `Stop that one first: runner shutdown -c ${manifest}; how it is then: ${look}`,
    exitStatus: EXIT.notRunning,
  });
}

/** Beside it and renamed: whoever reads it reads all of it. */
/** What cannot be enabled is not left behind; what is only not started is, to be looked at. */
function enableService(place: ServicePlace, before: string | null): void {
  for (const step of place.enable) {
    try {
      runStep(step);
    } catch (error) {
      if (step.includes("restart")) throw error;
      if (before === null) Deno.removeSync(place.file);
      else writeService(place, before);
      throw error;
    }
  }
}

function writeService({ file, mode }: ServicePlace, text: string): void {
  try {
    Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(`${file}.new`, text);
    Deno.chmodSync(`${file}.new`, mode);
    Deno.renameSync(`${file}.new`, file);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw new RunnerError(`Cannot write ${file}: ${error.code}`, { cause: error });
  }
}
