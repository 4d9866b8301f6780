// Loads the modules of a script: reads them, takes out their types, and hands them to the runtime by files in memory.
import { fileURLToPath } from "node:url";
import { dropMemoryFile, fillMemoryFile, makeMemoryFile } from "../os/memory_file.ts";
import { scriptFault } from "./script_fault.ts";
import { resolveSpecifier } from "./script_resolve.ts";
import { originOf, type Place, rewrite, type Rewritten } from "./script_rewrite.ts";
import { keep, strip } from "./script_strip.ts";

/** The name of the global by which a module's text reaches its loader. */
export const LOADER = "Symbol.for('runner.script')";

/** Addresses in memory by the URLs of modules. */
export type Loaded = Readonly<Record<string, string>>;

const ADDRESS = /file:\/\/\/proc\/self\/fd\/\d+/g;
const AT = /^([^]*) at (file:\/\/\S+):(\d+):(\d+)$/;

interface Source {
  readonly url: string;
  readonly text: string;
  readonly file: string;
}

export class ScriptLoader {
  readonly #loaded: Map<string, string>;
  readonly #mainUrl: string;

  constructor(mainUrl: string, loaded: Loaded = {}) {
    this.#mainUrl = mainUrl;
    this.#loaded = new Map(Object.entries(loaded));
  }

  get loaded(): Loaded {
    return Object.fromEntries(this.#loaded);
  }

  /** Reads a module and all it imports; gives the address to import. Throws RunnerError with the place of a fault. */
  load(url: string): string {
    const known = this.#loaded.get(url);
    if (known !== undefined) return known;
    const source = readSource(url);
    const memory = makeMemoryFile(source.file);
    // Known before its imports are read: they may import it.
    this.#loaded.set(url, memory.url);
    try {
      fillMemoryFile(memory, this.#module(source).text);
    } catch (error) {
      this.#loaded.delete(url);
      dropMemoryFile(memory);
      throw error;
    }
    return memory.url;
  }

  /** What a dynamic import shall import instead. */
  target(specifier: string, from: string): string {
    const found = resolveSpecifier(specifier, from);
    switch (found.kind) {
      case "script":
        return this.load(found.url);
      case "native":
        // The runtime would read it without asking.
        if (found.url.startsWith("file:")) Deno.openSync(fileURLToPath(found.url)).close();
        return found.url;
      case "fault":
        throw new TypeError(found.advice === "" ? found.what : `${found.what}\n  ${found.advice}`);
    }
  }

  /** Makes `import.meta` say what it would say of the script's own file. */
  adorn(meta: ImportMeta, url: string): void {
    const file = fileURLToPath(url);
    Object.assign(meta, {
      url,
      filename: file,
      dirname: file.slice(0, Math.max(1, file.lastIndexOf("/"))),
      main: url === this.#mainUrl,
      resolve: (specifier: string) => resolveUrl(specifier, url),
    });
  }

  /** An error of loading in the script's own words: the runtime knows only addresses in memory. */
  explain(error: unknown): unknown {
    if (!(error instanceof SyntaxError)) return error;
    const [, what = "", place = "", line, column] = AT.exec(error.message) ?? [];
    const names = new Map([...this.#loaded].map(([url, at]) => [at, url]));
    const url = names.get(place) ?? place;
    // Thrown by the script itself: it has a stack of its own.
    if (!this.#loaded.has(url)) return error;
    const source = readSource(url);
    const at = { line: Number(line) - 1, column: Number(column) - 1 };
    // Faults of syntax are told with the place in memory, those of linking with that of the script.
    const plain = { code: source.text, lines: this.#module(source).lines };
    const origin = url === place ? at : originOf(plain, at);
    const spot = { ...source, line: origin.line + 1, column: origin.column + 1 };
    return scriptFault(what.replace(ADDRESS, (found) => names.get(found) ?? found), spot);
  }

  #module(source: Source): Rewritten {
    const { url, file } = source;
    const text = source.text.replace(/^\uFEFF/, "").replace(/^#!/, "//");
    const plain = /\.[mc]?ts$/.test(file) ? strip(text, file) : keep(text);
    const own = JSON.stringify(url);
    return rewrite(plain, {
      url,
      prefix: `globalThis[${LOADER}].adorn(import.meta,${own});`,
      dynamic: `globalThis[${LOADER}].dynamic(${own})`,
      resolve: (specifier, place) => this.#address(specifier, place, source),
    });
  }

  #address(specifier: string, place: Place, { url, file, text }: Source): string {
    const found = resolveSpecifier(specifier, url);
    switch (found.kind) {
      case "script":
        return this.load(found.url);
      case "native":
        return found.url;
      case "fault": {
        const spot = { file, text, line: place.line + 1, column: place.column + 1 };
        throw scriptFault(found.what, spot, found.advice);
      }
    }
  }
}

function readSource(url: string): Source {
  const file = fileURLToPath(url);
  return { url, file, text: Deno.readTextFileSync(file) };
}

function resolveUrl(specifier: string, from: string): string {
  if (/^(\.\.?\/|\/)/.test(specifier)) return new URL(specifier, from).href;
  const found = resolveSpecifier(specifier, from);
  if (found.kind === "fault") throw new TypeError(found.what);
  return found.url;
}
