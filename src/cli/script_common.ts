// A module of CommonJS as an ES module sees it: what it exports, by name. Loaded only where one is imported.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { initSync, parse } from "cjs-module-lexer";
import { isCommonModule } from "./script_packages.ts";

/** Where this is loaded from: web workers load it by that. */
export const here = import.meta.url;

/** The text of a module that requires the file and exports what it exports; `world` reaches the globals of a script. */
export function commonModule(file: string, world: string): string {
  initSync();
  const names = [...namesOf(file, new Set())].filter((name) => name !== "default");
  const all = names.map((name, at) => {
    return `const _${at}=all?.[${JSON.stringify(name)}];export{_${at} as ${JSON.stringify(name)}};`;
  });
  const own = JSON.stringify(file);
  return `const all=globalThis[${world}].require(${own});export default all;${all.join("")}\n`;
}

/** Names that can be seen in the text, also in what it passes on. */
function namesOf(file: string, seen: Set<string>): ReadonlySet<string> {
  if (seen.has(file) || !isCommonModule(file)) return new Set();
  seen.add(file);
  const { exports, reexports } = parsed(readFileSync(file, "utf8"));
  const passed = reexports.flatMap((specifier) => [...passedOn(specifier, file, seen)]);
  return new Set([...exports, ...passed]);
}

function passedOn(specifier: string, file: string, seen: Set<string>): ReadonlySet<string> {
  try {
    return namesOf(createRequire(file).resolve(specifier), seen);
  } catch (error) {
    // It will say so itself when it is run.
    if (error instanceof Error) return new Set();
    throw error;
  }
}

interface Names {
  readonly exports: readonly string[];
  readonly reexports: readonly string[];
}

function parsed(text: string): Names {
  try {
    const { exports, reexports } = parse(text);
    return { exports: [...exports], reexports: [...reexports] };
  } catch (error) {
    // What is no JavaScript is for the runtime to say.
    if (error instanceof Error) return { exports: [], reexports: [] };
    throw error;
  }
}
