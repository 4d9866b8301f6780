// When programs are up, useful or stuck: real workers that are late, that lie, that hang and that are silent.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { BINARY, type RunnerProcess, Sandbox } from "../support/runner_process.ts";
import { isAlive, until } from "../support/wait.ts";

/** What `describe --json` says of a process. */
interface Detail {
  readonly state: string;
  readonly description: string;
  readonly restartsBy: Readonly<Record<string, number>>;
  readonly wellness: {
    readonly waitsFor: string;
    readonly waiting: string;
    readonly readySince: string | null;
    readonly health: { readonly fault: string; readonly failures: number } | null;
    readonly heartbeat: string | null;
    readonly status: string;
    readonly metrics: Readonly<Record<string, number>>;
  } | null;
}

async function ask(box: Sandbox, args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(BINARY, {
    args: [...args],
    cwd: box.folder,
    env: { RUNNER_RUNTIME_DIR: box.path("run"), NO_COLOR: "1" },
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

/** As soon as the runner answers. */
function describe(box: Sandbox, name: string): Promise<Detail> {
  return until("an answer", async () => {
    const text = await ask(box, ["describe", name, "--json"]);
    const [detail]: readonly Detail[] = text === "" ? [] : JSON.parse(text);
    return detail;
  });
}

/** What the control socket answers to a GET. */
async function get(box: Sandbox, path: string): Promise<string> {
  const socket = [...Deno.readDirSync(box.path("run"))].find(({ name }) => name.endsWith(".sock"));
  const where = ["--unix-socket", box.path(`run/${socket?.name}`), `http://localhost${path}`];
  const { stdout } = await new Deno.Command("curl", { args: ["-s", ...where] }).output();
  return new TextDecoder().decode(stdout);
}

/** Waits for the runner to say that a process is RUNNING so often. */
function running(runner: RunnerProcess, name: string, times = 1): Promise<RegExpMatchArray> {
  const line = `success: ${name} entered RUNNING[^]*`;
  return runner.said(new RegExp(line.repeat(times)));
}

/** A shell that waits for a file, without being slow about it. */
function waitsFor(path: string): string {
  return `until [ -e ${path} ]; do sleep 0.02; done`;
}

Deno.test("a program is RUNNING only when it is ready, and says what it waits for until then", async () => {
  await using box = new Sandbox();
  const script = `${waitsFor(box.path("go"))}; printf listen; ` +
    `${waitsFor(box.path("on"))}; echo ing on 3000; exec sleep 1000`;
  box.write("late.sh", script);
  const runner = box.start(`
[program.late]
command = "sh late.sh"
startsecs = 0
ready = "log:^listening on [0-9]+$"
`);
  await runner.spawnOf("late");
  const before = await describe(box, "late");
  assertEquals(before.state, "STARTING");
  assertEquals(before.description, "waiting for log:^listening on [0-9]+$");
  assertEquals(before.wellness?.waitsFor, "log:^listening on [0-9]+$");
  assertTrue((await ask(box, ["status"])).includes("waiting for log:"), "in the table, too");
  const { ready, waiting } = JSON.parse(await get(box, "/readyz"));
  assertEquals([ready, waiting[0].id, waiting[0].state], [false, "late:late", "STARTING"]);
  box.write("go", "");
  box.write("on", "");
  await running(runner, "late");
  const after = await describe(box, "late");
  assertEquals([after.state, after.wellness?.waitsFor], ["RUNNING", ""]);
  assertTrue(after.wellness?.readySince !== null, "since when it is ready");
  await runner.said(/ready: late after \d/);
  assertEquals(await runner.stop(), 0);
});

Deno.test("an expression that goes back and forth for ever holds nobody up, and one that must is refused", async () => {
  await using box = new Sandbox();
  // Plain backtracking takes minutes for the first line, and hours for the second.
  const lines = [`${"a".repeat(36)}b`, "a".repeat(8000), "done"].join("\n");
  box.write("lines.txt", `${lines}\n`);
  const runner = box.start(`
[program.slow]
command = "sh -c 'cat lines.txt; exec sleep 1000'"
startsecs = 0
ready = "log:^(a+)+c$|^(.*.*.*.*)x$|^done$"
`);
  await running(runner, "slow");
  assertEquals(await runner.stop(), 0);
  for (const pattern of ["(?=x)y", "(x)\\\\1"]) {
    box.write("refused.toml", `[program.a]\ncommand = "true"\nready = "log:${pattern}"\n`);
    const check = box.run(["check", "refused.toml"]);
    assertEquals((await check.status).code, 2);
    await check.said(/refused.toml:3: .*ready: Cannot read .* quick on any line/);
  }
});

Deno.test("ready asks real sockets and commands: tcp, unix, http and exec", async () => {
  await using box = new Sandbox();
  // Each says where it is only once it serves there; the manifest takes over by an update.
  box.write(
    "serve.ts",
    `const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () =>
  new Response(null, { status: Deno.args[0] === "up" ? 204 : 503 }));
Deno.listen({ transport: "unix", path: "${box.path("app.sock")}" });
Deno.writeTextFileSync("${box.path("port")}", String(server.addr.port));
`,
  );
  const serving = `[program.server]\nscript = "serve.ts"\nargs = ["up"]\nstartsecs = 0\n` +
    `ready = "unix:${box.path("app.sock")}"\n`;
  const runner = box.start(serving);
  await running(runner, "server");
  const port = await until("the port", () => box.read("port"));
  box.write(
    "runner.toml",
    serving + [`tcp:${port}`, `http:${port}/health`, `exec:test -e ${box.path("port")}`]
      .map((ready, at) =>
        `[program.p${at}]\ncommand = "sleep 1000"\nstartsecs = 0\nready = "${ready}"\n`
      ).join(""),
  );
  const said = await ask(box, ["update"]);
  for (const name of ["p0", "p1", "p2"]) await running(runner, name);
  assertTrue(said.includes("p0"), said);
  assertEquals(await runner.stop(), 0);
});

Deno.test("what is never ready is stopped and given up, and start -d says so", async () => {
  await using box = new Sandbox();
  box.write(
    "runner.toml",
    `[program.never]\ncommand = "sleep 1000"\nready = "http:1/"\nready_timeout = "300ms"\n` +
      `startretries = 0\n[runner]\nlogfile = "own.log"\n`,
  );
  const starting = box.run(["start", "-d", "runner.toml"]);
  assertEquals((await starting.status).code, 1);
  const reason = "not ready within 300ms (http://localhost:1/)";
  assertTrue((await starting.stderr()).includes(`never: ${reason}`), await starting.stderr());
  const { state, description } = await describe(box, "never");
  assertEquals([state, description], ["FATAL", reason]);
  await ask(box, ["shutdown"]);
  const log = await until("the end", async () => {
    const text = await box.read("own.log");
    return text.includes("everything has stopped") ? text : null;
  });
  assertTrue(/stopping: never with SIGTERM \(not-ready\)/.test(log), log);
});

Deno.test("a worker that says READY=1 and dies has been up; its heartbeat is missed when it hangs", async () => {
  await using box = new Sandbox();
  const hang =
    `systemd-notify --ready "--status=all good" WATCHDOG=1; echo "$WATCHDOG_USEC" >> usec; ` +
    `exec sleep 1000`;
  box.write("hangs.sh", hang);
  const runner = box.start(`
[program.liar]
command = "sh -c 'systemd-notify --ready; exit 3'"
startsecs = 0
ready = "notify"
autorestart = false
[program.hangs]
command = "sh hangs.sh"
startsecs = 0
ready = "notify"
watchdog = "300ms"
stop_signals = "SIGTERM 5s"
backoff = "initial=10ms"
`);
  await running(runner, "liar");
  await runner.said("exited: liar (exit status 3; not expected)");
  await runner.said("unwell: hangs: no WATCHDOG=1 for 300ms (watchdog)");
  await runner.said("stopping: hangs with SIGTERM (watchdog)");
  await running(runner, "hangs", 2);
  const { restartsBy } = await describe(box, "hangs");
  assertTrue((restartsBy["watchdog"] ?? 0) >= 1, JSON.stringify(restartsBy));
  assertEquals((await box.read("usec")).split("\n")[0], "300000");
  assertEquals(await runner.stop(), 0);
});

Deno.test("a worker that is silent, and one whose probe fails, are restarted with the reason", async () => {
  await using box = new Sandbox();
  box.write("ill", "");
  const runner = box.start(`
[program.silent]
command = "sh -c 'echo once; exec sleep 1000'"
startsecs = 0
max_silence = "300ms"
[program.chatty]
command = "sh -c 'while :; do echo still here; sleep 0.05; done'"
startsecs = 0
max_silence = "20s"
[program.ill]
command = "sleep 1000"
startsecs = 0
health = "exec:sh -c '! test -e ${box.path("ill")} || { echo feverish; exit 4; }'"
health_interval = "20ms"
health_failures = 2
`);
  await runner.said("unwell: silent: no output for 300ms (silence)");
  await running(runner, "silent", 2);
  await runner.said(
    /unwell: ill: 2 failed looks in a row at exec:.*: exit status 4: feverish \(health\)/,
  );
  Deno.removeSync(box.path("ill"));
  const well = await until("a good look", async () => {
    const { state, wellness, restartsBy } = await describe(box, "ill");
    return state === "RUNNING" && wellness?.health?.fault === "" ? restartsBy : null;
  });
  assertTrue((well["health"] ?? 0) >= 1, JSON.stringify(well));
  assertTrue(!(await runner.stderr()).includes("unwell: chatty"), "who speaks is left alone");
  assertEquals(await runner.stop(), 0);
});

Deno.test("a script says by its API that it is ready and alive, and its numbers are metrics", async () => {
  await using box = new Sandbox();
  box.write(
    "worker.ts",
    `runner.metric("queue_depth", 7.5);
runner.ready();
runner.heartbeat();
console.log(Deno.env.get("NOTIFY_SOCKET"));
setInterval(() => runner.heartbeat(), 50);
`,
  );
  const runner = box.start(`
[program.worker]
script = "worker.ts"
ready = "notify"
startsecs = 0
watchdog = "20s"
stdout_logfile = "out"
`);
  await running(runner, "worker");
  const detail = await until("a heartbeat", async () => {
    const seen = await describe(box, "worker");
    return seen.wellness?.heartbeat === null ? null : seen;
  });
  assertEquals(detail.wellness?.metrics, { queue_depth: 7.5 });
  const text = await ask(box, ["describe", "worker"]);
  assertTrue(/metrics +queue_depth 7\.5/.test(text) && /heartbeat +\d+s ago/.test(text), text);
  const metrics = (await get(box, "/metrics")).split("\n");
  const labels = 'group="worker",program="worker",process="worker"';
  for (
    const line of [
      `runner_process_ready{${labels}} 1`,
      `runner_process_metric{${labels},metric="queue_depth"} 7.5`,
    ]
  ) assertTrue(metrics.includes(line), `${line} in\n${metrics.join("\n")}`);
  const path = (await until("the path", () => box.read("out"))).trim();
  assertEquals((Deno.lstatSync(path).mode ?? 0) & 0o777, 0o600);
  assertEquals(await runner.stop(), 0);
  assertEquals([...Deno.readDirSync(box.path("run/notify"))].length, 0);
});

Deno.test("a runner without descriptors judges nobody by looks it cannot make, and goes on when it has some", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.web]
command = "sleep 1000"
startsecs = 0
health = "exec:test ! -e ${box.path("ill")}"
health_interval = "20ms"
health_failures = 2
`);
  await running(runner, "web");
  const pid = await runner.spawnOf("web");
  const fds = new Set(
    [...Deno.readDirSync(`/proc/${runner.pid}/fd`)].map(({ name }) => Number(name)),
  );
  const free = Array.from({ length: 1_000 }, (_, fd) => fd).find((fd) => !fds.has(fd)) ?? 0;
  const limit = async (count: number) => {
    const args = ["--pid", `${runner.pid}`, `--nofile=${count}:`];
    assertTrue((await new Deno.Command("prlimit", { args }).output()).success, "another limit");
  };
  // Below what a look under way may have had just now.
  await limit(free - 5);
  await runner.said(/WARN not looked at web, which is not judged by it: .*EMFILE/);
  await limit(1_024);
  assertEquals((await describe(box, "web")).restartsBy, {});
  assertEquals(await runner.pidsOf("web"), [pid]);
  box.write("ill", "");
  await runner.said(/unwell: web: 2 failed looks in a row at exec:\S+.*: exit status 1 \(health\)/);
});

Deno.test("what the command of a probe leaves running is killed when it has ended", async () => {
  await using box = new Sandbox();
  const left = box.path("left");
  box.write("probe.sh", `sleep 1000 >/dev/null 2>&1 & echo $! >>${left}\n`);
  const runner = box.start(`
[program.web]
command = "sleep 1000"
startsecs = 0
health = "exec:sh ${box.path("probe.sh")}"
health_interval = "20ms"
`);
  await running(runner, "web");
  const pids = await until("some looks", async () => {
    const lines = (await box.read("left")).trim().split("\n");
    return lines.length > 3 ? lines.map(Number) : null;
  });
  await until("those that were left to go", () => pids.slice(0, 3).every((pid) => !isAlive(pid)));
  assertEquals(await runner.stop(), 0);
});
