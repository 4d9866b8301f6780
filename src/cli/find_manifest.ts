// Which manifest a command is about: the one named, or the one that lies where manifests lie.
import { EXIT, RunnerError } from "../base/errors.ts";
import { errnoOf } from "../os/deno_errors.ts";
import type { CommandLine } from "./options.ts";

/** Names looked for in the current folder, other tools' last, then where supervisord 4.2 looks. */
const PLACES = [
  "runner.toml",
  "runner.ini",
  "supervisord.conf",
  "etc/supervisord.conf",
  "ecosystem.config.js",
  "ecosystem.config.cjs",
  "ecosystem.json",
  "Procfile",
  "/etc/runner/runner.toml",
  "/etc/supervisord.conf",
  "/etc/supervisor/supervisord.conf",
] as const;

/** The manifests that lie where they are looked for, best first. */
export function usualManifests(): readonly string[] {
  return PLACES.filter(isFile);
}

/** Path of the manifest. Throws RunnerError (status 2) when there is none. */
export function findManifest(line: CommandLine): string {
  const [word, ...more] = line.words;
  const named = line.value("configuration") ?? word;
  if (more.length > 0 || (word !== undefined && named !== word)) {
    throw new RunnerError(`Cannot run more than one manifest: ${[named, ...more].join(", ")}`, {
      exitStatus: EXIT.usage,
    });
  }
  if (named !== undefined) return existing(named);
  const found = PLACES.find(isFile);
  if (found !== undefined) return found;
  throw new RunnerError("Cannot find a manifest", {
    hint: `Name one, or put it at one of: ${PLACES.join(", ")}`,
    exitStatus: EXIT.usage,
  });
}

function existing(path: string): string {
  const fault = fileFault(path);
  if (fault === null) return path;
  throw new RunnerError(`Cannot read the manifest "${path}": ${fault}`, {
    exitStatus: EXIT.usage,
  });
}

/** Real path of the manifest of a service. Throws RunnerError for one that is gone at the next boot. */
export function lastingManifest(line: CommandLine): string {
  const path = findManifest(line);
  if (Deno.statSync(path).isFile) return Deno.realPathSync(path);
  throw new RunnerError(`Cannot install "${path}": it is not a file, to be read at each start`, {
    hint: "Write it to a file first",
    exitStatus: EXIT.usage,
  });
}

/** True for what could be read as a file. */
export function isFile(path: string): boolean {
  return fileFault(path) === null;
}

/** What keeps a path from being read as a file; null: nothing that could be seen from outside. */
export function fileFault(path: string): string | null {
  try {
    return Deno.statSync(path).isDirectory ? "it is a folder" : null;
  } catch (error) {
    const reason = errnoOf(error);
    if (reason === null) throw error;
    if (reason === "ENOENT" || reason === "ENOTDIR") return "there is no such file";
    return reason === "EACCES" ? "permission denied" : reason;
  }
}
