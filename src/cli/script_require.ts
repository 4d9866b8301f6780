// Lets `require` read modules from disk: the runtime of a compiled binary looks for them in the binary only.
import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { isEsModule } from "./script_packages.ts";
import { THREADS } from "./script_threads.ts";
import { withDynamic } from "./script_rewrite.ts";

interface RequireParts {
  /** What makes a dynamic import of the module at a URL. */
  readonly dynamicOf: (url: string) => string;
  /** Puts the Worker of scripts into node's module of threads. */
  readonly thread: (all: object) => unknown;
}

/** From here on `createRequire()` and what it requires read JavaScript and JSON as node does. */
export function enableRequire({ dynamicOf, thread }: RequireParts): void {
  const { extensions } = createRequire("/");
  const script = (module: NodeJS.Module, file: string): void => {
    if (isEsModule(file)) {
      throw new TypeError(`Cannot require "${file}": it is an ES module: use import`);
    }
    const compile: unknown = Reflect.get(module, "_compile");
    if (typeof compile !== "function") throw new TypeError(`Cannot require "${file}" here`);
    const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "").replace(/^#!/, "//");
    // Loaded for those only that name it.
    if (text.includes("worker_threads")) thread(createRequire("/")(THREADS));
    Reflect.apply(compile, module, [
      withDynamic(text, dynamicOf(pathToFileURL(file).href)),
      file,
    ]);
  };
  extensions[".js"] = script;
  extensions[".cjs"] = script;
  extensions[".json"] = (module: NodeJS.Module, file: string): void => {
    module.exports = JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
  };
}

/** What a module of CommonJS exports; each is run once. The main one finds itself in `require.main`. */
export function requireFile(file: string, { isMain }: { readonly isMain: boolean }): unknown {
  const load: unknown = Reflect.get(Module, "_load");
  if (!isMain || typeof load !== "function") return createRequire(file)(file);
  return Reflect.apply(load, Module, [file, null, true]);
}
