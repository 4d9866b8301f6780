// Making scripts of chunks: each gives what the module gave, in the same places, and begins with what was compiled.
import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { chunkScript, writeScripts } from "../../tools/chunk_scripts.ts";
import { compileScript } from "../../tools/run_script.ts";

const THROWS =
  `function load(){return import("./late.js")}function fail(){throw new Error("here")}`;
const CHUNK = [
  `import first,{sep as a,posix}from"node:path";import*as all from"node:path";import"node:url";`,
  THROWS,
  `var b=a+posix.sep,place=import.meta.url,same=first===all.default;`,
  `export{b as both,load as default,fail,place,same};`,
  `/*! whose license this is: {somebody's} */`,
].join("\n");

Deno.test("a chunk goes on as a module whose script is given what it imports", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const loader = JSON.stringify(new URL("../../tools/run_script.ts", import.meta.url).href);
    await Deno.writeTextFile(`${folder}/run_script.js`, `export*from${loader};`);
    await Deno.writeTextFile(`${folder}/late.js`, `export const late=1;`);
    await Deno.writeTextFile(`${folder}/chunk.js`, CHUNK);
    await writeScripts(folder, ["chunk.js"]);
    deepStrictEqual([...await Deno.readFile(`${folder}/chunk.bin`)], []);
    // What is text and bytes in the binary needs an option of the runtime that tests run without.
    const read = `const script=Deno.readTextFileSync("${folder}/chunk.txt");`;
    const plain = (await Deno.readTextFile(`${folder}/chunk.js`))
      .replace(/import script from[^;]+;/, () => read)
      .replace(/import compiled from[^;]+;/, "const compiled=new Uint8Array();");
    await Deno.writeTextFile(`${folder}/plain.js`, plain);
    const made = await import(`file://${folder}/plain.js`);
    deepStrictEqual(Object.keys(made).sort(), ["both", "default", "fail", "place", "same"]);
    deepStrictEqual([made.both, made.same, made.place], ["//", true, `file://${folder}/plain.js`]);
    strictEqual((await made.default()).late, 1);
    match(stackOf(made.fail), new RegExp(`plain\\.js:2:${THROWS.indexOf("new Error") + 1}\\)`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a script begins with what was compiled of it; what was compiled of another text is refused", async () => {
  const { script } = await chunkScript("a.js", "function f(){return 1}export{f};");
  const chunk = { name: "a", script, compiled: new Uint8Array() };
  const made = compileScript(chunk);
  made.runInThisContext()([], null, import.meta)().f();
  const compiled = made.createCachedData();
  strictEqual(compileScript({ ...chunk, compiled }).cachedDataRejected, false);
  const other = compileScript({ ...chunk, script: `${script} `, compiled });
  strictEqual(other.cachedDataRejected, true);
  strictEqual(other.runInThisContext()([], null, import.meta)().f(), 1);
});

Deno.test("a chunk that is not as the bundler writes them is refused", async () => {
  await rejects(chunkScript("a.js", "export function f(){}"), {
    message: "Cannot make a script of a.js: it does not end with what it exports",
  });
  await rejects(chunkScript("a.js", "function f(x){return import(x)}export{f};"), {
    message: "Cannot make a script of a.js: what it imports is known only as it runs",
  });
});

function stackOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    return error instanceof Error ? error.stack ?? "" : "";
  }
  return "";
}
