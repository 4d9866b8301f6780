// Files as they change, seen by whoever wants to know.
import type { WatchRequest } from "../core/watch_rule.ts";

export type { WatchRequest };

export interface FileWatcher {
  /** Tells of each change of a file that counts, until it is disposed of. Never throws. */
  watch(request: WatchRequest, changed: (path: string) => void): Disposable;
}
