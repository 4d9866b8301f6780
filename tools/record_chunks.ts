// Runs a binary once as its users will, and keeps in the bundle what the runtime compiled of it meanwhile.
import { basename, join, resolve } from "node:path";
import { RUN_SCRIPT } from "./chunk_scripts.ts";

/** Which process says what of a chunk is compiled: what another one needs besides, that one compiles itself. */
const RECORDED_BY = {
  start: ["common", "core", "manifest", "supervisor"],
  status: ["client"],
  script: ["script_strip"],
} as const;

/** Chunks that begin with what has been compiled of them, by the names of their first modules. */
export const RECORDED: readonly string[] = Object.values(RECORDED_BY).flat();

const WORKER = "const answer: number = 42;\nconsole.log(answer);\n";

interface Recorder {
  /** The chunks, already with their scripts. */
  readonly folder: string;
  /** The text that takes the place of the file that runs them. */
  readonly recording: string;
  /** Makes a binary of the folder. */
  readonly compile: (output: string) => Promise<unknown>;
}

/** Throws when the recorded binary does not do what it should, or a chunk cannot be a script. */
export async function recordChunks({ folder, recording, compile }: Recorder): Promise<void> {
  const work = await Deno.makeTempDir({ prefix: "runner-record-" });
  // Beside the binary to come, since nothing may run in the folder for temporary files of some machines.
  const binary = resolve(folder, "recorder");
  const running = await Deno.readTextFile(`${folder}/${RUN_SCRIPT}`);
  try {
    await Deno.writeTextFile(`${folder}/${RUN_SCRIPT}`, recording);
    // What was recorded before would be in the way of seeing all that is compiled.
    for (const chunk of RECORDED) {
      await Deno.writeFile(compiledPath(folder, chunk), new Uint8Array());
    }
    await compile(binary);
    await runPool(work, binary);
    for (const [role, chunks] of Object.entries(RECORDED_BY)) {
      for (const chunk of chunks) await keep(folder, { chunk, from: `${work}/${role}` });
    }
  } finally {
    await Deno.writeTextFile(`${folder}/${RUN_SCRIPT}`, running);
    await Deno.remove(work, { recursive: true });
    await Deno.remove(binary).catch(ignoreMissing);
  }
}

/** A pool with a script and a client, one after the other, that ends when both have: what happens when is always the same. */
async function runPool(work: string, binary: string): Promise<void> {
  for (const role of Object.keys(RECORDED_BY)) await Deno.mkdir(`${work}/${role}`);
  await Deno.writeTextFile(`${work}/worker.ts`, WORKER);
  const program = (role: string, what: string) =>
    `[program.${role}]\n${what}\ntype = "oneshot"\nenvironment = { RUNNER_RECORD = "${work}/${role}" }\n`;
  const status = JSON.stringify([binary, "status", "-c", `${work}/runner.toml`]);
  const manifest = `[runner]\nshutdown_when = "all-exited"\n` +
    program("script", `script = "${work}/worker.ts"`) +
    program("status", `command = ${status}\ndepends_on = ["script:done"]`);
  await Deno.writeTextFile(`${work}/runner.toml`, manifest);
  const env = { RUNNER_RUNTIME_DIR: `${work}/run`, TMPDIR: work, PATH: Deno.env.get("PATH") ?? "" };
  const { success, stderr } = await new Deno.Command(binary, {
    args: ["start", `${work}/runner.toml`],
    clearEnv: true,
    env: { ...env, RUNNER_RECORD: `${work}/start` },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot record a run:\n${new TextDecoder().decode(stderr)}`);
}

async function keep(
  folder: string,
  { chunk, from }: { readonly chunk: string; readonly from: string },
): Promise<void> {
  const path = compiledPath(folder, chunk);
  const file = basename(path);
  const fault = await textOf(`${from}/${file.replace(/\.bin$/, ".fault")}`);
  if (fault !== null) throw new Error(`Cannot make a script of ${chunk}: ${fault}`);
  await Deno.copyFile(`${from}/${file}`, path);
}

/** Where what is compiled of a chunk is kept; other chunks have a hash in their names. */
function compiledPath(folder: string, chunk: string): string {
  const file = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .find((name) => name.replace(/(-[A-Z0-9]{8})?\.bin$/, "") === chunk);
  if (file === undefined) throw new Error(`There is no chunk of ${chunk}`);
  return join(folder, file);
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
