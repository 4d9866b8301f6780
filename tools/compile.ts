// Writes dist/runner: bundles the sources into a few files and compiles them; --if-stale does nothing when up to date.
import process from "node:process";
import { RUN_SCRIPT, writeScripts } from "./chunk_scripts.ts";
import { BASE_VERSION, cachedBase, fetchBase } from "./denort.ts";
import { joinChunks } from "./join_chunks.ts";
import { recordChunks, RECORDED } from "./record_chunks.ts";

const OUTPUT = "dist/runner";
const BUNDLE = "dist/bundle";
const ENTRY = "src/main.ts";
const SOURCES = [
  ...["src", "deno.json", "deno.lock"],
  ...["tools/compile.ts", "tools/denort.ts", "tools/join_chunks.ts", "tools/chunk_scripts.ts"],
  ...["tools/run_script.ts", "tools/record_script.ts", "tools/record_chunks.ts"],
];

/**
 * Deno's own download is about 40 MB. A host that refuses says so at once; one that swallows packets
 * would hold the build for minutes, so after this long npm is asked instead.
 */
const DOWNLOAD_LIMIT_MILLIS = 45_000;

/**
 * `--no-code-cache`: the cache saves 4 ms of start-up, but lives in the temporary folder under a name
 * that anyone can guess and fill before us, and a supervisor often runs as root.
 */
const COMPILE_FLAGS = [
  "compile",
  "-q",
  "-A",
  "--no-check",
  "--no-code-cache",
  // Scripts, and what was compiled of them, are parts of the program: no path, and no permission, leads to them.
  "--unstable-raw-imports",
  // Scripts with a list of hosts or folders run in a worker that has no more than that.
  "--unstable-worker-options",
  // `ready = "log:(a+)+$"` would hold up everything for minutes, on one line: the engine that goes back and forth
  // hands over to one that reads each character once. The first flag lets `check` ask whether it can.
  "--v8-flags=--enable-experimental-regexp-engine,--enable-experimental-regexp-engine-on-excessive-backtracks",
];

/** What Deno said of the sources; the place in this file is of no use to anybody. */
export class BuildError extends Error {}

if (import.meta.main) {
  const isWanted = !Deno.args.includes("--if-stale") || isStale(OUTPUT, SOURCES);
  try {
    if (isWanted) await build();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`compile: ${error.message}`);
    Deno.exit(1);
  }
}

/** Says whether `output` is missing or older than the newest of `sources`. */
export function isStale(output: string, sources: readonly string[]): boolean {
  const made = modified(output);
  return made === undefined || sources.some((source) => newest(source) > made);
}

async function build(): Promise<void> {
  const start = performance.now();
  await Deno.mkdir("dist", { recursive: true });
  const bundled = await bundle(`${BUNDLE}.${process.pid}`);
  // Beside and renamed: a running dist/runner must not be written over, and a build at the same time not seen half.
  const beside = `${OUTPUT}.${process.pid}`;
  await record(bundled, (output) => compile(`${bundled}/main.js`, output));
  const base = await compile(`${bundled}/main.js`, beside);
  await Deno.rename(beside, OUTPUT);
  await Deno.remove(BUNDLE, { recursive: true }).catch(ignoreMissing);
  await Deno.rename(bundled, BUNDLE);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.error(`compile: ${OUTPUT} in ${seconds} s, base runtime from ${base}`);
}

/**
 * A few files instead of many: what `version` needs, what each other command needs, what they share; all of a
 * file is parsed at each start. On 240 modules and 1.6 MB, CPU time where an empty program takes 40 ms: `version`
 * 45 ms, `start` to the first instruction of a program 102 ms; with one file for everything 86 and 128. Minified,
 * it is 0.9 MB: 42 and 92 ms. Stack traces name places in the bundle; its maps stay in dist/bundle. In the binary
 * they would be read at each start, which costs 3 and 6 ms: nearly all that minifying gains.
 */
export async function bundle(beside: string): Promise<string> {
  await bundleTo(beside, [ENTRY, "--code-splitting"]);
  await giveRequire(beside);
  await joinChunks(beside, async (entry, { folder, externals }) => {
    await bundleTo(folder, [entry, ...externals.map((file) => `--external=${file}`)]);
  });
  await bundleTo(beside, [`tools/${RUN_SCRIPT.replace(".js", ".ts")}`]);
  const files = [...Deno.readDirSync(beside)].map(({ name }) => name);
  const isScript = (name: string) => RECORDED.includes(name.replace(/(-[A-Z0-9]{8})?\.js$/, ""));
  await writeScripts(beside, files.filter(isScript));
  return beside;
}

/**
 * Keeps what the runtime compiles of a bundle when it runs, so that no start has to do it again: the main thread
 * of `start` was busy for 117 ms to its first program, now 90 ms, where an empty program takes 41 ms.
 */
export async function record(
  folder: string,
  compile: (output: string) => Promise<unknown>,
): Promise<void> {
  const beside = await Deno.makeTempDir({ prefix: "runner-recording-" });
  try {
    await bundleTo(beside, ["tools/record_script.ts"]);
    const recording = await Deno.readTextFile(`${beside}/record_script.js`);
    await recordChunks({ folder, recording, compile });
  } catch (error) {
    throw error instanceof Error ? new BuildError(error.message, { cause: error }) : error;
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}

async function bundleTo(folder: string, args: readonly string[]): Promise<void> {
  const small = ["--minify", "--sourcemap=external"];
  const result = await deno(["bundle", "-q", ...small, "--outdir", folder, ...args], {});
  if (!result.success) throw new BuildError(`Cannot bundle:\n${result.output}`);
}

/**
 * Packages of CommonJS call `require` for Node's modules. Deno's bundler gives it to them only where it is not told
 * to minify: without it every file in YAML fails.
 */
async function giveRequire(folder: string): Promise<void> {
  const head =
    `import{createRequire}from"node:module";const require=createRequire(import.meta.url);`;
  for await (const { name } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    const text = name.endsWith(".js") ? await Deno.readTextFile(path) : "";
    if (text.includes("Dynamic require of")) await Deno.writeTextFile(path, head + text);
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/** What `deno` is to be called with. */
export function compileArgs(entry: string, output: string): readonly string[] {
  return [...COMPILE_FLAGS, "-o", output, entry];
}

/** Compiles and says where the base runtime came from. */
async function compile(entry: string, output: string): Promise<string> {
  const args = compileArgs(entry, output);
  const given = Deno.env.get("DENORT_BIN");
  if (given !== undefined) return mustCompile(args, { base: given, from: "DENORT_BIN" });

  const cached = await cachedBase();
  if (cached !== undefined) {
    return mustCompile(args, { base: cached, from: `the cache, ${cached}` });
  }

  const plain = await deno(args, { signal: AbortSignal.timeout(DOWNLOAD_LIMIT_MILLIS) });
  if (plain.success) return "Deno itself";
  console.error(`compile: Deno could not compile by itself (${plain.message}); asking npm`);
  const { path, from } = await fetchBase();
  return mustCompile(args, { base: path, from: `npm, ${from}` });
}

interface Base {
  readonly base: string;
  readonly from: string;
}

/** Compiles on a base runtime. Throws BuildError with what Deno said. */
export async function mustCompile(args: readonly string[], { base, from }: Base): Promise<string> {
  const isOurs = from !== "DENORT_BIN";
  const result = await deno(args, { env: { DENORT_BIN: base }, isPinned: isOurs });
  if (!result.success) throw new BuildError(`Cannot compile:\n${result.output}`);
  return from;
}

interface DenoOptions {
  readonly env?: Record<string, string>;
  readonly signal?: AbortSignal;
  /** Wants the version of the base runtime, whatever version runs this script. */
  readonly isPinned?: boolean;
}

interface DenoResult {
  readonly success: boolean;
  readonly output: string;
  readonly message: string;
}

async function deno(args: readonly string[], options: DenoOptions): Promise<DenoResult> {
  const isOther = options.isPinned === true && Deno.version.deno !== BASE_VERSION;
  const version = isOther ? { DENO_VERSION: BASE_VERSION } : {};
  const { success, stderr } = await new Deno.Command(isOther ? "./denow" : Deno.execPath(), {
    args: [...args],
    env: { ...options.env, ...version, NO_COLOR: "1" },
    stdin: "null",
    stderr: "piped",
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }).output();
  const output = new TextDecoder().decode(stderr).replace(/\n+Stack backtrace:[^]*/, "").trim();
  const message = output.split("\n").findLast((line) => /^\s*(error|\d+): /.test(line)) ?? output;
  return {
    success,
    output,
    message: message.replace(/^\s*(error|\d+): /, "") || "no answer in time",
  };
}

function newest(path: string): number {
  const own = modified(path) ?? 0;
  if (!Deno.statSync(path).isDirectory) return own;
  const inside = [...Deno.readDirSync(path)].map((entry) => newest(`${path}/${entry.name}`));
  return Math.max(own, ...inside);
}

function modified(path: string): number | undefined {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
