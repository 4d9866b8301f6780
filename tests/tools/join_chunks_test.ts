// Joining chunks of a bundle: fewer files, every module still there once, and the same names where they are asked for.
import { deepStrictEqual } from "node:assert/strict";
import { type Bundle, joinChunks } from "../../tools/join_chunks.ts";

const COMMANDS = [
  ...["act", "events", "help", "jlist", "list", "logs", "pid", "reopen", "restart_self", "run_job"],
  ...["scale", "send", "show_environment", "shutdown", "start_command", "start_detached", "status"],
  ...["status_watch", "supervisorctl", "top", "update", "version", "command_line", "check", "toml"],
  ...["exec", "exec_names", "script", "script_box", "script_worker"],
];

const CHUNKS: Readonly<Record<string, string>> = {
  // Only a supervisor needs these two; each counts how often it was begun. The words of a licence stand last.
  "chunk-BBBBBBBB.js":
    `globalThis.begun=(globalThis.begun??0)+1;let a=0;function b(){return ++a}export{a as c,b};\n` +
    "/*! Bundled license information:\n\nlib.js: (* {a} and others *)\n*/\n",
  "chunk-CCCCCCCC.js": `import{b as x}from"./chunk-BBBBBBBB.js";var d=x();export{d as default};\n`,
  "start-AAAAAAAA.js":
    `import{c as y,b}from"./chunk-BBBBBBBB.js";import{default as z}from"./chunk-CCCCCCCC.js";` +
    `async function s(){b();return[y,z,(await import("./late-DDDDDDDD.js")).v]}export{s as start};\n`,
  "late-DDDDDDDD.js": `import{c as v}from"./chunk-BBBBBBBB.js";export{v};\n`,
  "main.js": `import("./start-AAAAAAAA.js");\n`,
};

const bundle: Bundle = async (entry, { folder, externals }) => {
  const leave = externals.map((file) => `--external=${file}`);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "-q", "--minify", "--sourcemap=external", "--outdir", folder, entry, ...leave],
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
};

Deno.test("joinChunks() puts together what is loaded together, and no module is there twice", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const files = { ...CHUNKS };
    for (const name of COMMANDS) files[`${name}-EEEEEEEE.js`] = `var n=1;export{n as ${name}};\n`;
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      const map = { version: 3, sources: [name], names: [], mappings: "AAAA" };
      await Deno.writeTextFile(`${folder}/${name}.map`, JSON.stringify(map));
    }
    await joinChunks(folder, bundle);

    const left = [...Deno.readDirSync(folder)].map(({ name }) => name);
    deepStrictEqual(left.filter((name) => /^(chunk|joined|supervisor\.)/.test(name)).sort(), [
      "supervisor.js",
      "supervisor.js.map",
    ]);
    const { start } = await import(`file://${folder}/start-AAAAAAAA.js`);
    deepStrictEqual(await start(), [2, 1, 2], "a variable that changes is seen by all");
    deepStrictEqual(Reflect.get(globalThis, "begun"), 1);
  } finally {
    Reflect.deleteProperty(globalThis, "begun");
    await Deno.remove(folder, { recursive: true });
  }
});
