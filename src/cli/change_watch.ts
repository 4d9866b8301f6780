// Watches files for the pool and for its manifest, where a manifest asks for it; costs nothing where none does.
import type { LiveRunner } from "../control/live_runner.ts";
import type { Engine } from "../engine/engine.ts";
import type { ManifestFiles } from "../manifest/manifest_files.ts";
import type { Plan } from "../manifest/plan.ts";
import type { Ground } from "./pool_ground.ts";
import type { PoolControl } from "./pool_signals.ts";

export interface ChangeWatchParts {
  readonly engine: Engine;
  readonly control: PoolControl;
  readonly runner: LiveRunner;
}

type Opened = Awaited<ReturnType<typeof open>>;

export class ChangeWatch implements Disposable {
  readonly #ground: Ground;
  #parts: ChangeWatchParts | null = null;
  #seen: Plan | null = null;
  #opened: Opened | null = null;
  #opening: Promise<void> | null = null;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** The pool has been booted. */
  begun(parts: ChangeWatchParts): void {
    this.#parts = parts;
    this.look();
  }

  /** Something has happened in the pool: it may have another plan. */
  look(): void {
    const pool = this.#parts?.engine.pool;
    if (pool === undefined || pool.plan === this.#seen) return;
    this.#seen = pool.plan;
    if (this.#opened !== null) return this.#opened.follow();
    if (wantsNone(pool.plan)) return;
    this.#opening ??= this.#open();
  }

  /** Also waits for what is being opened. */
  [Symbol.dispose](): void {
    this.#parts = null;
    this.#opened?.[Symbol.dispose]();
    this.#opened = null;
  }

  async #open(): Promise<void> {
    const parts = this.#parts;
    const { manifest } = this.#ground.request;
    if (parts === null) return;
    const opened = await open(this.#ground, parts, manifest.files ?? NO_FILES);
    // The end may have come meanwhile.
    if (this.#parts === null) return opened[Symbol.dispose]();
    this.#opened = opened;
    opened.follow();
  }
}

const NO_FILES: ManifestFiles = { files: new Set(), globs: new Set() };

function wantsNone({ runner, groups }: Plan): boolean {
  return runner.watchManifest !== true &&
    !groups.some(({ processes }) => processes.some(({ watch }) => watch !== null));
}

async function open(ground: Ground, parts: ChangeWatchParts, sources: ManifestFiles) {
  const { FileWatch } = await import("../os/file_watch.ts");
  const { ProgramWatch } = await import("../engine/program_watch.ts");
  const { ManifestWatch } = await import("./manifest_watch.ts");
  const { poller, clock, log } = ground;
  const { engine, control } = parts;
  const files = new FileWatch({ poller, fault: (text) => log.write("error", `watch: ${text}`) });
  const programs = new ProgramWatch({
    files,
    clock,
    post: (event) => engine.post(event),
    say: (text) => log.write("info", text),
  });
  const update = () => control.reread();
  let manifest: Disposable | null = null;
  return {
    /** Watches what the pool's plan says now. */
    follow(): void {
      programs.follow(engine.pool);
      const isWanted = engine.pool.plan.runner.watchManifest === true;
      if (!isWanted) {
        manifest?.[Symbol.dispose]();
        manifest = null;
      } else manifest ??= new ManifestWatch(sources, { files, clock, log, read: readText, update });
    },
    [Symbol.dispose](): void {
      manifest?.[Symbol.dispose]();
      programs[Symbol.dispose]();
      files[Symbol.dispose]();
    },
  };
}

function readText(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    // It will be said what is wrong with it when the manifest is read.
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}
