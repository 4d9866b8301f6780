// Turns chunks of a bundle into scripts: unlike a module, a script can begin with what was compiled of it before.
import { init, parse } from "es-module-lexer";

/** Of one chunk. */
export interface ChunkScript {
  /** A function in the chunk's own lines and columns, one line further down: the maps of the bundle go on being true. */
  readonly script: string;
  /** The module that takes the chunk's place: it imports and exports the same. */
  readonly module: string;
}

/** What a chunk imports. */
interface Imports {
  /** Statements for the module that takes its place. */
  readonly statements: readonly string[];
  /** Names of its own, in the order of the names in those statements: `i0`, `i1`, … */
  readonly names: readonly string[];
  /** What is imported when it is needed. */
  readonly later: ReadonlySet<string>;
  /** The text without all that only a module may say. */
  readonly text: string;
}

/** `import(…)` and `import.meta` become names as long as they are. No minified name is as long. */
const DEMAND = "demand";
const META = "import_meta";
const GIVEN = "given_values";

/**
 * Throws where the chunk is not what the bundler writes. A name that is given another value later would keep its
 * first one for others: `src` has none, and recording tells of those in packages.
 */
export async function chunkScript(file: string, text: string): Promise<ChunkScript> {
  await init?.();
  const imports = importsOf(file, text);
  const [, exported] = parse(text);
  const at = imports.text.lastIndexOf("export{");
  const tail = /^export\{[^}]*\};?(\s*(?:\/\*[^]*\*\/\s*)?)$/.exec(
    imports.text.slice(Math.max(at, 0)),
  );
  if (tail === null) {
    throw new Error(`Cannot make a script of ${file}: it does not end with what it exports`);
  }
  const passed = exported.map(({ n, ln }) => `${n}:${ln ?? n}`);
  // Licenses follow at the end.
  const body = `${imports.text.slice(0, at)}return()=>({${passed.join(",")}})${tail[1] ?? ""}`;
  const head = `"use strict";const[${imports.names.join(",")}]=${GIVEN};`;
  return {
    script: `(function(${GIVEN},${DEMAND},${META}){${head}\n${body}\n})`,
    module: standIn(file.replace(/\.js$/, ""), imports, exported.map(({ n }) => n)),
  };
}

function importsOf(file: string, text: string): Imports {
  const [found] = parse(text);
  const statements: string[] = [];
  const names: string[] = [];
  const later = new Set<string>();
  let rest = text;
  const put = (start: number, end: number, words: string) => {
    rest = rest.slice(0, start) + words.padEnd(end - start) + rest.slice(end);
  };
  for (const { d: kind, n: specifier, s, e, ss, se } of found) {
    if (kind === -2) {
      put(s, e, META);
      continue;
    }
    if (specifier === undefined) {
      throw new Error(`Cannot make a script of ${file}: what it imports is known only as it runs`);
    }
    if (kind >= 0) {
      put(ss, ss + "import".length, DEMAND);
      later.add(specifier);
      continue;
    }
    const renamed = renameImports(text.slice(ss, se), names.length);
    statements.push(renamed.statement);
    names.push(...renamed.names);
    put(ss, se, "");
  }
  return { statements, names, later, text: rest };
}

const NAME = "[\\w$]+";
const STATEMENT = new RegExp(
  `^import\\s*(?:(${NAME})\\s*,?\\s*)?(?:\\*\\s*as\\s+(${NAME})\\s*)?(?:\\{([^}]*)\\}\\s*)?(?:from\\s*)?(["'][^"']*["'])$`,
);

/** The statement with `i5`, `i6`, … for the names it gives, and those names. */
function renameImports(
  statement: string,
  first: number,
): { readonly statement: string; readonly names: readonly string[] } {
  const match = STATEMENT.exec(statement);
  if (match === null) throw new Error(`Cannot read ${statement}`);
  const [, standard, whole, list = "", path = ""] = match;
  const names: string[] = [];
  const rename = (name: string) => `i${first + names.push(name) - 1}`;
  const named = list.split(",").map((one) => one.trim()).filter((one) => one !== "").map((one) => {
    const [given = "", own = given] = one.split(/\s+as\s+/);
    return `${given} as ${rename(own)}`;
  });
  const parts = [
    ...(standard === undefined ? [] : [rename(standard)]),
    ...(whole === undefined ? [] : [`* as ${rename(whole)}`]),
    ...(named.length === 0 ? [] : [`{${named.join(",")}}`]),
  ];
  return {
    statement: `import ${parts.join(",")}${parts.length > 0 ? " from" : ""}${path};`,
    names,
  };
}

function standIn(
  name: string,
  { statements, names, later }: Imports,
  exported: readonly string[],
): string {
  const path = (one: string) => JSON.stringify(one);
  const table = [...later].map((one) => `${path(one)}:()=>import(${path(one)})`);
  return [
    `import script from"./${name}.txt"with{type:"text"};`,
    `import compiled from"./${name}.bin"with{type:"bytes"};`,
    `import{runScript}from"./${RUN_SCRIPT}";`,
    ...statements,
    `const later={${table.join(",")}};`,
    `const given=runScript({name:${path(name)},script,compiled,meta:import.meta},`,
    `()=>[${names.map((_, index) => `i${index}`).join(",")}],path=>later[path]());`,
    `const{${exported.map((one, index) => `${one}:e${index}`).join(",")}}=given;`,
    `export{${exported.map((one, index) => `e${index} as ${one}`).join(",")}};\n`,
  ].join("");
}

/** The file beside the chunks that runs their scripts. */
export const RUN_SCRIPT = "run_script.js";

/** Replaces chunks by modules and scripts; what was compiled of them is empty. */
export async function writeScripts(folder: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const path = `${folder}/${file}`;
    const { script, module } = await chunkScript(file, await Deno.readTextFile(path));
    await Deno.writeTextFile(path, module);
    await Deno.writeTextFile(path.replace(/\.js$/, ".txt"), script);
    await Deno.writeFile(path.replace(/\.js$/, ".bin"), new Uint8Array());
  }
}
