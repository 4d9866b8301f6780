// `runner __read-module FILE`: loads a plain module of JavaScript and says what it exports, for the runner that asks.
import { readFileSync, statSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";
import { EXIT } from "../base/errors.ts";
import { ANSWER_MARK } from "../os/config_module.ts";
import type { CommandLine } from "./options.ts";
import { sayLine, showText } from "./output.ts";

/** Writes the exports as JSON behind a mark, or the reason on stderr. */
export async function readModule(line: CommandLine): Promise<number> {
  const path = resolve(line.words[0] ?? "");
  // The answer goes to stdout: whatever the module has to say does not.
  console.log = console.error;
  console.info = console.error;
  try {
    const exported = isScript(path) ? runScript(path, new Map()) : await importModule(path);
    showText(`${ANSWER_MARK}${JSON.stringify(asData(exported))}`);
    return EXIT.done;
  } catch (error) {
    sayLine(error instanceof Error ? error.message : String(error));
    return EXIT.failed;
  }
}

/** PM2 calls nothing and waits for nothing, either. */
function asData(exported: unknown): unknown {
  const isLate = exported instanceof Promise;
  if (!isLate && typeof exported !== "function") return exported ?? null;
  const what = isLate ? "a promise" : "a function";
  throw new Error(`it exports ${what}: export the settings themselves, { apps: [ … ] }`);
}

async function importModule(path: string): Promise<unknown> {
  const module: unknown = await import(pathToFileURL(path).href);
  if (typeof module !== "object" || module === null) return module;
  return "default" in module ? module.default : module;
}

/** CommonJS, as Node decides it: by the ending, by package.json, by what is in the text. */
function isScript(path: string): boolean {
  if (path.endsWith(".cjs")) return true;
  if (path.endsWith(".mjs")) return false;
  const type = packageType(dirname(path));
  if (type !== null) return type !== "module";
  return !/^\s*(?:export|import)\b(?!\s*\()/m.test(readFileSync(path, "utf8"));
}

/** `type` of the nearest package.json; null where none says it. */
function packageType(folder: string): string | null {
  const file = resolve(folder, "package.json");
  if (isFile(file)) {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof content !== "object" || content === null || !("type" in content)) return null;
    return typeof content.type === "string" ? content.type : null;
  }
  return folder === dirname(folder) ? null : packageType(dirname(folder));
}

interface Script {
  exports: unknown;
}

/** Runs a CommonJS module with its module.exports and a require for files and what Node has built in. */
function runScript(path: string, loaded: Map<string, Script>): unknown {
  const known = loaded.get(path);
  if (known !== undefined) return known.exports;
  const text = readFileSync(path, "utf8").replace(/^\uFEFF/, "").replace(/^#!.*/, "");
  if (path.endsWith(".json")) return JSON.parse(text);
  const module: Script = { exports: {} };
  loaded.set(path, module);
  const names = ["exports", "require", "module", "__filename", "__dirname"];
  const run = compileFunction(text, names, { filename: path });
  const require = (name: string): unknown => requireFrom(name, path, loaded);
  run.call(module.exports, module.exports, require, module, path, dirname(path));
  return module.exports;
}

function requireFrom(name: string, from: string, loaded: Map<string, Script>): unknown {
  if (isBuiltin(name)) return createRequire(import.meta.url)(name);
  if (!/^\.{0,2}\//.test(name)) {
    throw new Error(
      `it needs the package "${name}", and packages are not loaded: write it as JSON`,
    );
  }
  const base = resolve(dirname(from), name);
  const places = [base, `${base}.js`, `${base}.cjs`, `${base}.json`, `${base}/index.js`];
  const found = places.find(isFile);
  if (found === undefined) throw new Error(`it needs "${name}", and there is no such file`);
  return runScript(found, loaded);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
