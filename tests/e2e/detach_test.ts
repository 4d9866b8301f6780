// `runner start -d`: the command returns when the pool is up, the runner lives on by itself.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { BINARY, CHILDREN, Sandbox } from "../support/runner_process.ts";
import { isAlive, textOf, until } from "../support/wait.ts";

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A sandbox whose runner in the background is ended with it. */
class Background extends Sandbox {
  constructor() {
    super();
    Deno.mkdirSync(this.path("run"), { mode: 0o700 });
  }

  /** Runs a command with its outputs as pipes and reads them to their ends, as a script does in `$(…)`. */
  async command(args: readonly string[], wrapper: readonly string[] = []): Promise<Answer> {
    const [program = BINARY, ...words] = [...wrapper, BINARY, ...args];
    const child = new Deno.Command(program, {
      args: words,
      cwd: this.folder,
      env: { RUNNER_RUNTIME_DIR: this.path("run"), NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const limit = setTimeout(() => child.kill("SIGKILL"), 10_000);
    const { code, stdout, stderr } = await child.output();
    clearTimeout(limit);
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  startDetached(manifest: string, file = "runner.toml"): Promise<Answer> {
    this.write(file, manifest);
    return this.command(["start", "-d", file]);
  }

  /** The runner that has this folder's lock; 0 when there is none. */
  async pid(): Promise<number> {
    const names = [...Deno.readDirSync(this.path("run"))].map(({ name }) => name);
    const record = names.find((name) => name.endsWith(".json"));
    const text = record === undefined ? "" : await this.read(`run/${record}`);
    return Number(text.match(/"pid":(\d+)/)?.[1] ?? 0);
  }

  async stopDetached(): Promise<void> {
    const pid = await this.pid();
    if (pid === 0) return;
    Deno.kill(pid, "SIGTERM");
    await until("the runner in the background to end", () => !isAlive(pid));
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.stopDetached();
    await super[Symbol.asyncDispose]();
  }
}

/** Fields of /proc/PID/stat after the name: state, parent, group, session, terminal … */
async function statOf(pid: number): Promise<string[]> {
  return (await textOf(`/proc/${pid}/stat`)).replace(/^.*\) /, "").split(" ");
}

Deno.test("start -d returns 0 when all is up, and lets go of the pipe, the session and the descriptors", async () => {
  await using box = new Background();
  const { code, stdout, stderr } = await box.startDetached(`
[program.web]
command = "${CHILDREN}/tells_about_itself.sh"
numprocs = 2
process_name = "web_%(process_num)d"
stdout_logfile = "${box.path("web_%(process_num)d.log")}"
`);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const pid = await box.pid();
  assertEquals(stdout, `runner runs in the background with pid ${pid}; 2 of 2 processes are up\n`);
  const log = await box.read("runner.log");
  assertTrue(
    log.includes("success: web_1 entered RUNNING state"),
    `up before it returned:\n${log}`,
  );
  const [, parent, , session, terminal] = await statOf(pid);
  assertTrue(parent !== `${Deno.pid}`, "nobody's child");
  assertEquals([session, terminal], [`${pid}`, "0"]);
  for (const fd of [0, 1, 2]) assertEquals(Deno.readLinkSync(`/proc/${pid}/fd/${fd}`), "/dev/null");
  const facts = await until("its facts", async () => {
    const text = await box.read("web_0.log");
    return text.includes("end of facts") ? text : null;
  });
  assertTrue(!facts.includes("RUNNER_READY"), "what is between the two runners stays there");
  await box.stopDetached();
  const end = await box.read("runner.log");
  assertTrue(end.includes("received SIGTERM indicating exit request"), end);
  assertTrue(end.includes("everything has stopped"), end);
});

Deno.test("start -d from a terminal outlives it", async () => {
  await using box = new Background();
  box.write("runner.toml", `[program.web]\ncommand = "${CHILDREN}/forever.sh"\n`);
  const script = `exec ${BINARY} start --detach runner.toml`;
  const shell = new Deno.Command("script", {
    args: ["-qec", script, "/dev/null"],
    cwd: box.folder,
    env: { RUNNER_RUNTIME_DIR: box.path("run"), NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
  });
  assertEquals((await shell.output()).code, 0);
  const pid = await box.pid();
  const [, , , session, terminal] = await statOf(pid);
  assertEquals([session, terminal], [`${pid}`, "0"]);
  assertTrue(isAlive(pid), "the terminal is gone, the runner is not");
});

Deno.test("start -d of an INI: logfile, pidfile, directory and umask hold, SIGHUP finds the manifest again", async () => {
  await using box = new Background();
  Deno.mkdirSync(box.path("place"));
  const { code } = await box.startDetached(
    `[supervisord]
logfile=logs/own.log
pidfile=%(here)s/own.pid
directory=%(here)s/place
umask=027
[program:web]
command=${CHILDREN}/tells_about_itself.sh
stdout_logfile=web.log
startsecs=0
`,
    "pool.ini",
  );
  assertEquals(code, 0);
  const pid = await box.pid();
  assertEquals(await box.read("own.pid"), `${pid}\n`);
  const facts = await until("its facts", async () => {
    const text = await box.read("web.log");
    return text.includes("end of facts") ? text : null;
  });
  const real = Deno.realPathSync(box.path("place"));
  assertEquals(facts.match(/^pwd=(.*)$/m)?.[1], real);
  assertEquals(facts.match(/^umask=(.*)$/m)?.[1], "0027");
  assertEquals((Deno.statSync(box.path("web.log")).mode ?? 0) & 0o777, 0o640);
  Deno.kill(pid, "SIGHUP");
  await until("the update", async () => {
    return (await box.read("logs/own.log")).includes("update: nothing has changed");
  });
  await box.stopDetached();
  assertEquals(
    [...Deno.readDirSync(box.path("place"))],
    [],
    "relative paths are of the first folder",
  );
});

Deno.test("start -d says why a program cannot start: status 1, the others run", async () => {
  await using box = new Background();
  const { code, stdout, stderr } = await box.startDetached(`
[program.bad]
command = "no-such-command-here"
[program.quick]
command = "${CHILDREN}/exit_with.sh 3"
[program.good]
command = "${CHILDREN}/forever.sh"
`);
  assertEquals({ code, stdout }, { code: 1, stdout: "" });
  assertTrue(stderr.includes("bad: can't find command 'no-such-command-here'"), stderr);
  assertTrue(/quick: .*(3|quickly)/.test(stderr), stderr);
  const log = await box.read("runner.log");
  assertTrue(isAlive(Number(log.match(/spawned: 'good' with pid (\d+)/)?.[1])), "good runs");
});

Deno.test("start -d of a pool that ends again says so with its status", async () => {
  await using box = new Background();
  const heart =
    `[program.heart]\ncommand = "${CHILDREN}/exit_with.sh 9"\nstartretries = 0\ncritical = true\n`;
  const { code, stderr } = await box.startDetached(heart);
  assertEquals(code, 9);
  assertTrue(/^runner: Cannot go on: .*heart/.test(stderr), stderr);
});

Deno.test("start -d of a bad manifest is status 2, nothing started", async () => {
  await using box = new Background();
  const { code, stderr } = await box.startDetached(`[program.web]\ncommand = "x"\nstartsecs = -\n`);
  assertEquals(code, 2);
  assertTrue(stderr.includes("runner.toml:3"), stderr);
  assertTrue(stderr.includes("Nothing has been started"), stderr);
  assertEquals(await box.read("runner.log"), "");
});

Deno.test("start -d beside a runner of the same manifest is status 3, with the hint", async () => {
  await using box = new Background();
  const manifest = `[program.web]\ncommand = "${CHILDREN}/forever.sh"\n`;
  assertEquals((await box.startDetached(manifest)).code, 0);
  const pid = await box.pid();
  const { code, stderr } = await box.startDetached(manifest);
  assertEquals(code, 3);
  assertTrue(stderr.includes(`process ${pid} is running it already`), stderr);
  assertTrue(stderr.includes("runner update"), stderr);
  assertTrue(isAlive(pid), "the first goes on");
});

Deno.test("start -d says what is wrong with the runner's own settings", async () => {
  await using box = new Background();
  const program = `[program:web]\ncommand=${CHILDREN}/forever.sh\n`;
  for (
    const [setting, status, said] of [
      ["directory=/no/such/folder", 1, "/no/such/folder"],
      ["minfds=99999999", 2, "99999999"],
    ] as const
  ) {
    const answer = await box.startDetached(`[supervisord]\n${setting}\n${program}`, "pool.ini");
    assertEquals(answer.code, status, answer.stderr);
    assertTrue(answer.stderr.includes(said), answer.stderr);
    assertTrue(!/ {4}at /.test(answer.stderr), answer.stderr);
  }
});
