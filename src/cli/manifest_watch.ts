// watch_manifest: edits of the manifest, of what it includes and of files of variables are applied by themselves.
import type { Reread } from "../control/runner_face.ts";
import type { OwnLog } from "../engine/own_log.ts";
import type { ManifestFiles } from "../manifest/manifest_files.ts";
import type { Millis } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileWatcher } from "../ports/file_watch.ts";

export interface ManifestWatchParts {
  readonly files: FileWatcher;
  readonly clock: Clock;
  readonly log: Pick<OwnLog, "write">;
  /** Null: it is not there. */
  read(path: string): string | null;
  /** Reads the manifest again and applies it; says what is wrong with it otherwise. */
  update(): Promise<Reread>;
}

/** Editors write, rename and set modes; a set of files is often put in place one by one. */
const DEBOUNCE: Millis = 200;
/** Whoever writes without an end is not waited for any longer. */
const LONGEST: Millis = 5_000;

export class ManifestWatch implements Disposable {
  readonly #parts: ManifestWatchParts;
  #sources: ManifestFiles;
  /** What they held when they were last read. */
  #texts = new Map<string, string | null>();
  #handle: Disposable;
  #changed = new Set<string>();
  #timer: Disposable | null = null;
  /** When the first change came that has not been looked at. */
  #since: Millis | null = null;
  #isClosed = false;
  /** One reading at a time. */
  #turn: Promise<void> = Promise.resolve();

  constructor(sources: ManifestFiles, parts: ManifestWatchParts) {
    this.#parts = parts;
    this.#sources = sources;
    for (const path of sources.files) this.#texts.set(path, parts.read(path));
    this.#handle = this.#watch();
    parts.log.write("info", `watch_manifest: ${filesText(sources.files.size)} watched for changes`);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#timer?.[Symbol.dispose]();
    this.#handle[Symbol.dispose]();
  }

  #watch(): Disposable {
    const { files, globs } = this.#sources;
    const request = { globs: [...globs], files: [...files], ignore: [] };
    return this.#parts.files.watch(request, (path) => this.#note(path));
  }

  #note(path: string): void {
    this.#changed.add(path);
    const { clock } = this.#parts;
    const now = clock.now().mono;
    this.#since ??= now;
    this.#timer?.[Symbol.dispose]();
    this.#timer = clock.wakeAt(Math.min(now + DEBOUNCE, this.#since + LONGEST), () => {
      this.#timer = null;
      this.#since = null;
      this.#turn = this.#turn.then(() => this.#look());
    });
  }

  async #look(): Promise<void> {
    const changed = this.#changed;
    this.#changed = new Set();
    if (this.#isClosed) return;
    const first = this.#firstChange(changed);
    // Saved as it was, or told already.
    if (first === null) return;
    const { log } = this.#parts;
    log.write("info", `watch_manifest: ${first} has changed: reading the manifest again`);
    const { plan, files } = await this.#parts.update();
    if (this.#isClosed || files === undefined) return;
    // Of one with a fault not all may have been read.
    this.#sources = plan === null ? joined(this.#sources, files) : files;
    for (const path of this.#sources.files) {
      if (!this.#texts.has(path)) this.#texts.set(path, this.#parts.read(path));
    }
    // The new one first: what is on its way to the old one reaches it, too.
    const old = this.#handle;
    this.#handle = this.#watch();
    old[Symbol.dispose]();
  }

  /** Takes note of what the files hold now; null: the same as before. */
  #firstChange(changed: ReadonlySet<string>): string | null {
    let first: string | null = null;
    for (const path of this.#sources.files) {
      const text = this.#parts.read(path);
      if (text !== this.#texts.get(path)) first ??= path;
      this.#texts.set(path, text);
    }
    // One that an include finds only now.
    for (const path of changed) {
      if (!this.#sources.files.has(path) && this.#parts.read(path) !== null) first ??= path;
    }
    return first;
  }
}

function filesText(count: number): string {
  return count === 1 ? "1 file is" : `${count} files are`;
}

function joined(one: ManifestFiles, other: ManifestFiles): ManifestFiles {
  return {
    files: new Set([...one.files, ...other.files]),
    globs: new Set([...one.globs, ...other.globs]),
  };
}
