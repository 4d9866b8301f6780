// `runner start`: reads the manifest, then runs the pool here or in the background.
import { EXIT } from "../base/errors.ts";
import type { ForeignChoice } from "../manifest/foreign_choice.ts";
import { NO_OVERRIDES, type Overrides } from "../manifest/overrides.ts";
import type { Strictness } from "../manifest/problems.ts";
import { type ReadyLine, takeReadyLine } from "../os/detach.ts";
import { ownProgram } from "../os/reexec.ts";
import { failureWord } from "./boot_word.ts";
import { findManifest } from "./find_manifest.ts";
import { foreignChoice, foreignWords } from "./foreign_options.ts";
import { loadManifest, problemLines, readable } from "./load_manifest.ts";
import type { CommandLine } from "./options.ts";
import { sayLine } from "./output.ts";
import type { RunRequest } from "./pool_ground.ts";
import { renewProgram } from "./renew_program.ts";
import { runPool } from "./run_pool.ts";

const WATCHED: Overrides = new Map([["watch_manifest", true]]);

/** Runs the pool and gives its exit status; with `--detach`, starts a runner that does. */
export async function start(line: CommandLine): Promise<number> {
  return await startManifest({
    path: findManifest(line),
    strictness: line.has("strict") ? "strict" : "start",
    overrides: line.has("watch") ? WATCHED : NO_OVERRIDES,
    choice: foreignChoice(line),
    isQuiet: line.has("quiet"),
    ready: takeReadyLine,
    detach: line.has("detach") ? (file) => detach(file, line) : null,
  });
}

async function detach(file: string, line: CommandLine): Promise<number> {
  const { startDetached } = await import("./start_detached.ts");
  const strict = line.has("strict") ? ["--strict"] : [];
  const watch = line.has("watch") ? ["--watch"] : [];
  const choice = foreignWords(foreignChoice(line));
  return await startDetached([
    "start",
    "--nodaemon",
    ...strict,
    ...watch,
    ...choice,
    "--configuration",
    file,
  ]);
}

export interface StartRequest {
  readonly path: string;
  readonly strictness: Strictness;
  readonly overrides: Overrides;
  /** For files of other formats. */
  readonly choice?: ForeignChoice;
  /** No copy of the programs' output on stdout. */
  readonly isQuiet: boolean;
  readonly ready: () => ReadyLine;
  /** Starts the manifest at an absolute path in the background; null: it is run here. */
  readonly detach: ((file: string) => Promise<number>) | null;
}

/** Reads a manifest and runs it, here or in the background. Gives the exit status. */
export async function startManifest(request: StartRequest): Promise<number> {
  const { path, strictness, overrides } = request;
  const chosen = request.choice === undefined ? {} : { choice: request.choice };
  const loaded = await loadManifest(path, { strictness, overrides, ...chosen });
  const { plan, errors } = loaded;
  if (plan === null) {
    for (const text of problemLines(path, errors)) sayLine(text);
    sayLine("runner: Nothing has been started");
    return EXIT.usage;
  }
  // From here on by its whole path: in the background the folder may change.
  const { file } = plan;
  if (request.detach !== null) return await request.detach(file);
  const ready = request.ready();
  const common = {
    path: file,
    strictness,
    overrides,
    isQuiet: request.isQuiet,
    ready,
    ...chosen,
  } as const;
  try {
    return await runAgain({ ...common, plan, manifest: readable(loaded) });
  } catch (error) {
    ready.say(failureWord(error));
    throw error;
  }
}

/** Runs the pool until it ends for good: a restart asked for over the control socket begins anew. */
export async function runAgain(request: RunRequest): Promise<number> {
  const program = ownProgram();
  for (let current = request;;) {
    const { status, next } = await runPool(current);
    if (next === null || next.plan === null) return status;
    renewProgram(program, request.ready.isAwaited);
    current = { ...current, manifest: next, plan: next.plan, adopted: null };
  }
}
