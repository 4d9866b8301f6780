// Loads the modules of a script: reads them, takes out their types, and hands them to the runtime by files in memory.
import { fileURLToPath } from "node:url";
import { dropMemoryFile, fillMemoryFile, makeMemoryFile } from "../os/memory_file.ts";
import { scriptFault, syntaxAdvice, TYPE_ADVICE } from "./script_fault.ts";
import { NO_PARTS, PartMissing, type Parts, withPart } from "./script_parts.ts";
import { isCommonModule } from "./script_packages.ts";
import { keep, type Plain } from "./script_plain.ts";
import { type Resolved, resolveSpecifier, resolveUrl } from "./script_resolve.ts";
import { makesWorkers, workerFiles } from "./script_makes_workers.ts";
import { THREADS, threadsModule } from "./script_threads.ts";
import { originOf, type Place, rewrite, type Rewritten } from "./script_rewrite.ts";

/** The name of the global by which a module's text reaches its loader. */
export const LOADER = "Symbol.for('runner.script')";

/** Addresses in memory by the URLs of modules. */
export type Loaded = Readonly<Record<string, string>>;

const ADDRESS = /file:\/\/\/proc\/self\/fd\/\d+/g;
const AT = /^([^]*) at (file:\/\/\S+):(\d+):(\d+)$/;

/** What is known of modules before. */
export interface Known {
  readonly loaded?: Loaded;
  readonly parts?: Parts;
  /** Loads what is imported dynamically, too, where the text names it: later nothing could be loaded. */
  readonly isEager?: boolean;
}

interface Source {
  readonly url: string;
  readonly text: string;
  readonly file: string;
}

export class ScriptLoader {
  readonly #loaded: Map<string, string>;
  readonly #mainUrl: string;
  readonly #isEager: boolean;
  #parts: Parts;

  constructor(mainUrl: string, { loaded = {}, parts = NO_PARTS, isEager = false }: Known = {}) {
    this.#mainUrl = mainUrl;
    this.#loaded = new Map(Object.entries(loaded));
    this.#parts = parts;
    this.#isEager = isEager;
  }

  get parts(): Parts {
    return this.#parts;
  }

  get loaded(): Loaded {
    return Object.fromEntries(this.#loaded);
  }

  /** The URLs of modules by their addresses in memory. */
  get names(): ReadonlyMap<string, string> {
    const modules = [...this.#loaded].filter(([url]) => !url.includes(" "));
    return new Map(modules.map(([url, at]) => [at, url]));
  }

  /** Loads a module with whatever it turns out to need. */
  async loadWhole(url: string): Promise<string> {
    return await this.#whole(() => this.load(url));
  }

  /** Reads a module and all it imports; gives the address to import. Throws RunnerError with the place of a fault. */
  load(url: string): string {
    const known = this.#loaded.get(url);
    if (known !== undefined) return known;
    return isCommonModule(fileURLToPath(url)) ? this.#common(url) : this.#script(url);
  }

  #script(url: string): string {
    return this.#inMemory(url, () => this.#module(readSource(url)).text);
  }

  async #whole(load: () => string): Promise<string> {
    for (;;) {
      try {
        return load();
      } catch (error) {
        if (!(error instanceof PartMissing)) throw error;
        this.#parts = await withPart(this.#parts, error.part);
      }
    }
  }

  #common(url: string): string {
    const { types, common } = this.#parts;
    if (common === null) throw new PartMissing("common", url);
    // Its threads may have types; packages are too many to be looked at.
    const isOwn = !url.includes("/node_modules/");
    if (types === null && isOwn && makesWorkers(readSource(url).text)) {
      throw new PartMissing("types", url);
    }
    return this.#inMemory(url, () => common.commonModule(fileURLToPath(url), LOADER));
  }

  #inMemory(url: string, write: () => string): string {
    const known = this.#loaded.get(url);
    if (known !== undefined) return known;
    const memory = makeMemoryFile(fileURLToPath(url));
    // Known before its imports are read: they may import it.
    this.#loaded.set(url, memory.url);
    try {
      fillMemoryFile(memory, write());
    } catch (error) {
      this.#loaded.delete(url);
      dropMemoryFile(memory);
      throw error;
    }
    return memory.url;
  }

  /** What a dynamic import shall import instead. */
  async target(specifier: string, from: string): Promise<string> {
    const known = this.#loaded.get(foreseen(specifier, from));
    if (known !== undefined) return known;
    const found = resolveSpecifier(specifier, from);
    switch (found.kind) {
      case "script":
      case "common":
        return await this.#whole(() => this.#loadFound(found));
      case "native":
        // The runtime would read it without asking.
        if (found.url.startsWith("file:")) Deno.openSync(fileURLToPath(found.url)).close();
        return nativeAddress(found.url);
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
    const names = this.names;
    const url = names.get(place) ?? place;
    // Thrown by the script itself: it has a stack of its own.
    if (!this.#loaded.has(url)) return error;
    const source = readSource(url);
    const at = { line: Number(line) - 1, column: Number(column) - 1 };
    // Faults of syntax are told with the place in memory, those of linking with that of the script.
    const plain = { code: source.text, lines: this.#module(source).lines };
    const origin = url === place ? at : originOf(plain, at);
    const spot = { ...source, line: origin.line + 1, column: origin.column + 1 };
    const said = what.replace(ADDRESS, (found) => names.get(found) ?? found);
    return scriptFault(
      said,
      spot,
      said.includes("export named") ? TYPE_ADVICE : syntaxAdvice(spot),
    );
  }

  #module(source: Source): Rewritten {
    const { url } = source;
    const text = source.text.replace(/^\uFEFF/, "").replace(/^#!/, "//");
    const plain = this.#plain(text, source);
    if (makesWorkers(text)) {
      for (const file of workerFiles(text, url)) this.#foresee(() => this.load(file));
    }
    const own = JSON.stringify(url);
    return rewrite(plain, {
      url,
      prefix: `globalThis[${LOADER}].adorn(import.meta,${own});`,
      dynamic: `globalThis[${LOADER}].dynamic(${own})`,
      resolve: (specifier, place) => this.#address(specifier, place, source),
      foresee: (specifier) => this.#foresee(() => this.#foreseeImport(specifier, url)),
    });
  }

  #foreseeImport(specifier: string, from: string): void {
    const found = resolveSpecifier(specifier, from);
    if (found.kind !== "script" && found.kind !== "common") return;
    this.#loaded.set(foreseen(specifier, from), this.#loadFound(found));
  }

  /** What cannot be loaded says so when it is imported, if ever. */
  #foresee(load: () => void): void {
    if (!this.#isEager) return;
    try {
      load();
    } catch (error) {
      if (error instanceof PartMissing || !(error instanceof Error)) throw error;
    }
  }

  #plain(text: string, { url, file }: Source): Plain {
    const { types, common } = this.#parts;
    const isTyped = /\.[mc]?ts$/.test(file);
    // A web worker is made without waiting for anything: whoever may make one has all that its modules may need.
    const isMaker = makesWorkers(text);
    if (types === null && (isTyped || isMaker)) throw new PartMissing("types", url);
    if (common === null && isMaker) throw new PartMissing("common", url);
    return isTyped && types !== null ? types.strip(text, file) : keep(text);
  }

  #loadFound({ kind, url }: Extract<Resolved, { kind: "script" | "common" }>): string {
    return kind === "script" ? this.#script(url) : this.#common(url);
  }

  #address(specifier: string, place: Place, { url, file, text }: Source): string {
    const found = resolveSpecifier(specifier, url);
    switch (found.kind) {
      case "script":
      case "common":
        return this.#loadFound(found);
      case "native":
        return nativeAddress(found.url);
      case "fault": {
        const spot = { file, text, line: place.line + 1, column: place.column + 1 };
        throw scriptFault(found.what, spot, found.advice);
      }
    }
  }
}

function nativeAddress(url: string): string {
  return url === THREADS ? threadsModule(LOADER) : url;
}

/** Stands among the modules that are loaded: no URL has a blank in it. */
function foreseen(specifier: string, from: string): string {
  return `${from} ${specifier}`;
}

function readSource(url: string): Source {
  const file = fileURLToPath(url);
  return { url, file, text: Deno.readTextFileSync(file) };
}
