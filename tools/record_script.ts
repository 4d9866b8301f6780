// Takes the place of run_script.ts in a binary that is only made to be run once: keeps what was compiled of each chunk.
import { type Chunk, compileScript, type ScriptFunction } from "./run_script.ts";

const FOLDER = Deno.env.get("RUNNER_RECORD");

/** As the one of run_script.ts. At the end of the process NAME.bin is in the folder that RUNNER_RECORD names. */
export function runScript(
  chunk: Chunk,
  imported: () => readonly unknown[],
  demand: (path: string) => Promise<object>,
): object {
  // The name is kept with what is compiled, though nobody asks for it: where this binary lies must not be seen.
  const script = compileScript(chunk);
  const run: ScriptFunction = script.runInThisContext();
  const given = imported();
  const exported = run(given, demand, chunk.meta);
  const first = exported();
  globalThis.addEventListener("unload", () => {
    if (FOLDER === undefined) return;
    const before = { ...given, ...first };
    const changed = changedNames(before, { ...imported(), ...exported() });
    const compiled = script.createCachedData();
    const isRefused = compileScript({ ...chunk, compiled }).cachedDataRejected === true;
    const fault = isRefused ? "it was refused" : changed.join(", ");
    Deno.writeFileSync(`${FOLDER}/${chunk.name}.bin`, compiled);
    if (fault !== "") Deno.writeTextFileSync(`${FOLDER}/${chunk.name}.fault`, fault);
  });
  return first;
}

/** What has another value than at first: others have a copy of that one. */
function changedNames(before: object, after: object): readonly string[] {
  const now = new Map(Object.entries(after));
  return Object.entries(before).filter(([name, value]) => !Object.is(now.get(name), value))
    .map(([name]) => `${name} has changed`);
}
