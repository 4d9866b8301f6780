// Packages of CommonJS in a node_modules, as scripts of the compiled binary see them.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { BINARY, Sandbox } from "../support/runner_process.ts";

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function runScript(words: readonly string[]): Promise<Ran> {
  const { code, stdout, stderr } = await new Deno.Command(BINARY, {
    args: ["__script", ...words],
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, stdout: out, stderr: err };
}

/** Packages that export in every way there is, and one that none of them can require. */
const PACKAGES: Readonly<Record<string, string>> = {
  "common/package.json": `{"main":"lib"}`,
  "common/lib/index.js": `const { basename } = require("path");
const data = require("./data.json");
exports.word = basename(__filename) + data.sign;
exports.default = "not the default";
Object.defineProperty(exports, "late", { enumerable: true, get: () => require("dep").times++ });
`,
  "common/lib/data.json": `{"sign":"!"}`,
  "common/tool.cjs": `#!/usr/bin/env node
module.exports = function tool() { return typeof this; };
`,
  "dep/package.json": `{"exports":{".":{"require":"./i.js"},"./part":"./part.js"}}`,
  "dep/i.js": "const inner = true;\nconst times = 1;\nmodule.exports = { times, inner };\n",
  "dep/part.js": `module.exports = require("./i.js");\n`,
  // What is for bundlers only is not looked at, as in node.
  "both/package.json": `{"main":"main.js","module":"esm.js"}`,
  "both/main.js": "exports.kind = 'common';\n",
  "both/esm.js": `export * from "./folder";\n`,
  "modern/package.json": `{"type":"module","exports":"./m.js"}`,
  "modern/m.js": "export const modern = 1;\n",
  "own/package.json": JSON.stringify({
    type: "module",
    exports: "./o.js",
    imports: {
      "#word": { node: "./n.js", default: "./b.js" },
      "#in/*": "./in/*.js",
      "#dep": "dep",
    },
  }),
  "own/o.js": `import dep from "#dep";
import { a } from "#in/a";
import { word } from "#word";
export const own = [word, a, dep.inner];
`,
  "own/n.js": "export const word = 'node';\n",
  "own/in/a.js": "export const a = 'a';\n",
  "asks/package.json": "{}",
  "asks/index.js": `require("modern");\n`,
};

function install(box: Sandbox): void {
  for (const [path, text] of Object.entries(PACKAGES)) {
    const whole = `node_modules/${path}`;
    Deno.mkdirSync(box.path(whole.slice(0, whole.lastIndexOf("/"))), { recursive: true });
    box.write(whole, text);
  }
}

Deno.test("CommonJS packages are imported by default and by name, required, and run once", async () => {
  await using box = new Sandbox();
  install(box);
  const script = box.write(
    "a.ts",
    `import common, { word } from "common";
import tool from "common/tool.cjs";
import dep, { times } from "dep";
import { inner } from "dep/part";
import { kind } from "both";
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const later = await import("dep");
const all: unknown = [
  word, common.default, typeof tool, times, inner, dep === later.default,
  require("common") === common, common.late, require("dep").times, require("./data.json").a, kind,
];
console.log(JSON.stringify(all));
`,
  );
  box.write("data.json", `{"a":1}`);
  const { stdout, stderr } = await runScript([script]);
  assertEquals(stderr, "");
  assertEquals(
    JSON.parse(stdout),
    ["index.js!", "not the default", "function", 1, true, true, true, 1, 2, 1, "common"],
  );
});

Deno.test("a web worker of plain JavaScript may have types and packages that its script has not", async () => {
  await using box = new Sandbox();
  install(box);
  box.write(
    "part.ts",
    `import { word } from "common";\nconst a: string = word;\npostMessage(a);\n`,
  );
  const script = box.write(
    "a.js",
    `const part = new Worker(new URL("./part.ts", import.meta.url), { type: "module" });
part.onmessage = ({ data }) => {
  console.log(data);
  part.terminate();
};
`,
  );
  const { stdout, stderr } = await runScript([script]);
  assertEquals([stdout, stderr], ["index.js!\n", ""]);
});

Deno.test("what a package does wrong is told with its own file and line", async () => {
  await using box = new Sandbox();
  install(box);
  const asks = await runScript([box.write("a.js", `import "asks";\n`)]);
  assertEquals(asks.code, 1);
  assertTrue(/Cannot require ".*modern\/m\.js": it is an ES module/.test(asks.stderr), asks.stderr);
  assertTrue(asks.stderr.includes("node_modules/asks/index.js:1:1"), asks.stderr);
  const limited = await runScript(["--deny=read", box.write("b.js", `import "common";\n`)]);
  assertEquals(limited.code, 1);
  assertTrue(limited.stderr.includes("Requires read access"), "limits hold for packages");
});

Deno.test("a package's own names (#name) lead where its package.json says", async () => {
  await using box = new Sandbox();
  install(box);
  const good = await runScript([
    box.write("a.ts", `import { own } from "own";\nconsole.log(own.join());\n`),
  ]);
  assertEquals([good.stdout, good.stderr], ["node,a,true\n", ""]);
  const bad = await runScript([box.write("b.ts", `import "#absent";\n`)]);
  assertEquals(bad.code, 1);
  assertTrue(bad.stderr.includes(`b.ts:1:8: Cannot import "#absent"`), bad.stderr);
});

Deno.test("a script of CommonJS runs as in node, and is told from an ES module by its text", async () => {
  await using box = new Sandbox();
  install(box);
  box.write("part.ts", "export const part: number = 4;\n");
  const text = `#!/usr/bin/env node
const { word } = require("common");
const { basename } = require("path");
exports.half = 2;
import("./part.ts").then(async ({ part }) => {
  const { modern } = await import("modern");
  console.log(word, basename(__filename), require.main === module, process.argv.slice(2), part, modern);
});
`;
  for (const name of ["a.js", "a.cjs"]) {
    for (const limits of [[], ["--deny=net"], ["--max-heap=100000000"]]) {
      const { code, stdout, stderr } = await runScript([...limits, box.write(name, text), "x"]);
      assertEquals([code, stdout, stderr], [0, `index.js! ${name} true [ "x" ] 4 1\n`, ""]);
    }
  }
  // Words of CommonJS in a text do not make it one.
  const module =
    `import all, { half } from "./a.cjs";\n// require("x")\nconsole.log(half, all.half);\n`;
  const waits = "await null;\n// module.exports\nconsole.log(typeof require);\n";
  for (const [name, given, said] of [["m.js", module, "2 2\n"], ["w.js", waits, "undefined\n"]]) {
    const ran = await runScript([box.write(name ?? "", given ?? "")]);
    assertTrue(ran.stdout.startsWith(said ?? ""), `${ran.stdout}${ran.stderr}`);
  }
  const thrown = await runScript([box.write("t.js", "require('fs');\n\nnull.x;\n")]);
  assertEquals(thrown.code, 1);
  assertTrue(thrown.stderr.includes(`${box.path("t.js")}:3:6`), thrown.stderr);
});

Deno.test("the threads of node:worker_threads run files of scripts: types, packages, CommonJS", async () => {
  await using box = new Sandbox();
  install(box);
  box.write(
    "part.ts",
    `import { parentPort, workerData } from "node:worker_threads";
import { word } from "common";
const given: number = workerData;
parentPort?.postMessage([given, word, import.meta.filename]);
`,
  );
  const main = `const { Worker } = MODULE;
const files = [new URL("./part.ts", "file://" + HERE), HERE.replace(/[^/]*$/, "part.ts")];
for (const [at, file] of files.entries()) {
  new Worker(file, { workerData: at }).on("message", (said) => console.log(...said));
}
new Worker("require('worker_threads').parentPort.postMessage(['text'])", { eval: true })
  .on("message", (said) => console.log(...said));
`;
  const esm = `import * as all from "worker_threads";\n` +
    main.replace("MODULE", "all").replaceAll("HERE", "import.meta.filename");
  const common = main.replace("MODULE", `require("node:worker_threads")`)
    .replaceAll("HERE", "__filename");
  const part = box.path("part.ts");
  for (const [name, text] of [["a.ts", esm], ["b.cjs", common]]) {
    const { stdout, stderr } = await runScript([box.write(name ?? "", text ?? "")]);
    const said = stdout.trimEnd().split("\n").toSorted();
    assertEquals([said, stderr], [[`0 index.js! ${part}`, `1 index.js! ${part}`, "text"], ""]);
  }
});
