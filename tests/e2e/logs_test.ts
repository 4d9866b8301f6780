// The output of real programs through the compiled runner: not a byte lost, not a line cut.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { BINARY, CHILDREN, Sandbox } from "../support/runner_process.ts";
import { textOf, until } from "../support/wait.ts";

/** Names of the files of a folder that begin with `prefix`, sorted. */
function filesOf(folder: string, prefix: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.startsWith(prefix)).sort();
}

/** Lines "PREFIX n" of a text, as numbers. */
function numbersIn(text: string, prefix: string): number[] {
  return [...text.matchAll(new RegExp(`^${prefix} (\\d+)\n`, "gm"))].map((match) =>
    Number(match[1])
  );
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

Deno.test("rotation keeps every line whole, in order, and every file within its size", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[runner]
shutdown_when = "all-exited"
[program.chatty]
command = ["${CHILDREN}/numbers_lines.sh", "行 number", "20000"]
startsecs = 0
stdout_logfile = "${box.path("logs/chatty.log")}"
stdout_logfile_maxbytes = "32KB"
stdout_logfile_backups = 50
`);
  assertEquals((await runner.status).code, 0);
  const names = filesOf(box.path("logs"), "chatty.log");
  const age = (name: string) => Number(name.split(".")[2] ?? 0);
  names.sort((a, b) => age(b) - age(a));
  assertTrue(names.length > 5, names.join());
  let all = "";
  for (const name of names) {
    const text = await box.read(`logs/${name}`);
    assertTrue(Deno.statSync(box.path(`logs/${name}`)).size <= 32 * 1024, `${name} is too large`);
    assertTrue(text.endsWith("\n"), `${name} ends in a line`);
    all += text;
  }
  assertEquals(numbersIn(all, "行 number"), upTo(20_000));
});

Deno.test("backups beyond the number asked for are removed, and compressed ones are whole", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.chatty]
command = ["${CHILDREN}/numbers_lines.sh", "line", "20000", "stay"]
startsecs = 0
stdout_logfile = "${box.path("chatty.log")}"
stdout_logfile_maxbytes = "32KB"
stdout_logfile_backups = 3
stdout_logfile_compress = true
`);
  const wanted = ["chatty.log.1.gz", "chatty.log.2.gz", "chatty.log.3.gz"];
  await until(
    "three packed backups",
    () => filesOf(box.folder, "chatty.log.").join() === wanted.join(),
  );
  for (const name of wanted) {
    const { success } = await new Deno.Command("gzip", { args: ["-t", box.path(name)] }).output();
    assertTrue(success, `${name} is a whole gzip file`);
  }
  assertEquals(await runner.stop(), 0);
});

Deno.test("redirect_stderr keeps the order of both streams", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[runner]
shutdown_when = "all-exited"
[program.both]
command = ["${CHILDREN}/both_streams.sh", "200"]
startsecs = 0
redirect_stderr = true
stdout_logfile = "${box.path("both.log")}"
`);
  assertEquals((await runner.status).code, 0);
  const wanted = upTo(200).map((n) => `out ${n}\nerr ${n}\n`).join("");
  assertEquals(await box.read("both.log"), wanted);
});

Deno.test("nothing is lost of a burst before SIGKILL", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.burst]
command = ["${CHILDREN}/numbers_lines.sh", "line", "50000", "stay"]
startsecs = 0
autorestart = false
stdout_logfile = "${box.path("burst.log")}"
stdout_logfile_maxbytes = 0
`);
  const pid = await runner.spawnOf("burst");
  // "stay" becomes sleep once everything has been written to the pipe.
  await until("all written", async () => (await textOf(`/proc/${pid}/comm`)) === "sleep\n");
  Deno.kill(pid, "SIGKILL");
  await runner.said("exited: burst (terminated by SIGKILL; not expected)");
  assertEquals(numbersIn(await box.read("burst.log"), "line"), upTo(50_000));
  assertEquals(await runner.stop(), 0);
});

Deno.test("what a grandchild writes after its parent has ended is kept", async () => {
  await using box = new Sandbox();
  const runner = box.start(
    `
[program:parent]
command=${CHILDREN}/writes_after_parent.sh
startsecs=0
stdout_logfile=${box.path("late.log")}
`,
    { file: "pool.ini" },
  );
  await until(
    "the late line",
    async () => await box.read("late.log") === "early line\nlate line\n",
  );
  assertEquals(await runner.stop(), 0);
});

Deno.test("two programs that name one file share it line by line", async () => {
  await using box = new Sandbox();
  const program = (name: string) => `
[program.${name}]
command = ["${CHILDREN}/numbers_lines.sh", "${name}", "20000"]
startsecs = 0
stdout_logfile = "${box.path("shared.log")}"
stdout_logfile_maxbytes = 0
`;
  const runner = box.start(
    `[runner]\nshutdown_when = "all-exited"\n${program("a")}${program("b")}`,
  );
  assertEquals((await runner.status).code, 0);
  const text = await box.read("shared.log");
  assertEquals(numbersIn(text, "a"), upTo(20_000));
  assertEquals(numbersIn(text, "b"), upTo(20_000));
  assertEquals(text.split("\n").length - 1, 40_000);
});

Deno.test("log_format gives lines with time and stream, or JSON", async () => {
  await using box = new Sandbox();
  const program = (name: string, format: string) => `
[program.${name}]
command = ["${CHILDREN}/both_streams.sh", "1"]
startsecs = 0
log_format = "${format}"
redirect_stderr = false
stdout_logfile = "${box.path(`${name}.log`)}"
stderr_logfile = "${box.path(`${name}.err`)}"
`;
  const runner = box.start(
    `[runner]\nshutdown_when = "all-exited"\n${program("plain", "text")}${program("json", "json")}`,
  );
  assertEquals((await runner.status).code, 0);
  assertTrue(/^\d{4}-\d\d-\d\d.* plain.*out 1\n$/.test(await box.read("plain.log")), "a text line");
  const line: unknown = JSON.parse(await box.read("json.err"));
  assertTrue(JSON.stringify(line).includes(`"stream":"stderr"`), JSON.stringify(line));
  assertTrue(JSON.stringify(line).includes(`"err 1"`), JSON.stringify(line));
});

const SHOWN = `
[runner]
shutdown_when = "all-exited"
log_stdout = true
[program.short]
command = ["${CHILDREN}/says_and_exits.sh", "hello"]
startsecs = 0
[program."短信"]
command = ["${CHILDREN}/says_and_exits.sh", "你好"]
startsecs = 0
[program.hidden]
command = ["${CHILDREN}/says_and_exits.sh", "unseen"]
startsecs = 0
log_stdout = false
`;

Deno.test("the copy on stdout has aligned names and no colour away from a terminal", async () => {
  await using box = new Sandbox();
  const runner = box.start(SHOWN, { env: { NO_COLOR: "" } });
  assertEquals((await runner.status).code, 0);
  const lines = (await runner.stdout()).trimEnd().split("\n").sort();
  // 短信 takes four columns, hidden six.
  assertEquals(lines, ["short  | hello", "短信   | 你好"]);
});

Deno.test("the copy on a terminal has colours, and --quiet has no copy", async () => {
  await using box = new Sandbox();
  box.write("runner.toml", SHOWN);
  const seen = async (args: string, env: Record<string, string>) => {
    const { stdout } = await new Deno.Command("script", {
      args: [
        "-qec",
        `${BINARY} start ${args}`,
        "/dev/null",
      ],
      cwd: box.folder,
      env: { RUNNER_RUNTIME_DIR: box.path("run"), TERM: "xterm", ...env },
      stdin: "null",
    }).output();
    return new TextDecoder().decode(stdout);
  };
  const coloured = await seen("runner.toml", { NO_COLOR: "" });
  assertTrue(coloured.includes("short  |\u001b[0m hello"), coloured);
  const plain = await seen("runner.toml", { NO_COLOR: "1" });
  assertTrue(plain.includes("short  | hello") && !plain.includes("\x1b["), "not coloured");
  const quiet = await seen("runner.toml --quiet", {});
  assertTrue(!quiet.includes("hello"), "no copy");
});

Deno.test("a program may log to the runner's own stdout", async () => {
  await using box = new Sandbox();
  const runner = box.start(
    `[program:web]
command=${CHILDREN}/says_and_exits.sh hello
startsecs=0
autorestart=false
stdout_logfile=/dev/stdout
`,
    { file: "pool.ini" },
  );
  await until("the line", async () => await runner.stdout() === "hello\n");
  assertEquals(await runner.stop(), 0);
});

Deno.test("a full disk costs lines, not programs: counted, reported, resumed", async () => {
  await using box = new Sandbox();
  const disk = box.path("disk");
  Deno.mkdirSync(disk);
  const script = `mount -t tmpfs -o size=256k none ${disk} && exec "$@"`;
  const runner = box.start(
    `
[program.ticker]
command = ["/bin/sh", "-c", "n=0; while :; do n=$((n+1)); echo tick $n; sleep 0.01; done"]
stdout_logfile = "${disk}/ticker.log"
`,
    { wrapper: ["unshare", "-m", "/bin/sh", "-c", script, "sh"] },
  );
  const pid = await runner.spawnOf("ticker");
  const inside = `/proc/${pid}/root${disk}`;
  await until("ticks", async () => (await textOf(`${inside}/ticker.log`)).includes("tick 5"));
  const { success } = await new Deno.Command("sh", {
    args: [
      "-c",
      `head -c 400000 /dev/zero >${inside}/ballast 2>/dev/null; test -s ${inside}/ballast`,
    ],
  }).output();
  assertTrue(success, "the disk has been filled");
  await runner.said(/Cannot write log .*ticker\.log: ENOSPC/);
  Deno.removeSync(`${inside}/ballast`);
  const [, lost] = await runner.said(/ticker\.log is written again: \d+ bytes, (\d+) lines lost/);
  await until("later ticks", async () => (await textOf(`${inside}/ticker.log`)).length > 0);
  const mark = numbersIn(await textOf(`${inside}/ticker.log`), "tick").at(-1) ?? 0;
  await until(
    "it goes on",
    async () => (numbersIn(await textOf(`${inside}/ticker.log`), "tick").at(-1) ?? 0) > mark + 5,
  );
  const numbers = numbersIn(await textOf(`${inside}/ticker.log`), "tick");
  const missing = (numbers.at(-1) ?? 0) - numbers.length;
  assertEquals(missing, Number(lost), "exactly the lines that were counted are missing");
  assertEquals((await runner.pidsOf("ticker")).length, 1);
  assertEquals(await runner.stop(), 0);
});

Deno.test("a reader of our stdout that sleeps stops programs, not the runner", async () => {
  await using box = new Sandbox();
  box.write(
    "runner.toml",
    `[runner]\nlog_stdout = true\n[program.flood]\ncommand = ["yes"]\nstartsecs = 0\n` +
      `stdout_logfile = "NONE"\n`,
  );
  await using runner = new Deno.Command(BINARY, {
    args: ["start", "runner.toml"],
    cwd: box.folder,
    env: { RUNNER_RUNTIME_DIR: box.path("run") },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = runner.stdout.getReader();
  const { value } = await reader.read();
  assertTrue(new TextDecoder().decode(value).startsWith("flood | y\n"), "it flows");
  // Nobody reads any more; the runner still takes signals.
  runner.kill("SIGTERM");
  const left = (async () => {
    while (!(await reader.read()).done);
  })();
  const { code } = await runner.status;
  await left;
  assertEquals(code, 0);
});
