// What a script finds around it: its own arguments, imports that work from disk, web workers that do, too.
import process from "node:process";
import { fileURLToPath } from "node:url";
import { init } from "es-module-lexer";
import { type Known, LOADER, ScriptLoader } from "./script_loader.ts";
import type { Parts } from "./script_parts.ts";
import { enableRequire, requireFile } from "./script_require.ts";
import { threadClass } from "./script_threads.ts";

/** What is the same in the script and in its web workers. */
export interface ScriptWorld {
  readonly mainUrl: string;
  readonly args: readonly string[];
  /** The module of ours that sets up web workers; each imports it first. */
  readonly workerSetup: string;
  /** Where whoever supervises it listens; empty: nowhere. */
  readonly notifySocket: string;
}

/** Loads a script that is going to run elsewhere. */
export function scriptLoader(world: ScriptWorld, known?: Known): ScriptLoader {
  return new ScriptLoader(world.mainUrl, known);
}

/** Sets up the globals of the script. */
export function setUpScript(world: ScriptWorld, known?: Known): ScriptLoader {
  const loader = scriptLoader(world, known);
  setUpWorld(world, loader);
  process.argv.splice(1, Infinity, fileURLToPath(world.mainUrl), ...world.args);
  Object.defineProperty(Deno, "mainModule", { value: world.mainUrl, configurable: true });
  return loader;
}

/** The imports that give a worker the parts there are, without waiting. */
export function partsText({ types, common }: Parts): string {
  return Object.entries({ types, common }).map(([name, part]) =>
    part === null ? `const ${name}=null;` : `import*as ${name} from${JSON.stringify(part.here)};`
  ).join("");
}

/** Sets up the globals of a script or of a web worker of it. */
export function setUpWorld(world: ScriptWorld, loader: ScriptLoader): void {
  const dynamicOf = (from: string) => `globalThis[${LOADER}].dynamic(${JSON.stringify(from)})`;
  const entryOf = (url: string) => workerEntry(url, { world, loader });
  const thread = threadClass(entryOf);
  enableRequire({ dynamicOf, thread });
  const main = fileURLToPath(world.mainUrl);
  Object.defineProperty(Deno, "args", { value: Object.freeze([...world.args]) });
  Object.defineProperty(globalThis, Symbol.for("runner.script"), {
    value: {
      adorn: loader.adorn.bind(loader),
      thread,
      require: (file: string) => requireFile(file, { isMain: file === main }),
      dynamic: (from: string) => async (specifier: unknown, options?: ImportCallOptions) => {
        await init();
        const target = await loader.target(String(specifier), from);
        return await (options === undefined ? import(target) : import(target, options));
      },
    },
  });
  const Native = globalThis.Worker;
  globalThis.Worker = class Worker extends Native {
    constructor(specifier: string | URL, options?: WorkerOptions) {
      const url = `${specifier}`;
      super(url.startsWith("file:") ? entryOf(url) : url, options);
    }
  };
}

/**
 * The first module of a web worker: its globals come before anything of the script's. As a text: files in memory can be
 * made by those only who may load libraries.
 */
function workerEntry(
  url: string,
  { world, loader }: { readonly world: ScriptWorld; readonly loader: ScriptLoader },
): string {
  const main = loader.load(url);
  const given = [{ ...world, mainUrl: url }, loader.loaded].map((value) => JSON.stringify(value));
  const from = JSON.stringify(world.workerSetup);
  const setup = `import{setUpWorker}from${from};${
    partsText(loader.parts)
  }setUpWorker(${given},{types,common});`;
  return asUrl(`import ${JSON.stringify(asUrl(setup))};import ${JSON.stringify(main)};`);
}

function asUrl(text: string): string {
  return `data:text/javascript,${encodeURIComponent(text)}`;
}
