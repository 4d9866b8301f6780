// The machine as manifests are read for it: files, accounts, memory, names.
import { globSync } from "node:fs";
import type { ForeignChoice } from "../manifest/foreign_choice.ts";
import type { ManifestContext, PathKind } from "../manifest/context.ts";
import { lookupGroup, lookupUser } from "./accounts.ts";
import { inheritedEnvironment } from "./byte_text.ts";
import { errnoOf } from "./deno_errors.ts";
import { isThere } from "./log_libc.ts";
import { memoryLimit } from "./memory_limit.ts";
import { textReader } from "./read_text.ts";

export interface ContextOptions {
  readonly cwd?: string;
  /** For files of other formats. */
  readonly choice?: ForeignChoice;
  /** Absolute paths that may be pipes: they are read once, for one answer. */
  readonly named?: readonly string[];
}

/** The context of this machine, now. */
export function machineContext({ named, ...options }: ContextOptions = {}): ManifestContext {
  return {
    cwd: Deno.cwd(),
    ...options,
    env: inheritedEnvironment(),
    hostName: Deno.hostname(),
    uid: Deno.uid() ?? 0,
    // A dozen files for what few manifests ask: 2 ms of the way to the first program.
    get totalMemory() {
      return memoryLimit().total;
    },
    cpus: navigator.hardwareConcurrency,
    evaluate: async (path) => await (await import("./config_module.ts")).evaluateModule(path),
    readText: textReader(named),
    glob,
    lookupUser,
    lookupGroup,
    exists: kindOf,
  };
}

/** What a path is, links followed. */
export function kindOf(path: string): PathKind {
  // Most log files are not there yet; an exception for each would take longer than to read all about its program.
  if (!isThere(path)) return "missing";
  try {
    const found = Deno.statSync(path);
    if (found.isDirectory) return "directory";
    return ((found.mode ?? 0) & 0o111) === 0 ? "file" : "executable";
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return "missing";
  }
}

function glob(pattern: string, baseDir: string): readonly string[] {
  const found = globSync(pattern, { cwd: baseDir });
  const absolute = found.map((path) => path.startsWith("/") ? path : `${baseDir}/${path}`);
  // As Python's glob: `*` matches no leading dot.
  return absolute.filter((path) => pattern.includes("/.") || !/\/\.[^/]*$/.test(path));
}
