// Scripts with a part of a permission, or with a heap of their own, on the compiled binary.
import { fileURLToPath } from "node:url";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { BINARY, Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

const SCRIPTS = fileURLToPath(new URL("../fixtures/scripts", import.meta.url));

/** Every script in a box runs with these: a limit that means nothing to it, in both kinds of boxes. */
const BOXES: readonly (readonly string[])[] = [
  [`--allow={"net":["127.0.0.1"]}`],
  ["--max-heap=134217728"],
];

interface Ran {
  readonly code: number;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function runScript(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const output = await new Deno.Command(BINARY, {
    args: ["__script", ...words],
    stdin: "null",
    env: { NO_COLOR: "1", ...env },
  }).output();
  const [stdout = "", stderr = ""] = [output.stdout, output.stderr].map((bytes) =>
    new TextDecoder().decode(bytes)
  );
  return { code: output.code, signal: output.signal, stdout, stderr };
}

function listen() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = (async () => {
    for await (const connection of listener) connection.close();
  })();
  return {
    port: listener.addr.port,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await accepting;
    },
  };
}

Deno.test("lists of a program are what its script may use, and nothing beside", async () => {
  await using box = new Sandbox();
  await using good = listen();
  await using bad = listen();
  Deno.mkdirSync(box.path("open"));
  box.write("open/a.txt", "a");
  box.write("closed.txt", "c");
  const program = `
script = "${SCRIPTS}/parts.ts"
args = ["${good.port}", "${bad.port}", "${box.folder}"]
directory = "${box.folder}"
environment = { GOOD = "1", BAD = "1" }
startsecs = 0
autorestart = false
`;
  const runner = box.start(`
[program.limited]
stdout_logfile = "${box.path("limited.log")}"
redirect_stderr = true
allow_net = ["127.0.0.1:${good.port}"]
allow_read = ["open"]
allow_write = ["${box.path("open")}"]
allow_env = ["GOOD"]
allow_run = ["/bin/true"]
allow_ffi = false
${program}
[program.whole]
stdout_logfile = "${box.path("whole.log")}"
redirect_stderr = true
max_heap = "128MB"
${program}
`);
  const found = async (name: string) =>
    JSON.parse(
      await until(`${name} to tell`, async () =>
        (await box.read(`${name}.log`)).match(/^{.*}$/m)?.[0]),
    );
  assertEquals(await found("limited"), {
    net: [true, false],
    read: [true, false],
    write: [true, false],
    env: [true, false],
    run: [true, false],
    ffi: false,
    escape: false,
  });
  const both = [true, true];
  assertEquals(await found("whole"), {
    net: both,
    read: both,
    write: both,
    env: both,
    run: both,
    ffi: true,
    escape: true,
  });
  for (const name of ["limited", "whole"]) {
    await runner.said(new RegExp(`exited: ${name} \\(exit status 7; not expected\\)`));
  }
  assertEquals(await runner.stop(), 0);
});

Deno.test("a script in a box sees itself as outside, web workers included", async () => {
  const words = [`${SCRIPTS}/whole.ts`, "one", "two 2"];
  const outside = await runScript(words);
  for (const limits of BOXES) {
    assertEquals(await runScript([...limits, ...words]), outside, limits.join(" "));
  }
});

Deno.test("a script in a box ends as outside: codes, errors with its own lines", async () => {
  await using box = new Sandbox();
  const ends: readonly (readonly [string, number])[] = [
    ["Deno.exit(4);", 4],
    ["setTimeout(() => Deno.exit(5), 5);", 5],
    ["await new Promise((done) => setTimeout(done, 5));\nDeno.exit(6);", 6],
    [`import process from "node:process";\nprocess.exit(7);`, 7],
    ["Deno.exitCode = 8;", 8],
    ["setTimeout(() => {}, 5);", 0],
    ["let a = 1;\nlet a = 2;", 1],
  ];
  for (const limits of BOXES) {
    for (const [text, code] of ends) {
      const ran = await runScript([...limits, box.write("ends.js", text)]);
      assertEquals([ran.code, ran.signal, ran.stdout], [code, null, ""], `${text}\n${ran.stderr}`);
    }
    const thrown = await runScript([...limits, `${SCRIPTS}/throws.ts`]);
    assertEquals(thrown.code, 1);
    assertTrue(thrown.stderr.includes(`at fail (file://${SCRIPTS}/throws.ts:7:64)`), thrown.stderr);
  }
});

Deno.test("a script in a box hears signals, and what it tells is passed on", async () => {
  await using box = new Sandbox();
  const limits = [`allow_net = ["127.0.0.1"]`, `max_heap = "128MB"`];
  const programs = limits.map((limit, at) => `
[program.w${at}]
script = "stops.ts"
directory = "${SCRIPTS}"
stdout_logfile = "${box.path(`w${at}.log`)}"
redirect_stderr = true
${limit}
`);
  const runner = box.start(programs.join(""));
  for (const at of [0, 1]) {
    await until("it to be up", async () => (await box.read(`w${at}.log`)).includes("up\n"));
  }
  assertEquals(await runner.stop(), 0);
  for (const at of [0, 1]) {
    const log = await box.read(`w${at}.log`);
    assertTrue(log.endsWith("asked to stop by SIGTERM\n"), log);
  }
});

Deno.test("a script in a box imports later what its text names, without any other permission", async () => {
  await using box = new Sandbox();
  box.write("later.ts", "export const later: string = import.meta.url.slice(-8);\n");
  const script = box.write(
    "now.js",
    `try { await import("./gone.js"); } catch (error) { console.log(error.name); }
console.log((await import("./later.ts")).later);
`,
  );
  const none = "--deny=net,write,env,run,ffi";
  const ran = await runScript([none, `--allow={"read":["/nowhere"]}`, script]);
  assertEquals([ran.code, ran.stdout, ran.stderr], [0, "NotCapable\nlater.ts\n", ""]);
});

Deno.test("a script in a box makes web workers that its text names, without any other permission", async () => {
  await using box = new Sandbox();
  box.write("part.ts", "const a: string = import.meta.filename;\npostMessage(a);\n");
  const script = box.write(
    "now.ts",
    `const part = new Worker(new URL("./part.ts", import.meta.url), { type: "module" });
part.onmessage = ({ data }: MessageEvent) => {
  console.log(data);
  part.terminate();
};
`,
  );
  const none = "--deny=net,write,env,run,ffi";
  for (const more of [`--allow={"read":["/nowhere"]}`, "--max-heap=100000000"]) {
    const ran = await runScript([none, more, script]);
    assertEquals([ran.code, ran.stdout, ran.stderr], [0, `${box.path("part.ts")}\n`, ""]);
  }
  const unboxed = await runScript([`${none},read`, script]);
  assertEquals([unboxed.stdout, unboxed.stderr], [`${box.path("part.ts")}\n`, ""]);
});

Deno.test("max_heap ends a script that keeps too much, and says so", async () => {
  await using box = new Sandbox();
  const text = `const kept = [];
for (let at = 0; at < 1500; at++) kept.push(new Array(10_000).fill(at));
console.log("kept");
`;
  const script = box.write("keeps.js", text);
  for (const extra of [[], [`--allow={"net":["a"]}`]]) {
    const small = await runScript([...extra, "--max-heap=67108864", script]);
    assertEquals([small.code, small.stdout], [1, ""]);
    assertEquals(
      small.stderr.split("\n")[0],
      "runner: Cannot go on: the script needs more heap than its max_heap of 64MB",
    );
    const large = await runScript([...extra, "--max-heap=1073741824", script]);
    assertEquals([large.code, large.stdout, large.stderr], [0, "kept\n", ""]);
  }
});
