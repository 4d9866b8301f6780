// Links named supervisord and supervisorctl: init scripts and habits go on as they were.
import { fileURLToPath } from "node:url";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { BINARY, CHILDREN, Sandbox } from "../support/runner_process.ts";
import { runWords, type Said } from "../support/run_words.ts";
import { HEAD, programSection, REAL_CTL, SupervisorSide } from "../support/supervisor_pair.ts";
import { isAlive, textOf, until } from "../support/wait.ts";

const FOREVER = `${CHILDREN}/forever.sh`;

/** A folder with the links, and what is run in it. */
class Links implements AsyncDisposable {
  readonly box = new Sandbox();

  constructor() {
    for (const name of ["supervisord", "supervisorctl"]) {
      Deno.symlinkSync(BINARY, this.box.path(name));
    }
  }

  get env(): Record<string, string> {
    return { RUNNER_RUNTIME_DIR: this.box.path("run"), NO_COLOR: "1" };
  }

  run([name = "", ...args]: readonly string[], input = ""): Promise<Said> {
    const program = name.startsWith("/") ? name : this.box.path(name);
    return runWords([program, ...args], { cwd: this.box.folder, env: this.env, input });
  }

  /** The pid in the pid file, once it is there. */
  pid(name: string): Promise<number> {
    return until(`${name} is there`, async () => Number(await textOf(this.box.path(name))) || null);
  }

  /** Ends a runner in the background. */
  async end(pid: number): Promise<void> {
    Deno.kill(pid, "SIGTERM");
    await until("it has ended", () => !isAlive(pid));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.box[Symbol.asyncDispose]();
  }
}

Deno.test("supervisord goes to the background, silently, and its options stand over the file", async () => {
  await using links = new Links();
  links.box.write("s.conf", HEAD + programSection("web", FOREVER, "startsecs=60"));
  const options = "-c s.conf -l own.log -j own.pid -i me -e debug --minfds=256".split(" ");
  assertEquals(await links.run(["supervisord", ...options]), { out: "", err: "", code: 0 });
  const pid = await links.pid("own.pid");
  try {
    const status = await links.run(["supervisorctl", "-c", "s.conf", "status"]);
    assertEquals([status.out.trim(), status.code], [`web${" ".repeat(30)}STARTING`, 0]);
    const again = await links.run(["supervisord", "-c", "s.conf"]);
    assertTrue(again.code !== 0 && again.err.startsWith("Error: Cannot start"), again.err);
    // What was given once holds when the file is read again.
    await links.run(["supervisorctl", "-c", "s.conf", "reload"]);
    const log = () => textOf(links.box.path("own.log"));
    const starts = async () => (await log()).match(/supervisord started with pid/g)?.length;
    await until("it has started again", async () => (await starts()) === 2);
    assertEquals([await textOf(links.box.path("s.log")), await links.pid("own.pid")], ["", pid]);
    assertTrue((await log()).includes(" DEBG "), "no debug lines");
  } finally {
    await links.end(pid);
  }
});

Deno.test("supervisord stays in front by -n and by nodaemon=true", async () => {
  await using links = new Links();
  const program = programSection("web", FOREVER);
  links.box.write("s.conf", HEAD + program);
  links.box.write(
    "front.conf",
    HEAD.replace("[supervisord]", "[supervisord]\nnodaemon=true") + program,
  );
  for (const words of [["-nc", "s.conf"], ["-c", "front.conf"]]) {
    const child = new Deno.Command(links.box.path("supervisord"), {
      args: words,
      cwd: links.box.folder,
      env: links.env,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const log = () => textOf(links.box.path("s.log"));
    await until("it runs", async () => (await log()).includes("success: web"));
    child.kill("SIGTERM");
    assertEquals((await child.status).code, 0);
    Deno.removeSync(links.box.path("s.log"));
  }
});

Deno.test("supervisord says what it cannot take, with status 2", async () => {
  await using links = new Links();
  links.box.write("s.conf", HEAD + programSection("web", FOREVER));
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [["-c", "none.conf"], /^Error: could not find config file none.conf\nFor help, use/],
    [["-x"], /^Error: option -x not recognized/],
    [["-c", "s.conf", "start"], /^Error: positional arguments are not supported/],
    [
      ["-c", "s.conf", "-y", "much"],
      /^command line: \[supervisord\] logfile_maxbytes: Cannot read/,
    ],
  ];
  for (const [words, wanted] of cases) {
    const { err, code } = await links.run(["supervisord", ...words]);
    assertEquals(code, 2, words.join(" "));
    assertTrue(wanted.test(err), err);
  }
  assertEquals((await links.run(["supervisord", "-v"])).out, "4.2.5\n");
  assertTrue((await links.run(["supervisord", "-h"])).out.includes("--nodaemon"), "no help");
  assertTrue((await links.run(["supervisorctl", "-h"])).out.includes("--serverurl"), "no help");
});

Deno.test("supervisorctl of ours says what the real one says, to supervisord and to us", async () => {
  await using links = new Links();
  const manifest = HEAD + programSection("web", FOREVER) +
    programSection("pool", FOREVER, "numprocs=2\nprocess_name=%(process_num)d");
  const lines = [
    "status",
    "status web nope pool:*",
    "pid nope",
    "avail",
    "version",
    "start web nope pool:*",
    "stop pool:0",
    "stop pool:0",
    "signal NOPE web",
    "tail web",
    "tail nope",
    "maintail -x",
    "clear nope",
    "reread",
    "update nope",
    "fg pool:0",
    "nonsense",
    "help",
  ];
  for (const side of ["theirs", "ours"] as const) {
    await using server = new SupervisorSide(side, links.box.folder, manifest);
    await server.isUp();
    const theirs = await server.ctl(lines.map((line) => line.split(" ")));
    await server.ctl([["start", "pool:0"]]);
    for (const [index, line] of lines.entries()) {
      const words = ["supervisorctl", "-c", `${server.folder}/s.conf`, ...line.split(" ")];
      const { out, code } = await links.run(words);
      const said = { command: line, lines: server.comparable(out), status: code };
      assertEquals(said, theirs[index]);
    }
    const script = "stop web\nnope\nshutdown\nn\nquit\n";
    const args = ["-c", `${server.folder}/s.conf`];
    const real = await links.run([REAL_CTL, ...args], script);
    await server.ctl([["start", "web"]]);
    const own = await links.run(["supervisorctl", ...args], script);
    const shown = ({ out, code }: Said) => [server.comparable(out), code];
    assertEquals(shown(own), shown(real));
  }
});

Deno.test("supervisorctl finds its server in an included file, in the server section, and without any", async () => {
  await using links = new Links();
  const program = programSection("web", FOREVER);
  const server = (name: string) => `[unix_http_server]\nfile=%(here)s/${name}.sock\n`;
  const head = (name: string) =>
    `[supervisord]\nlogfile=%(here)s/${name}.log\npidfile=%(here)s/${name}.pid\n`;
  links.box.write("ctl.ini", "[supervisorctl]\nserverurl=unix://%(here)s/a.sock\nprompt=shop\n");
  links.box.write("a.conf", head("a") + server("a") + program + "[include]\nfiles=ctl.ini\n");
  links.box.write("b.conf", head("b") + server("b") + program);
  links.box.write("c.conf", head("c") + program);
  for (const name of ["a", "b", "c"]) {
    const started = links.box.run(["supervisord", "-n", "-c", `${name}.conf`]);
    const { pid } = started;
    await until(`${name} answers`, async () => {
      const { out } = await links.run(["supervisorctl", "-c", `${name}.conf`, "pid"]);
      return out === `${pid}\n`;
    });
    const shell = await links.run([BINARY, "supervisorctl", "-c", `${name}.conf`], "pid\n");
    const prompt = name === "a" ? "shop" : "supervisor";
    assertTrue(shell.out.endsWith(`\n${prompt}> ${pid}\n${prompt}> \n`), shell.out);
    assertEquals(await started.stop(), 0);
  }
  const gone = await links.run(["supervisorctl", "-c", "b.conf", "status"]);
  assertEquals([gone.out, gone.code], [`unix://${links.box.path("b.sock")} no such file\n`, 4]);
});

Deno.test("supervisorctl follows a log to Ctrl-C, and ends when nobody reads it", async () => {
  await using links = new Links();
  links.box.write("s.conf", HEAD + programSection("cat", "/bin/cat"));
  const started = links.box.run(["supervisord", "-n", "-c", "s.conf"]);
  const ctl = `${links.box.path("supervisorctl")} -c s.conf`;
  const sh = (line: string) =>
    new Deno.Command("sh", { args: ["-c", line], cwd: links.box.folder, env: links.env }).spawn();
  await until("it answers", async () => {
    return (await links.run(["supervisorctl", "-c", "s.conf", "pid", "cat"])).code === 0;
  });
  const shown = () => textOf(links.box.path("followed"));
  const child = sh(`exec ${ctl} tail -f cat >followed`);
  await until("it follows", async () => (await shown()) !== "");
  const fed = await links.run(["supervisorctl", "-c", "s.conf", "fg", "cat"], "one\ntwo\n");
  assertTrue(fed.out.endsWith("Exiting foreground\n"), fed.out);
  await until("it is shown", async () => (await shown()).includes("one\ntwo\n"));
  child.kill("SIGINT");
  assertEquals((await child.status).code, 0);
  assertEquals((await shown()).split("\n").at(-2), "");
  const cut = sh(`${ctl} tail -f cat | head -n 1 >cut; : >done`);
  await until("head has read", async () => (await textOf(links.box.path("cut"))) !== "");
  await links.run(["supervisorctl", "-c", "s.conf", "fg", "cat"], "three\n");
  assertEquals((await cut.status).code, 0);
  assertEquals(await started.stop(), 0);
});

const TERMINAL = fileURLToPath(new URL("../support/on_terminal.py", import.meta.url));

Deno.test("supervisorctl's shell at a terminal completes, remembers, asks for a password and takes Ctrl-C", async () => {
  await using links = new Links();
  const server = "[unix_http_server]\nfile=%(here)s/s.sock\nusername=me\npassword=s3cret\n";
  const ctl = "[supervisorctl]\nserverurl=unix://%(here)s/s.sock\nhistory_file=%(here)s/history\n";
  const head = "[supervisord]\nlogfile=%(here)s/s.log\npidfile=%(here)s/s.pid\n";
  const pool = programSection("pool", FOREVER, "numprocs=2\nprocess_name=p%(process_num)d");
  links.box.write("s.conf", head + server + ctl + pool);
  const started = links.box.run(["supervisord", "-n", "-c", "s.conf"]);
  await until(
    "it listens",
    () => textOf(links.box.path("s.log")).then((log) => log.includes("success")),
  );
  const argv = [links.box.path("supervisorctl"), "-c", links.box.path("s.conf")];
  const steps = [
    ["Username:", "me\r"],
    ["Password:", "s3cret\r"],
    ["pool:p1", ""],
    ["supervisor> ", "sto\t"],
    ["stop ", "pool:\t\t"],
    ["pool:p1", "p0\r"],
    ["pool:p0: stopped", ""],
    ["supervisor> ", "\x1b[A\r"],
    ["ERROR (not running)", ""],
    ["supervisor> ", "tail -f pool:p1\r"],
    ["Ctrl-C to exit", ""],
    ["ready", "\x03"],
    ["supervisor> ", "\x04"],
  ];
  const { out } = await links.run(["/usr/bin/python3", TERMINAL], JSON.stringify({ argv, steps }));
  assertTrue(out.endsWith("\nstatus 0\n") && !out.includes("in vain"), out);
  assertTrue(!out.includes("s3cret"), "the password was shown");
  const history = await textOf(links.box.path("history"));
  assertEquals(history.split("\n").at(-2), "tail -f pool:p1");
  assertTrue(!history.includes("s3cret"), "the password was kept");
  assertEquals(await started.stop(), 0);
});
