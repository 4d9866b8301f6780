// Decides what a specifier in a script means: a file beside it, a part of the runtime, a package in node_modules.
import { isBuiltin } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isCommonModule, kindOf, packageFile, packageFolder } from "./script_packages.ts";

export type Resolved =
  /** A module of the script's own: to be read. */
  | { readonly kind: "script"; readonly url: string }
  /** A module of CommonJS: to be required. */
  | { readonly kind: "common"; readonly url: string }
  /** Something the runtime loads by itself. */
  | { readonly kind: "native"; readonly url: string }
  | { readonly kind: "fault"; readonly what: string; readonly advice: string };

/** How a script that wants packages becomes one that needs none. */
const BUNDLE =
  "Bundle it where node is installed: npx esbuild SCRIPT --bundle --platform=node --format=esm --outfile=bundle.mjs";

/** What `specifier` means in the module `from`. */
export function resolveSpecifier(specifier: string, from: string): Resolved {
  if (/^(node|data|blob):/.test(specifier)) return { kind: "native", url: specifier };
  if (/^(npm|jsr|https?):/.test(specifier)) {
    const what = `Cannot import "${specifier}": nothing is fetched at run time`;
    return { kind: "fault", what, advice: BUNDLE };
  }
  if (/^(\.\.?\/|\/|file:)/.test(specifier) || specifier === "." || specifier === "..") {
    return judgeFile(new URL(specifier, from).href, specifier);
  }
  if (isBuiltin(specifier)) return { kind: "native", url: `node:${specifier}` };
  return resolvePackage(specifier, from);
}

function judgeFile(url: string, specifier: string): Resolved {
  const path = fileURLToPath(url);
  const kind = kindOf(path);
  if (kind !== "file") {
    const what = `Cannot import "${specifier}": ${
      kind === "folder" ? "it is a directory" : "no such file"
    }`;
    const near = [".ts", ".js", ".mts", ".mjs", "/index.ts", "/index.js"]
      .find((end) => kindOf(path + end) === "file");
    const other = path.endsWith(".js") && kindOf(`${path.slice(0, -3)}.ts`) === "file";
    const guess = near !== undefined
      ? specifier + near
      : other
      ? `${specifier.slice(0, -3)}.ts`
      : null;
    return { kind: "fault", what, advice: guess === null ? "" : `Did you mean "${guess}"?` };
  }
  if (/\.(json|wasm)$/.test(path)) return { kind: "native", url };
  if (path.endsWith(".node")) {
    return { kind: "fault", what: `Cannot import "${specifier}": it is native code`, advice: "" };
  }
  return { kind: isCommonModule(path) ? "common" : "script", url };
}

function resolvePackage(specifier: string, from: string): Resolved {
  const parts = specifier.split("/");
  const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  const folder = packageFolder(name, fileURLToPath(from));
  if (folder === null) {
    const what = `Cannot import "${specifier}": no node_modules above the script has it`;
    return { kind: "fault", what, advice: `Write "./${specifier}" for a file; else: ${BUNDLE}` };
  }
  const file = packageFile(folder, specifier, specifier.slice(name.length + 1));
  if (file !== null) return judgeFile(pathToFileURL(file).href, specifier);
  const what = `Cannot import "${specifier}": the package in ${folder} does not offer it`;
  return { kind: "fault", what, advice: "" };
}
