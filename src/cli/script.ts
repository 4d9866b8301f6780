// The hidden command that a script runs in: limits itself, loads the script, and lets it run to its own end.
import { pathToFileURL } from "node:url";
import { EXIT, RunnerError } from "../base/errors.ts";
import { OUR_NO_COLOR, readScriptWords } from "../manifest/script_words.ts";
import { serviceManager } from "../os/sd_notify.ts";
import { scriptApi } from "./script_api.ts";

/**
 * Runs a script; null: it has been loaded, and ends the process when it has nothing left to do. One in a box is run to
 * its end and gives its exit status.
 */
export async function scriptMain(words: readonly string[]): Promise<number | null> {
  const call = readScriptWords(words);
  if (call === null) {
    throw new RunnerError("Cannot run a script: which?", { exitStatus: EXIT.usage });
  }
  const file = scriptFile(call.script);
  if (Deno.env.get("NO_COLOR") === OUR_NO_COLOR) Deno.env.delete("NO_COLOR");
  // The name in `ps` and `top`; the kernel keeps 15 bytes.
  Deno.writeTextFileSync("/proc/self/comm", file.slice(file.lastIndexOf("/") + 1));
  const { scriptLoader, setUpScript } = await import("./script_world.ts");
  await (await import("es-module-lexer")).init();
  const { here } = await import("./script_worker.ts");
  const world = {
    mainUrl: pathToFileURL(file).href,
    args: call.args,
    workerSetup: here,
    notifySocket: Deno.env.get("NOTIFY_SOCKET") ?? "",
  };
  const isBoxed = call.maxHeap !== null || Object.keys(call.allowed).length > 0;
  // Later it could read nothing more.
  const isEager = isBoxed || call.denied.includes("read");
  const loader = isBoxed ? scriptLoader(world, { isEager }) : setUpScript(world, { isEager });
  const service = serviceManager(Deno.env.toObject(), Deno.pid);
  const entry = await loader.loadWhole(world.mainUrl);
  if (isBoxed) {
    const { runInBox } = await import("./script_box.ts");
    return await runInBox({ call, world, loader, entry, service });
  }
  Object.defineProperty(globalThis, "runner", { value: scriptApi(service), configurable: true });
  // The script's own imports are read by now; from here on nothing can be had back.
  for (const name of call.denied) Deno.permissions.revokeSync({ name });
  try {
    await import(entry);
  } catch (error) {
    throw loader.explain(error);
  }
  return null;
}

function scriptFile(script: string): string {
  try {
    return Deno.realPathSync(script);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const reason = error instanceof Deno.errors.NotFound ? "no such file" : error.message;
    throw new RunnerError(`Cannot run the script "${script}": ${reason}`, { cause: error });
  }
}
