// Decides what a specifier in a script means: a file beside it, a part of the runtime, a package in node_modules.
import { isBuiltin } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { BUNDLE } from "./script_fault.ts";
import {
  isCommonModule,
  kindOf,
  packageFile,
  packageFolder,
  packageOwnName,
} from "./script_packages.ts";

export type Resolved =
  /** A module of the script's own: to be read. */
  | { readonly kind: "script"; readonly url: string }
  /** A module of CommonJS: to be required. */
  | { readonly kind: "common"; readonly url: string }
  /** Something the runtime loads by itself. */
  | { readonly kind: "native"; readonly url: string }
  | { readonly kind: "fault"; readonly what: string; readonly advice: string };

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
  if (specifier.startsWith("#")) return resolveOwnName(specifier, from);
  if (isBuiltin(specifier)) return { kind: "native", url: `node:${specifier}` };
  return resolvePackage(specifier, from);
}

/** What `import.meta.resolve` gives. Throws TypeError for what is not there. */
export function resolveUrl(specifier: string, from: string): string {
  if (/^(\.\.?\/|\/)/.test(specifier)) return new URL(specifier, from).href;
  const found = resolveSpecifier(specifier, from);
  if (found.kind === "fault") throw new TypeError(found.what);
  return found.url;
}

/** `#name`: what the package of the module calls so. */
function resolveOwnName(specifier: string, from: string): Resolved {
  const found = packageOwnName(specifier, fileURLToPath(from));
  if (found === null) {
    const what = `Cannot import "${specifier}": no "imports" of the package.json above has it`;
    return { kind: "fault", what, advice: "" };
  }
  return resolveSpecifier(found.target, pathToFileURL(`${found.folder}/package.json`).href);
}

function judgeFile(url: string, specifier: string): Resolved {
  const path = fileURLToPath(url);
  const kind = kindOf(path);
  const typed = typedOf(path);
  // As TypeScript itself wants it: named as it would be once it is compiled.
  if (kind === "missing" && kindOf(typed) === "file") {
    return judgeFile(pathToFileURL(typed).href, specifier);
  }
  if (kind !== "file") {
    const what = `Cannot import "${specifier}": ${
      kind === "folder" ? "it is a directory" : "no such file"
    }`;
    const near = [".ts", ".js", ".mts", ".mjs", "/index.ts", "/index.js"]
      .find((end) => kindOf(path + end) === "file");
    const guess = near === undefined ? null : specifier + near;
    return { kind: "fault", what, advice: guess === null ? "" : `Did you mean "${guess}"?` };
  }
  if (/\.(json|wasm)$/.test(path)) return { kind: "native", url };
  if (/\.[jt]sx$/.test(path)) {
    const what = `Cannot import "${specifier}": JSX is not supported`;
    return { kind: "fault", what, advice: BUNDLE };
  }
  if (path.endsWith(".cts")) {
    const what = `Cannot import "${specifier}": TypeScript of CommonJS is not supported`;
    return { kind: "fault", what, advice: "Write it with import and export, and call it .ts" };
  }
  if (path.endsWith(".node")) {
    return { kind: "fault", what: `Cannot import "${specifier}": it is native code`, advice: "" };
  }
  return { kind: isCommonModule(path) ? "common" : "script", url };
}

/** `x.ts` for `x.js`, `x.mts` for `x.mjs`; others stay. */
function typedOf(path: string): string {
  return path.replace(/\.(m?)js$/, ".$1ts");
}

function resolvePackage(specifier: string, from: string): Resolved {
  const parts = specifier.split("/");
  const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  const folder = packageFolder(name, fileURLToPath(from));
  if (folder === null) {
    const what = `Cannot import "${specifier}": no node_modules above the script has it`;
    return { kind: "fault", what, advice: `${aliasAdvice(specifier)}${BUNDLE}` };
  }
  const file = packageFile(folder, specifier, specifier.slice(name.length + 1));
  if (file !== null) return judgeFile(pathToFileURL(file).href, specifier);
  const what = `Cannot import "${specifier}": the package in ${folder} does not offer it`;
  return { kind: "fault", what, advice: "" };
}

function aliasAdvice(specifier: string): string {
  return /^[@~]\//.test(specifier)
    ? "What tsconfig.json calls so is not known here: write a relative path, or bundle it. "
    : `Write "./${specifier}" for a file; else: `;
}
