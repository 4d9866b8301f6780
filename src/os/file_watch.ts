// Files as they change: one inotify descriptor for all watches there are, read by the poller.
import { watchRule } from "../core/watch_rule.ts";
import type { FileWatcher, WatchRequest } from "../ports/file_watch.ts";
import { ERRNO } from "./errno.ts";
import { Inotify, inotifyFault, SEEN } from "./inotify.ts";
import type { Poller } from "./poller.ts";
import { type FolderWatcher, MOST_FOLDERS, WatchedTree } from "./watched_tree.ts";

export interface FileWatchParts {
  readonly poller: Pick<Poller, "watchReadable" | "unwatch">;
  /** Something cannot be watched; told once for each reason. */
  fault(text: string): void;
}

/** What happens to folders that come and go. */
const USUAL: readonly number[] = [-ERRNO.ENOENT, -ERRNO.ENOTDIR, -ERRNO.EACCES];

export class FileWatch implements FileWatcher, FolderWatcher, Disposable {
  readonly #parts: FileWatchParts;
  readonly #inotify = new Inotify();
  readonly #trees = new Set<WatchedTree>();
  /** Who has an interest in a folder, by the number of its watch. */
  readonly #users = new Map<number, Set<WatchedTree>>();
  readonly #told = new Set<number>();
  #isFull = false;

  constructor(parts: FileWatchParts) {
    this.#parts = parts;
    const { fd } = this.#inotify;
    if (fd < 0) this.#tell("any file", fd);
    else parts.poller.watchReadable(fd, () => this.#read());
  }

  watch(request: WatchRequest, changed: (path: string) => void): Disposable {
    const tree = new WatchedTree({ rule: watchRule(request), watcher: this, changed });
    this.#trees.add(tree);
    if (this.#inotify.fd >= 0) tree.begin();
    return {
      [Symbol.dispose]: () => {
        if (this.#trees.delete(tree)) tree.close();
      },
    };
  }

  add(folder: string, tree: WatchedTree): number | null {
    const watch = this.#inotify.add(folder);
    if (watch < 0) {
      if (!USUAL.includes(watch)) this.#tell(folder, watch);
      return null;
    }
    this.#users.set(watch, (this.#users.get(watch) ?? new Set()).add(tree));
    return watch;
  }

  leaveOut(folder: string): void {
    if (this.#isFull) return;
    this.#isFull = true;
    this.#parts.fault(
      `cannot watch ${folder} and others: there are more than ${MOST_FOLDERS} folders in all`,
    );
  }

  release(watch: number, tree: WatchedTree): void {
    const users = this.#users.get(watch);
    users?.delete(tree);
    if (users === undefined || users.size > 0) return;
    this.#users.delete(watch);
    this.#inotify.remove(watch);
  }

  [Symbol.dispose](): void {
    const { fd } = this.#inotify;
    if (fd >= 0) this.#parts.poller.unwatch(fd);
    this.#trees.clear();
    this.#inotify[Symbol.dispose]();
  }

  #read(): number {
    const touched = new Set<WatchedTree>();
    for (const seen of this.#inotify.read()) {
      if ((seen.bits & SEEN.overflow) !== 0) {
        for (const tree of this.#trees) {
          tree.takeOverflow();
          touched.add(tree);
        }
        continue;
      }
      for (const tree of [...this.#users.get(seen.watch) ?? []]) {
        tree.take(seen);
        touched.add(tree);
      }
      if ((seen.bits & SEEN.ignored) !== 0) this.#users.delete(seen.watch);
    }
    for (const tree of touched) if (this.#trees.has(tree)) tree.settle();
    return 0;
  }

  #tell(what: string, error: number): void {
    if (this.#told.has(error)) return;
    this.#told.add(error);
    this.#parts.fault(`cannot watch ${what}: ${inotifyFault(error)}`);
  }
}
