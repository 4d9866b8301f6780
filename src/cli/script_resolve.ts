// Decides what a specifier in a script means: a file beside it, a part of the runtime, a package in node_modules.
import { readFileSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { exports as packageExports } from "resolve.exports";

export type Resolved =
  /** A module of the script's own: to be read. */
  | { readonly kind: "script"; readonly url: string }
  /** Something the runtime loads by itself. */
  | { readonly kind: "native"; readonly url: string }
  | { readonly kind: "fault"; readonly what: string; readonly advice: string };

/** How a script that wants packages becomes one that needs none. */
const BUNDLE =
  "Bundle it where node is installed: npx esbuild SCRIPT --bundle --platform=node --format=esm --outfile=bundle.mjs";

const CONDITIONS = { conditions: ["import", "node", "default"], unsafe: true };

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
  if (/\.(cjs|cts|node)$/.test(path) || isCommonPackage(path)) {
    const what = `Cannot import "${specifier}": it is a CommonJS module`;
    return { kind: "fault", what, advice: BUNDLE };
  }
  return { kind: "script", url };
}

/** Packages with ES modules are read where they are; the others need a bundler. */
function resolvePackage(specifier: string, from: string): Resolved {
  const parts = specifier.split("/");
  const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  const folder = packageFolder(name, fileURLToPath(from));
  if (folder === null) {
    const what = `Cannot import "${specifier}": no node_modules above the script has it`;
    return { kind: "fault", what, advice: `Write "./${specifier}" for a file; else: ${BUNDLE}` };
  }
  const entry = packageEntry(folder, specifier.slice(name.length + 1));
  if (entry !== null) return judgeFile(pathToFileURL(`${folder}/${entry}`).href, specifier);
  const what = `Cannot import "${specifier}": the package does not offer it as an ES module`;
  return { kind: "fault", what, advice: BUNDLE };
}

function packageFolder(name: string, path: string): string | null {
  for (let at = path.lastIndexOf("/"); at >= 0; at = path.lastIndexOf("/", at - 1)) {
    const folder = `${path.slice(0, at)}/node_modules/${name}`;
    if (kindOf(`${folder}/package.json`) === "file") return folder;
    if (at === 0) return null;
  }
  return null;
}

function packageEntry(folder: string, part: string): string | null {
  const manifest = packageJson(folder);
  if (manifest["exports"] !== undefined) {
    try {
      return packageExports(manifest, part === "" ? "." : `./${part}`, CONDITIONS)?.[0] ?? null;
    } catch (error) {
      // It says so by throwing when a package does not export the part.
      if (error instanceof Error) return null;
      throw error;
    }
  }
  if (part !== "") return part;
  const main = manifest["module"] ?? manifest["main"] ?? "index.js";
  return typeof main === "string" ? main : null;
}

/** Whether a .js file belongs to a package whose modules are CommonJS. */
function isCommonPackage(path: string): boolean {
  const inside = path.lastIndexOf("/node_modules/");
  if (inside < 0 || !path.endsWith(".js")) return false;
  for (let at = path.lastIndexOf("/"); at > inside; at = path.lastIndexOf("/", at - 1)) {
    const folder = path.slice(0, at);
    if (kindOf(`${folder}/package.json`) !== "file") continue;
    const manifest = packageJson(folder);
    const isModule = typeof manifest["module"] === "string" &&
      path.endsWith(manifest["module"].replace(/^\.\//, ""));
    return manifest["type"] !== "module" && !isModule;
  }
  return true;
}

function packageJson(folder: string): Readonly<Record<string, unknown>> & { name: string } {
  const value: unknown = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  return { name: "", ...(typeof value === "object" ? value : {}) };
}

function kindOf(path: string): "file" | "folder" | "missing" {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? "missing" : found.isDirectory() ? "folder" : "file";
}
