// Scripts that the binary runs by itself: what they see, how they end, what they may.
import { fileURLToPath, pathToFileURL } from "node:url";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { HAS_NAMESPACES, mounted } from "../support/namespaces.ts";
import { listenForNotices } from "../support/notify_receiver.ts";
import { BINARY, Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

const SCRIPTS = fileURLToPath(new URL("../fixtures/scripts", import.meta.url));

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script as the runner does: by the hidden command. */
async function runScript(
  words: readonly string[],
  env: Record<string, string> = { NO_COLOR: "1" },
): Promise<Ran> {
  const { code, stdout, stderr } = await new Deno.Command(BINARY, {
    args: ["__script", ...words],
    stdin: "null",
    env,
  }).output();
  const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, stdout: out, stderr: err };
}

function expectWhole(said: string, folder: string): void {
  const file = `${folder}/whole.ts`;
  assertEquals(JSON.parse(said), {
    meta: [pathToFileURL(file).href, file, folder, true],
    resolved: pathToFileURL(`${folder}/x.ts`).href,
    mainModule: pathToFileURL(file).href,
    args: ["one", "two 2"],
    argv: [file, "one", "two 2"],
    joined: "a/b",
    numbers: { one: 1 },
    color: 1,
    box: 5,
    thing: { name: "thing" },
    depth: "a in cycle_b.ts, main: false",
    isSame: true,
    fromWorker: [8, "a", "a in cycle_b.ts, main: false", true],
    api: ["ready", "heartbeat", "jobDone", "metric", "stopping"],
  });
}

Deno.test("a script of several files sees itself as it would elsewhere, web workers included", async () => {
  const { code, stdout, stderr } = await runScript([`${SCRIPTS}/whole.ts`, "one", "two 2"]);
  assertEquals([code, stderr], [0, ""]);
  expectWhole(stdout, SCRIPTS);
});

Deno.test({
  name: "the binary, its libraries and a script are enough: in an empty root",
  ignore: !HAS_NAMESPACES,
  async fn() {
    await using box = new Sandbox();
    const libraries = new TextDecoder().decode(
      new Deno.Command("ldd", { args: [BINARY] }).outputSync().stdout,
    ).match(/\/\S+/g) ?? [];
    const root = box.path("root");
    for (const folder of ["proc", "w"]) Deno.mkdirSync(`${root}/${folder}`, { recursive: true });
    for (const path of libraries) {
      Deno.mkdirSync(root + path.replace(/\/[^/]*$/, ""), { recursive: true });
      Deno.copyFileSync(path, root + path);
    }
    Deno.copyFileSync(BINARY, `${root}/runner`);
    new Deno.Command("cp", { args: ["-r", `${SCRIPTS}/.`, `${root}/w`] }).outputSync();
    const [file = "", ...args] = mounted(`mount -t proc proc ${root}/proc`);
    const words = [...args, "chroot", root, "/runner", "__script", "/w/whole.ts", "one", "two 2"];
    const { stdout, stderr } = await new Deno.Command(file, { args: words }).output();
    assertEquals(new TextDecoder().decode(stderr), "");
    expectWhole(new TextDecoder().decode(stdout), "/w");
  },
});

Deno.test("an error nobody catches ends a script with 1, and its trace has the script's own places", async () => {
  const thrown = await runScript([`${SCRIPTS}/throws.ts`]);
  assertEquals(thrown.code, 1);
  for (
    const part of [
      "TypeError: job 3 x",
      `at fail (file://${SCRIPTS}/throws.ts:7:64)`,
      `at file://${SCRIPTS}/throws.ts:10:18`,
    ]
  ) assertTrue(thrown.stderr.includes(part), `${part}\n${thrown.stderr}`);

  const rejected = await runScript([`${SCRIPTS}/rejects.js`]);
  assertEquals([rejected.code, rejected.stdout], [1, ""]);
  assertTrue(rejected.stderr.includes("nobody cares"), rejected.stderr);
  assertTrue(rejected.stderr.includes(`file://${SCRIPTS}/rejects.js:2:16`), rejected.stderr);
});

Deno.test("what cannot be loaded is said with file, line, column, the line, and what to do", async () => {
  await using box = new Sandbox();
  box.write("there.ts", "export const there = 1;\n");
  box.write("a.cts", "export = 1;\n");
  box.write("a.tsx", "<a />;\n");
  Deno.mkdirSync(box.path("node_modules/esm"), { recursive: true });
  box.write("node_modules/esm/package.json", `{"type":"module","exports":"./main.js"}`);
  box.write(
    "node_modules/esm/main.js",
    `import { basename } from "path";\nexport const word = basename("/a/esm");\n`,
  );
  const cases: readonly (readonly [string, string, string, string])[] = [
    [
      "a.ts",
      "const a: number = 1;\nfunction f(: string) {}\n",
      "2:12: Unexpected token",
      "f(: string)",
    ],
    [
      "b.ts",
      "const a: number = 1;\n  const b;\n",
      "2:9: Missing initializer",
      "  const b;\n          ^",
    ],
    ["c.js", "let a = 1;\nlet a = 2;\n", "2:5: Identifier 'a' has already", "let a = 2;"],
    [
      "d.ts",
      `import { x } from "./there";\nx();\n`,
      `1:19: Cannot import "./there"`,
      `mean "./there.ts"`,
    ],
    [
      "e.ts",
      `import { no } from "./there.ts";\nno();\n`,
      "1:10: The requested module",
      "named 'no'",
    ],
    ["f.ts", `import x from "esm/no";\nx();\n`, `1:15: Cannot import "esm/no": the package`, ""],
    ["g.ts", `import x from "npm:zod";\nx();\n`, `1:15: Cannot import "npm:zod"`, "esbuild"],
    ["i.ts", "class A {\n  @log() m() {}\n}\n", "2:3: ", "Decorators are not supported. Bundle"],
    ["j.ts", "const a = <b>1</b>;\n", "1:", "JSX is not supported. Bundle"],
    [
      "k.ts",
      "namespace N {\n  export const a = 1;\n}\n",
      "1:1: TypeScript's namespaces",
      "of its own",
    ],
    ["l.ts", `import fs = require("fs");\nfs;\n`, "1:1: TypeScript's import = ", "Write: import"],
    ["m.ts", "export = 1;\n", "1:1: TypeScript's export = ", "export default"],
    ["n.ts", `import a from "@/a.ts";\na;\n`, `1:15: Cannot import "@/a.ts"`, "tsconfig.json"],
    [
      "o.ts",
      `import a from "./a.cts";\na;\n`,
      `1:15: Cannot import "./a.cts": Type`,
      "call it .ts",
    ],
    ["p.ts", `import a from "./a.tsx";\na;\n`, `1:15: Cannot import "./a.tsx": JSX`, "esbuild"],
    ["h.ts", `import x from "absent";\nx();\n`, `1:15: Cannot import "absent"`, "esbuild"],
  ];
  for (const [name, text, fault, hint] of cases) {
    const { code, stderr } = await runScript([box.write(name, text)]);
    assertEquals(code, 1, name);
    assertTrue(stderr.startsWith(`runner: Cannot load ${box.path(name)}:${fault}`), stderr);
    assertTrue(stderr.includes(hint), stderr);
  }
  const good = box.write("good.js", `import { word } from "esm";\nconsole.log(word);\n`);
  assertEquals((await runScript([good])).stdout, "esm\n");
});

Deno.test("a file of TypeScript is found by the name that it has once it is compiled", async () => {
  await using box = new Sandbox();
  box.write("a.ts", "export const a: number = 1;\n");
  box.write("b.mts", "export const b: number = 2;\n");
  box.write("c.ts", "export const c = 'ts';\n");
  box.write("c.js", "export const c = 'js';\n");
  const script = box.write(
    "main.ts",
    `import { a } from "./a.js";
import { b } from "./b.mjs";
const { c } = await import("./c.js");
console.log(a, b, c);
`,
  );
  const { stdout, stderr } = await runScript([script]);
  assertEquals([stdout, stderr], ["1 2 js\n", ""]);
});

Deno.test("each allow_ of a script bites, and only that one", async () => {
  const all = { read: true, write: true, env: true, run: true, ffi: true, net: true };
  for (const name of ["", ...Object.keys(all)]) {
    const limit = name === "" ? [] : [`--deny=${name}`];
    const { stdout, stderr } = await runScript([...limit, `${SCRIPTS}/tries.ts`]);
    const expected = {
      ...all,
      imported: name !== "read",
      ...(name === "" ? {} : { [name]: false }),
    };
    assertEquals(stderr, "");
    assertEquals(JSON.parse(stdout), expected, name);
  }
});

for (const limits of [[], ["--max-heap=134217728"], [`--allow={"net":["127.0.0.1"]}`]]) {
  Deno.test(`a script's words go to NOTIFY_SOCKET: ${limits.join("") || "without limits"}`, async () => {
    await using box = new Sandbox();
    await using receiver = await listenForNotices(box.path("notify"), box.path("notices"));
    const env = { NOTIFY_SOCKET: box.path("notify") };
    const script = box.run(["__script", ...limits, `${SCRIPTS}/stops.ts`], { env });
    await receiver.said(/READY=1/);
    await receiver.said(/X_RUNNER_METRIC=queue=2/);
    await until("the script to be up", async () => (await script.stdout()).includes("up\n"));
    assertEquals(await script.stop(), 5);
    assertEquals(await script.stdout(), "up\nasked to stop by SIGTERM\n");
  });
}

Deno.test("a web worker has words of its own for NOTIFY_SOCKET, unless it may load no library", async () => {
  await using box = new Sandbox();
  await using receiver = await listenForNotices(box.path("notify"), box.path("notices"));
  const env = { NO_COLOR: "1", NOTIFY_SOCKET: box.path("notify") };
  box.write("part.ts", `runner.jobDone();\npostMessage(typeof runner.stopping.then);\n`);
  const script = box.write(
    "main.js",
    `const part = new Worker(new URL("./part.ts", import.meta.url), { type: "module" });
part.onmessage = ({ data }) => { console.log(data); part.terminate(); };
`,
  );
  const { code, stdout, stderr } = await runScript([script], env);
  assertEquals([code, stdout, stderr], [0, "function\n", ""]);
  await receiver.said(/X_RUNNER_JOB=1/);
  const limited = await runScript(["--deny=ffi", script], env);
  assertEquals(limited.code, 1);
  assertTrue(limited.stderr.includes("from a web worker without allow_ffi"), limited.stderr);
});

Deno.test("a script in a pool: its name, its limits, its signals", async () => {
  await using box = new Sandbox();
  const runner = box.start(
    `
[program.worker]
script = "stops.ts"
directory = "${SCRIPTS}"
stdout_logfile = "${box.path("worker.log")}"
[program.limited]
script = "${SCRIPTS}/tries.ts"
allow_net = false
allow_run = false
stdout_logfile = "${box.path("limited.log")}"
startsecs = 0
autorestart = false
[program.broken]
script = "${SCRIPTS}/throws.ts"
stderr_logfile = "${box.path("broken.log")}"
startsecs = 0
autorestart = false
`,
    { env: { NO_COLOR: "" } },
  );
  const pid = await runner.spawnOf("worker");
  await until("the worker to be up", async () => (await box.read("worker.log")).includes("up\n"));
  assertEquals(Deno.readTextFileSync(`/proc/${pid}/comm`), "stops.ts\n");
  assertEquals(
    Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0"),
    ["runner", "__script", "stops.ts", ""],
  );
  const limited = await until("the limited one to tell", async () => {
    return (await box.read("limited.log")).match(/^{.*}$/m)?.[0];
  });
  const { net, run, read } = JSON.parse(limited);
  assertEquals({ net, run, read }, { net: false, run: false, read: true });
  await runner.said(/exited: broken \(exit status 1; not expected\)/);
  const broken = await box.read("broken.log");
  assertTrue(
    /^error: Uncaught TypeError: job 3 x$/m.test(broken),
    `no colours in a file: ${broken}`,
  );
  assertEquals(await runner.stop(), 0);
  assertTrue((await box.read("worker.log")).endsWith("asked to stop by SIGTERM\n"), "the stop");
});

Deno.test("a script that is no command is sent to the manifest, also when another one has forked it", async () => {
  await using box = new Sandbox();
  const part = box.write("part.ts", "process.send(1);\n");
  const script = box.write(
    "main.ts",
    `import { fork } from "node:child_process";
fork(${JSON.stringify(part)}).on("exit", (code) => Deno.exit(code ?? 9));
`,
  );
  const { code, stderr } = await runScript([script]);
  assertEquals(code, 2);
  assertTrue(stderr.includes("fork() in one does not work: use a thread"), stderr);
});
