// Finds packages in the folders node_modules, and says of files in them what kind of modules they are.
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { exports as packageExports, imports as packageImports } from "resolve.exports";
import { isCommonText } from "./script_kind.ts";

const CONDITIONS = { conditions: ["import", "node", "default"], unsafe: true };

/** The folder of a package for a module at `path`; null: no node_modules above it has the package. */
export function packageFolder(name: string, path: string): string | null {
  for (let at = path.lastIndexOf("/"); at >= 0; at = path.lastIndexOf("/", at - 1)) {
    const folder = `${path.slice(0, at)}/node_modules/${name}`;
    if (kindOf(`${folder}/package.json`) === "file") return folder;
    if (at === 0) return null;
  }
  return null;
}

/** The file that stands for a package or for a part of it; null: it does not offer that. */
export function packageFile(folder: string, specifier: string, part: string): string | null {
  const entry = packageEntry(folder, part);
  if (entry !== null && kindOf(`${folder}/${entry}`) === "file") return `${folder}/${entry}`;
  try {
    // Names without endings, folders with an index, conditions of `require`.
    return createRequire(`${folder}/../`).resolve(specifier);
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
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
  // As node: `module` is for bundlers, and what it names may need one.
  const main = manifest["main"] ?? manifest["module"] ?? "index.js";
  return typeof main === "string" ? main : null;
}

/** What a package means by `#name` in a module of its own at `path`; null: nothing. */
export function packageOwnName(name: string, path: string): PackageTarget | null {
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    const folder = path.slice(0, at);
    if (kindOf(`${folder}/package.json`) !== "file") continue;
    const target = ownTarget(packageJson(folder), name);
    return target === null ? null : { folder, target };
  }
  return null;
}

interface PackageTarget {
  readonly folder: string;
  /** Relative to the folder, or another package. */
  readonly target: string;
}

function ownTarget(manifest: ReturnType<typeof packageJson>, name: string): string | null {
  try {
    return packageImports(manifest, name, CONDITIONS)?.[0] ?? null;
  } catch (error) {
    // It says so by throwing when a package has no such name.
    if (error instanceof Error) return null;
    throw error;
  }
}

/** Whether a file of JavaScript is a module of CommonJS: within packages as these say, elsewhere by its text. */
export function isCommonModule(path: string): boolean {
  if (!path.endsWith(".js")) return path.endsWith(".cjs");
  return path.includes("/node_modules/")
    ? !isEsModule(path)
    : isCommonText(Deno.readTextFileSync(path));
}

/** Whether a file is an ES module by its ending, or by what its package says. */
export function isEsModule(path: string): boolean {
  if (!path.endsWith(".js")) return path.endsWith(".mjs");
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    const folder = path.slice(0, at);
    if (folder.endsWith("/node_modules")) return false;
    if (kindOf(`${folder}/package.json`) !== "file") continue;
    const manifest = packageJson(folder);
    const main = manifest["module"];
    return manifest["type"] === "module" ||
      (typeof main === "string" && path.endsWith(main.replace(/^\.\//, "")));
  }
  return false;
}

function packageJson(folder: string): Readonly<Record<string, unknown>> & { name: string } {
  const value: unknown = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  return { name: "", ...(typeof value === "object" ? value : {}) };
}

/** What lies at a path, links followed. */
export function kindOf(path: string): "file" | "folder" | "missing" {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? "missing" : found.isDirectory() ? "folder" : "file";
}
