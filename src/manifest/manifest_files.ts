// Which files a manifest is made of: everything that is read while it is.
import type { ManifestContext } from "./context.ts";
import { absolutePath } from "./paths.ts";

export interface ManifestFiles {
  /** Absolute paths; some need not be there. */
  readonly files: ReadonlySet<string>;
  /** Absolute patterns, of files that are included. */
  readonly globs: ReadonlySet<string>;
}

/** The same machine, which remembers what was asked for. */
export function rememberFiles(
  machine: ManifestContext,
): { readonly machine: ManifestContext; readonly files: ManifestFiles } {
  const files = new Set<string>();
  const globs = new Set<string>();
  const { readText, glob, evaluate } = machine;
  // Not spread: what is seldom asked for is worked out when it is.
  const remembering = Object.assign(machine, {
    readText: (path: string) => {
      files.add(path);
      return readText(path);
    },
    glob: (pattern: string, baseDir: string) => {
      globs.add(absolutePath(pattern, baseDir));
      return glob(pattern, baseDir);
    },
    ...(evaluate === undefined ? {} : {
      evaluate: (path: string) => {
        files.add(path);
        return evaluate(path);
      },
    }),
  });
  return { machine: remembering, files: { files, globs } };
}
