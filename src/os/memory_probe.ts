// How much memory a child and everything below it use.
import type { MemoryProbe } from "../ports/host.ts";
import type { Children } from "./children.ts";
import { pageSize } from "./libc.ts";
import { residentPages } from "./proc_fs.ts";

/**
 * Age up to which the list of descendants serves. Memory itself is read anew each time: it grows by the
 * millisecond, while a new descendant starts small. So a hundred samples in a row cost one scan.
 */
const FAMILY_AGE = 100;

/** A probe that knows the descendants from `children`. */
export function memoryProbe(children: Pick<Children, "family">): MemoryProbe {
  let bytesPerPage = 0;
  return {
    treeMemory: (pid) => {
      bytesPerPage ||= pageSize();
      let pages = 0;
      for (const stat of children.family(pid, FAMILY_AGE)) pages += residentPages(stat.pid);
      return pages * bytesPerPage;
    },
  };
}
