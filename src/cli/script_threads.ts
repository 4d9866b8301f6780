// The Worker of node:worker_threads for scripts: what it runs is loaded as the script itself is.
import { pathToFileURL } from "node:url";

/** The name of the module by which scripts import it. */
export const THREADS = "node:worker_threads";

/** The module that stands for it; `world` reaches the globals of a script. */
export function threadsModule(world: string): string {
  const text = `import all from"${THREADS}";export*from"${THREADS}";` +
    `export const Worker=globalThis[${world}].thread(all);export default all;`;
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

type Construct = new (file: string | URL, options?: ThreadOptions) => object;

interface ThreadOptions {
  readonly eval?: boolean;
}

/**
 * Puts a Worker into the module whose files are made by `entryOf`, and gives that; the same each time. Whoever requires
 * the module finds it there.
 */
export function threadClass(entryOf: (url: string) => string): (all: object) => unknown {
  let made: unknown = null;
  return (all) => {
    if (made !== null) return made;
    const native: unknown = Reflect.get(all, "Worker");
    if (!isConstructor(native)) return native;
    made = class Worker extends native {
      constructor(file: string | URL, options: ThreadOptions = {}) {
        super(options.eval === true ? file : adapted(file, entryOf), options);
      }
    };
    Reflect.set(all, "Worker", made);
    return made;
  };
}

function isConstructor(value: unknown): value is Construct {
  return typeof value === "function";
}

function adapted(file: string | URL, entryOf: (url: string) => string): string | URL {
  const name = `${file}`;
  if (/^(?!file:)[a-z]+:/.test(name)) return file;
  return new URL(entryOf(name.startsWith("file:") ? name : pathToFileURL(name).href));
}
