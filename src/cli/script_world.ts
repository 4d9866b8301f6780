// What a script finds around it: its own arguments, imports that work from disk, web workers that do, too.
import process from "node:process";
import { init } from "es-module-lexer";
import { fillMemoryFile, makeMemoryFile } from "../os/memory_file.ts";
import { type Loaded, ScriptLoader } from "./script_loader.ts";

/** What is the same in the script and in its web workers. */
export interface ScriptWorld {
  readonly mainUrl: string;
  readonly args: readonly string[];
}

/** Sets up the globals of the script. */
export async function setUpScript(world: ScriptWorld, file: string): Promise<ScriptLoader> {
  await init();
  const loader = new ScriptLoader(world.mainUrl);
  setUp(world, loader);
  process.argv.splice(1, Infinity, file, ...world.args);
  Object.defineProperty(Deno, "mainModule", { value: world.mainUrl, configurable: true });
  return loader;
}

/** Sets up the globals of a web worker; called by the first module of each. */
export function setUpWorker(world: ScriptWorld, loaded: Loaded): void {
  setUp(world, new ScriptLoader(world.mainUrl, loaded));
}

function setUp(world: ScriptWorld, loader: ScriptLoader): void {
  Object.defineProperty(Deno, "args", { value: Object.freeze([...world.args]) });
  Object.defineProperty(globalThis, Symbol.for("runner.script"), {
    value: {
      adorn: loader.adorn.bind(loader),
      dynamic: (from: string) => async (specifier: unknown, options?: ImportCallOptions) => {
        await init();
        const target = loader.target(String(specifier), from);
        return await (options === undefined ? import(target) : import(target, options));
      },
    },
  });
  const Native = globalThis.Worker;
  globalThis.Worker = class Worker extends Native {
    constructor(specifier: string | URL, options?: WorkerOptions) {
      const url = `${specifier}`;
      super(url.startsWith("file:") ? workerEntry(url, { world, loader }) : url, options);
    }
  };
}

/** The first module of a web worker: its globals come before anything of the script's. */
function workerEntry(
  url: string,
  { world, loader }: { readonly world: ScriptWorld; readonly loader: ScriptLoader },
): string {
  const main = loader.load(url);
  const given = [{ ...world, mainUrl: url }, loader.loaded].map((value) => JSON.stringify(value));
  const setup = makeMemoryFile("worker");
  const here = JSON.stringify(import.meta.url);
  fillMemoryFile(setup, `import{setUpWorker}from${here};setUpWorker(${given.join(",")});`);
  const entry = makeMemoryFile("worker");
  fillMemoryFile(entry, `import ${JSON.stringify(setup.url)};import ${JSON.stringify(main)};`);
  return entry.url;
}
