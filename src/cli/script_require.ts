// Lets `require` read modules from disk: the runtime of a compiled binary looks for them in the binary only.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isEsModule } from "./script_packages.ts";

/** From here on `createRequire()` and what it requires read JavaScript and JSON as node does. */
export function enableRequire(): void {
  const { extensions } = createRequire("/");
  const script = (module: NodeJS.Module, file: string): void => {
    if (isEsModule(file)) {
      throw new TypeError(`Cannot require "${file}": it is an ES module: use import`);
    }
    const compile: unknown = Reflect.get(module, "_compile");
    if (typeof compile !== "function") throw new TypeError(`Cannot require "${file}" here`);
    const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "").replace(/^#!/, "//");
    Reflect.apply(compile, module, [text, file]);
  };
  extensions[".js"] = script;
  extensions[".cjs"] = script;
  extensions[".json"] = (module: NodeJS.Module, file: string): void => {
    module.exports = JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
  };
}

/** What a module of CommonJS exports; each is run once. */
export function requireFile(file: string): unknown {
  return createRequire(file)(file);
}
