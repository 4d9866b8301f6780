// One watch of files: the folders that may hold them, as they come and go, and which changes count.
import type { WatchRule } from "../core/watch_rule.ts";
import { SEEN, type Seen } from "./inotify.ts";
import { anchorsOf, isUnreachable } from "./path_anchors.ts";

/** Who watches single folders; the same number for the same folder by whatever path. */
export interface FolderWatcher {
  /** Null: it is not there, or no more can be watched. */
  add(folder: string, tree: WatchedTree): number | null;
  /** There are too many folders: this one and all in it are left out. */
  leaveOut(folder: string): void;
  /** The folder is of no use to the tree any more. */
  release(watch: number, tree: WatchedTree): void;
}

export interface TreeParts {
  readonly rule: WatchRule;
  readonly watcher: FolderWatcher;
  changed(path: string): void;
}

/** A name that decides where paths lead. */
interface Anchored {
  /** The name itself, as a path. */
  readonly place: string;
  readonly paths: Set<string>;
}

/** Reading as many takes a second or two, in which the runner does nothing else: somebody has named `/` or a link to it. */
export const MOST_FOLDERS = 10_000;

type Folders = ReadonlyMap<string, number>;

const GONE = SEEN.ignored | SEEN.selfDeleted | SEEN.selfMoved;
const COME = SEEN.created | SEEN.movedTo;

export class WatchedTree {
  readonly #parts: TreeParts;
  /** Watches of folders that may hold files, by path. */
  #folders = new Map<string, number>();
  /** The same the other way round: links may lead to one folder twice. */
  #paths = new Map<number, Set<string>>();
  /** By `watch/name`. */
  #anchors = new Map<string, Anchored>();
  #anchorWatches = new Set<number>();
  #isStale = false;

  constructor(parts: TreeParts) {
    this.#parts = parts;
  }

  /** What is there already is no change. */
  begin(): void {
    this.#lookAtAll(null);
  }

  /** Something has been seen in a folder, perhaps one of this tree. */
  take({ watch, bits, name }: Seen): void {
    const folders = [...this.#paths.get(watch) ?? []];
    if ((bits & GONE) !== 0) return this.#lose(watch, folders);
    for (const folder of folders) this.#takeEntry(joined(folder, name), bits);
    const anchored = this.#anchors.get(`${watch}/${name}`);
    if (anchored === undefined) return;
    if (bits !== SEEN.written) this.#isStale = true;
    if (!isComplete(anchored.place, bits)) return;
    for (const path of anchored.paths) this.#tell(path);
  }

  /** Events have been lost: anything may have changed. */
  takeOverflow(): void {
    this.#isStale = true;
    const [base] = this.#parts.rule.bases;
    if (base !== undefined) this.#parts.changed(base);
  }

  /** All that was seen has been taken: follows the paths anew where they may lead elsewhere. */
  settle(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#lookAtAll(this.#folders);
  }

  close(): void {
    const all = this.#watches();
    this.#folders = new Map();
    this.#paths = new Map();
    this.#anchors = new Map();
    this.#anchorWatches = new Set();
    for (const watch of all) this.#parts.watcher.release(watch, this);
  }

  #tell(path: string): void {
    if (this.#parts.rule.matches(path)) this.#parts.changed(path);
  }

  #lose(watch: number, folders: readonly string[]): void {
    const { bases } = this.#parts.rule;
    if (this.#anchorWatches.has(watch) || folders.some((one) => bases.includes(one))) {
      this.#isStale = true;
    }
    for (const folder of folders) this.#forget(folder);
  }

  #takeEntry(path: string, bits: number): void {
    if ((bits & SEEN.isFolder) !== 0) return this.#takeFolder(path, bits);
    if ((bits & COME) !== 0 && isLink(path)) this.#isStale = true;
    if (isComplete(path, bits)) this.#tell(path);
  }

  #takeFolder(path: string, bits: number): void {
    if ((bits & COME) !== 0) {
      if (this.#parts.rule.mayHold(path)) this.#walk(path, new Map(), new Set());
      return;
    }
    const below = [...this.#folders.keys()].filter((one) =>
      one === path || one.startsWith(`${path}/`)
    );
    for (const folder of below) this.#forget(folder);
    // What it held has gone with it, and nobody tells file by file.
    if (below.length > 0 && (bits & SEEN.movedFrom) !== 0) this.#parts.changed(path);
  }

  /** Watches all there is. What is in folders that were not watched before is new; null: nothing is. */
  #lookAtAll(old: Folders | null): void {
    const before = this.#watches();
    this.#folders = new Map();
    this.#paths = new Map();
    this.#anchors = new Map();
    this.#anchorWatches = new Set();
    for (const base of this.#parts.rule.bases) {
      this.#anchor(base);
      this.#walk(base, old, new Set());
    }
    const kept = this.#watches();
    for (const watch of before) if (!kept.has(watch)) this.#parts.watcher.release(watch, this);
  }

  /** `trail`: folders on the way, since links may lead round and round. */
  #walk(folder: string, old: Folders | null, trail: ReadonlySet<number>): void {
    const { rule, watcher, changed } = this.#parts;
    if (this.#folders.size >= MOST_FOLDERS) return watcher.leaveOut(folder);
    // Before it is read: what comes meanwhile is told.
    const watch = watcher.add(folder, this);
    if (watch === null || trail.has(watch)) return;
    this.#folders.set(folder, watch);
    this.#paths.set(watch, (this.#paths.get(watch) ?? new Set()).add(folder));
    const further = new Set(trail).add(watch);
    const isNew = old !== null && old.get(folder) !== watch;
    for (const { name, isDirectory, isSymlink } of entriesOf(folder)) {
      // Most are files that are no news: a look at each would take most of the time.
      if (!isDirectory && !isSymlink && !isNew) continue;
      const path = joined(folder, name);
      const isFolder = isDirectory || (isSymlink && leadsToFolder(path));
      if (isFolder ? !rule.mayHold(path) : !rule.matches(path)) continue;
      if (isSymlink) this.#anchor(path);
      if (isFolder) this.#walk(path, old, further);
      else if (isNew) changed(path);
    }
  }

  #anchor(path: string): void {
    for (const { folder, name } of anchorsOf(path)) {
      const watch = this.#parts.watcher.add(folder, this);
      if (watch === null) continue;
      this.#anchorWatches.add(watch);
      const key = `${watch}/${name}`;
      const place = joined(folder, name);
      const { paths } = this.#anchors.get(key) ?? { paths: new Set<string>() };
      this.#anchors.set(key, { place, paths: paths.add(path) });
    }
  }

  #forget(folder: string): void {
    const watch = this.#folders.get(folder);
    if (watch === undefined) return;
    this.#folders.delete(folder);
    const paths = this.#paths.get(watch);
    paths?.delete(folder);
    if (paths !== undefined && paths.size > 0) return;
    this.#paths.delete(watch);
    if (!this.#anchorWatches.has(watch)) this.#parts.watcher.release(watch, this);
  }

  #watches(): Set<number> {
    return new Set([...this.#paths.keys(), ...this.#anchorWatches]);
  }
}

/**
 * True when the file can be read as it is. One that has just been created is still being written, and told of again
 * when its writer closes it; unless it is a link, or has another name already.
 */
function isComplete(path: string, bits: number): boolean {
  if ((bits & SEEN.created) === 0) return true;
  const look = lookAt(path);
  return look !== null && (look.isSymlink || (look.isFile && (look.nlink ?? 1) > 1));
}

function isLink(path: string): boolean {
  return lookAt(path)?.isSymlink === true;
}

function lookAt(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (isUnreachable(error)) return null;
    throw error;
  }
}

function leadsToFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (isUnreachable(error)) return false;
    throw error;
  }
}

function entriesOf(folder: string): readonly Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch (error) {
    if (isUnreachable(error)) return [];
    throw error;
  }
}

function joined(folder: string, name: string): string {
  return folder === "/" ? `/${name}` : `${folder}/${name}`;
}
