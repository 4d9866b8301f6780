// The commands that look at a running pool and steer it, with the compiled binary on both sides.
import assert from "node:assert/strict";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { BINARY, CHILDREN, type RunnerProcess, Sandbox } from "../support/runner_process.ts";
import { Terminal } from "../support/terminal.ts";
import { isAlive, until } from "../support/wait.ts";

const MANIFEST = `
[program.web]
command = "${CHILDREN}/forever.sh"
numprocs = 2
process_name = "%(program_name)s_%(process_num)d"
startsecs = 0
environment = { COLOUR = "red", DB_PASSWORD = "hush" }
[program.cat]
command = "/bin/cat"
stdin = "pipe"
startsecs = 0
stdout_logfile = "cat.log"
[program.idle]
command = "/bin/sleep 1000"
autostart = false
startsecs = 0
[program.broken]
command = "/no/such/program"
startretries = 0
autostart = false
`;

/** A pool whose control socket answers. */
async function pool(
  box: Sandbox,
  manifest = MANIFEST,
  file = "runner.toml",
): Promise<RunnerProcess> {
  const started = box.start(manifest, { file });
  await answers(box, file);
  return started;
}

function answers(box: Sandbox, file = "runner.toml"): Promise<true> {
  return until("an answer", async () => (await box.ask(["pid", "-c", file])).code === 0);
}

async function json(box: Sandbox, ...args: readonly string[]) {
  return JSON.parse((await box.ask([...args, "--json"])).out);
}

/** Words of a command, what it prints, and its exit status. */
type Step = readonly [typed: string, out: RegExp | string, code: number, err?: RegExp];

const STEPS: readonly Step[] = [
  ["status web", /^NAME +STATE .*\nweb:web_0 +RUNNING +\d+ .*\nweb:web_1 +RUNNING/, 0],
  ["status", /idle +STOPPED +- +- +0 +- +- +-\n/, 3],
  ["ls web:web_0 nix", /web_0 +RUNNING/, 4, /Cannot find "nix"/],
  ["status wbe", "", 4, /did you mean "web"\?/],
  ["start idle", "idle: started\n", 0],
  ["start idle", "idle: already started\n", 0],
  ["start broken", /^broken: failed \(can't find command '\/no\/such\/program'/, 1],
  ["start idle nix", /idle: already started/, 4, /Cannot find "nix"/],
  ["start nix", "", 4, /"nix"[^]*runner status shows all names/],
  ["stop idle", "idle: stopped\n", 0],
  ["stop idle", "idle: not running\n", 0],
  ["stop", "", 2, /no program is named[^]*runner stop all/],
  ["restart web", "web:web_0: restarted\nweb:web_1: restarted\n", 0, /web means the 2 processes/],
  ["reload web --at-once 2", "web:web_0: reloaded\nweb:web_1: reloaded\n", 0],
  ["reload web --at-once 0", "", 2, /--at-once "0"/],
  ["signal USR1 cat", "cat: signalled (SIGUSR1)\n", 0],
  ["signal NIX cat", "", 2, /there is no such signal/],
  ["signal cat", "", 2, /runner signal HUP web/],
  ["kill cat", /^cat: (killed|not running)/, 0],
  ["start cat", /^cat: (started|already started)/, 0],
  ["scale web +1", "web: 3 processes (from 2)\nweb:web_2: started\n", 0, /manifest of web says 2/],
  ["status web", /web_2/, 0, /web has 3 processes, its manifest says 2/],
  ["scale web -2", /^web: 1 process \(from 3\)\n(web:web_[12]: removed\n){2}$/, 0],
  ["scale web 2", /^web: 2 processes \(from 1\)\n/, 0],
  ["scale web two", "", 2, /"two" as a number/],
  ["update --dry-run", "Nothing has changed for 5 processes\n", 0],
  ["update web", "", 2, /runner restart web/],
  ["delete idle", "idle: removed\n", 0],
  ["status idle", "", 4],
  ["clear cat", "cat: cleared\n", 0],
  ["reopen", "All logs are open again\n", 0],
  ["env web:web_0", /^COLOUR=red\n(.*\n)*DB_PASSWORD=\(hidden\)\n/m, 0, /--secrets/],
  ["env web:web_0 --secrets", /^DB_PASSWORD=hush$/m, 0],
  ["env web", "", 2, /web:web_0, web:web_1/],
  ["describe cat", /^cat\n {2}id +cat:cat\n[^]* {4}command +\/bin\/cat\n[^]*cat\.log/, 0],
  ["describe nix", "", 4],
  ["pid broken", "0\n", 3],
  ["shutdown web", "", 2, /runner stop web/],
];

Deno.test("every command does what it says, with its exit status", async () => {
  await using box = new Sandbox();
  await pool(box);
  for (const [typed, out, code, err] of STEPS) {
    const said = await box.ask(typed.split(" "));
    const what = `runner ${typed}: ${JSON.stringify(said)}`;
    if (typeof out === "string") assertEquals(said.out, out, what);
    else assert.match(said.out, out, what);
    assertEquals(said.code, code, what);
    if (err !== undefined) assert.match(said.err, err, what);
    assertTrue(!said.err.includes("    at "), what);
  }
});

Deno.test("answers as JSON have what the tables have, and pids are those of the children", async () => {
  await using box = new Sandbox();
  const started = await pool(box);
  const { processes, runner: about, drift } = await json(box, "status");
  assertEquals(about.pid, started.pid);
  assertEquals(drift, []);
  const cat = processes.find(({ name }: { name: string }) => name === "cat");
  assertEquals(cat.state, "RUNNING");
  assertTrue(isAlive(cat.pid), "cat");
  assertEquals(Number((await box.ask(["pid"])).out), started.pid);
  assertEquals(Number((await box.ask(["pid", "cat"])).out), cat.pid);
  assertEquals(await json(box, "pid", "cat", "idle"), { "cat:cat": cat.pid, "idle:idle": null });
  const [pm2] = JSON.parse((await box.ask(["jlist", "cat"])).out);
  assertEquals([pm2.name, pm2.pid, pm2.pm2_env.status], ["cat", cat.pid, "online"]);
  const [detail] = await json(box, "describe", "cat");
  assertEquals([detail.pid, detail.environmentNames], [cat.pid, []]);
  const { results } = await json(box, "stop", "web");
  assertEquals(results.map(({ outcome }: { outcome: string }) => outcome), ["stopped", "stopped"]);
  const { ended } = await json(box, "shutdown");
  assertEquals(ended, true);
  assertEquals((await started.status).code, 0);
});

Deno.test("restart --self starts the runner again in the same process, with its manifest as it is now", async () => {
  await using box = new Sandbox();
  const started = await pool(box);
  const before = await json(box, "status", "cat");
  box.write("runner.toml", MANIFEST.replace("numprocs = 2", "numprocs = 3"));
  const said = await box.ask(["restart", "--self"]);
  assertEquals([said.code, said.out], [0, `runner ${started.pid} has started again\n`], said.err);
  const after = await json(box, "status", "cat");
  assertTrue(after.runner.startedAt !== before.runner.startedAt, "another run");
  assertTrue(after.processes[0].pid !== before.processes[0].pid, "another child");
  assertEquals((await box.ask(["status", "web"])).out.match(/RUNNING/g)?.length, 3);
  const both = await box.ask(["restart", "--self", "web"]);
  assertEquals([both.code, both.out], [2, ""]);
  box.write("runner.toml", `${MANIFEST}[program.bad]\ncommand = "/no/such"\nstartretries = 0\n`);
  const partly = await box.ask(["restart", "--self"]);
  assertEquals(partly.code, 1);
  assert.match(partly.out, /has started again\nbad: FATAL \(.*'\/no\/such'/);
  box.write("runner.toml", "[program.web]\n");
  const refused = await box.ask(["restart", "--self"]);
  assertEquals([refused.code, refused.out], [2, ""], refused.err);
  assert.match(refused.err, /runner\.toml.*command/);
});

Deno.test("what follows ends when the time of --timeout is over, and says whether enough has come", async () => {
  await using box = new Sandbox();
  await pool(box);
  const ends: readonly (readonly [string, number])[] = [
    ["events --timeout 1s", 0],
    ["events --count 1 --timeout 1s", 1],
    ["status --watch --timeout 1s", 0],
    ["logs -f cat --timeout 1s", 0],
  ];
  // All at once, and long enough for a first answer on a busy machine.
  await Promise.all(ends.map(async ([typed, code]) => {
    const said = await box.ask(typed.split(" "));
    assertEquals([said.code, said.err], [code, ""], typed);
  }));
});

Deno.test("update takes the manifest's number over also when no process changes by it", async () => {
  await using box = new Sandbox();
  await pool(box);
  assertEquals((await box.ask(["scale", "web", "3"])).code, 0);
  box.write("runner.toml", MANIFEST.replace("numprocs = 2", "numprocs = 3"));
  const update = await box.ask(["update"]);
  assertEquals([update.code, update.out], [0, "Nothing has changed for 6 processes\n"]);
  assertEquals((await json(box, "status")).drift, []);
  await box.ask(["scale", "web", "0"]);
  const none = await box.ask(["describe", "web"]);
  assertEquals(none.code, 1);
  assert.match(none.err, /there is no process of it\n.*runner scale/);
});

Deno.test("send writes to a program's stdin: words as a line, or what comes on its own stdin", async () => {
  await using box = new Sandbox();
  await pool(box);
  assertEquals((await box.ask(["send", "cat", "--", "-n", "grüß dich"])).code, 0);
  box.write("piped.txt", "from a file\n".repeat(10_000));
  // The sandbox gives /dev/null: a shell of our own redirects.
  const wrapper = ["sh", "-c", 'exec "$@" < piped.txt', "sh"];
  assertEquals((await box.ask(["send", "cat"], { wrapper })).code, 0);
  await until("all of it", async () => {
    return await box.read("cat.log") === `-n grüß dich\n${"from a file\n".repeat(10_000)}`;
  });
  const closed = await box.ask(["send", "web:web_0", "x"]);
  assertEquals(closed.code, 1, closed.err);
});

Deno.test("stop waits for running work, --no-wait and --timeout do not; exit kills", async () => {
  await using box = new Sandbox();
  const started = await pool(
    box,
    `[program.slow]
command = "${CHILDREN}/ignores_term.sh"
startsecs = 0
stopwaitsecs = 1000
stdout_logfile = "slow.log"
`,
  );
  await until("ready", async () => (await box.read("slow.log")).includes("ready"));
  const late = await box.ask(["stop", "slow", "--timeout", "100ms"]);
  assertEquals(late.code, 1, late.out);
  assert.match(late.err, /the time is over/);
  const hasty = await box.ask(["stop", "slow", "--no-wait"]);
  assertEquals(hasty.out, "slow: stopping\n");
  assertEquals(hasty.code, 0);
  const pid = Number((await box.ask(["pid", "slow"])).out);
  const stop = box.run(["stop", "slow"]);
  await until(
    "the command that waits",
    async () => (await box.ask(["status", "slow"])).code === 0,
  );
  assertEquals(await stop.stdout(), "");
  assertTrue(isAlive(pid), "still working");
  const refused = await box.ask(["shutdown", "--timeout", "200ms"]);
  assert.match(refused.err, /still stopping[^]*runner exit/);
  assertEquals(refused.code, 1);
  const exit = await box.ask(["exit"]);
  assertEquals(exit.out, `runner ${started.pid} has ended\n`, exit.err);
  assertTrue(!isAlive(pid), "killed");
  await started.status;
  await stop.status;
});

Deno.test("update shows what differs and applies only that", async () => {
  await using box = new Sandbox();
  await pool(box);
  const before = Number((await box.ask(["pid", "cat"])).out);
  const changed = MANIFEST.replace("[program.idle]", "[program.fresh]").replace("red", "blue");
  box.write("runner.toml", changed.replace("autostart = false\n", ""));
  const lines = ["- idle:idle", "+ fresh:fresh: added", "~ web:web_0: restarted (environment)"];
  const dry = await box.ask(["update", "--dry-run"]);
  for (const line of lines) assertTrue(dry.out.includes(line), dry.out);
  assertEquals((await box.ask(["status", "fresh"])).code, 4);
  const applied = await box.ask(["update"]);
  assertEquals(applied.code, 0, applied.err);
  for (const line of [...lines, "fresh: started", "idle: removed"]) {
    assertTrue(applied.out.includes(line), applied.out);
  }
  assertEquals(Number((await box.ask(["pid", "cat"])).out), before);
  box.write("runner.toml", `${changed}\n[program.x]\ncomand = "y"\n`);
  const refused = await box.ask(["update"]);
  assertEquals(refused.code, 2);
  assert.match(refused.err, /Cannot update: the manifest has[^]*runner\.toml:22: \[program:x\]/);
});

Deno.test("events shows what happens as it happens, for some programs or all", async () => {
  await using box = new Sandbox();
  await pool(box);
  const all = box.run(["events", "--json"]);
  const some = box.run(["events", "cat", "--count", "2"]);
  // Until both listen: an event that nobody heard has been in vain.
  await until("both to listen", async () => {
    await box.ask(["restart", "cat"]);
    return (await all.stdout()) !== "" && (await some.stdout()).split("\n").length === 3;
  });
  assertEquals((await some.status).code, 0);
  assertTrue(!(await some.stdout()).includes("web"), await some.stdout());
  await box.ask(["stop", "web:web_1"]);
  await until("the stop", async () => {
    const events = (await all.stdout()).split("\n").slice(0, -1).map((line) => JSON.parse(line));
    return events.some(({ process, kind }) => process === "web:web_1" && kind === "stopped");
  });
  assertEquals(await all.stop("SIGINT"), 0);
});

Deno.test("status --watch shows changes, and the runner again after it was away", async () => {
  await using box = new Sandbox();
  const first = await pool(box);
  const watch = box.run(["status", "--watch", "--json", "idle"]);
  const states = async () =>
    (await watch.stdout()).split("\n").slice(0, -1)
      .map((line) =>
        JSON.parse(line).processes.map(({ state }: { state: string }) => state).join()
      );
  await until("STOPPED", async () => (await states()).includes("STOPPED"));
  await box.ask(["start", "idle"]);
  await until("RUNNING", async () => (await states()).at(-1) === "RUNNING");
  await first.stop();
  await watch.said("trying again");
  const second = await pool(box);
  await until("STOPPED again", async () => (await states()).at(-1) === "STOPPED");
  assertEquals(await watch.stop("SIGINT"), 0);
  await second.stop();
});

Deno.test("the runner that is meant: the only one, the one here, the one named; else the list and status 2 or 3", async () => {
  await using box = new Sandbox();
  const nobody = await box.ask(["status"]);
  assertEquals(nobody.code, 3);
  assert.match(nobody.err, /Cannot find a running runner[^]*runner start MANIFEST/);
  assert.match(
    (await box.ask(["start", "web"])).err,
    /"web": no runner is running, and it is no/,
  );
  assertEquals((await box.ask(["list", "--json"])).out, "[]\n");
  const one = await pool(box, MANIFEST, "one.toml");
  assertEquals(Number((await box.ask(["pid"])).out), one.pid);
  const two = await pool(box, MANIFEST, "two.toml");
  const unclear = await box.ask(["pid"]);
  assertEquals(unclear.code, 2);
  assert.match(unclear.err, /several are running[^]*one\.toml[^]*two\.toml/);
  assertEquals(Number((await box.ask(["pid", "-c", "two.toml"])).out), two.pid);
  const listed = await json(box, "list");
  assertEquals(
    listed.map(({ pid, up, processes }: Record<string, number>) => [pid, up, processes]),
    [[one.pid, 3, 5], [two.pid, 3, 5]],
  );
  const { socket } = listed[0];
  assertEquals(Number((await box.ask(["pid", "-s", `unix://${socket}`])).out), one.pid);
  const env = { RUNNER_SOCKET: socket };
  assertEquals(Number((await box.ask(["pid"], { env })).out), one.pid);
  const gone = await box.ask(["pid", "-s", box.path("none.sock")]);
  assertEquals(gone.code, 3);
  const here = await pool(box, MANIFEST);
  assertEquals(Number((await box.ask(["pid"])).out), here.pid);
  assert.match((await box.ask(["pid", "-c", "none.toml"])).err, /there is no such file/);
});

Deno.test("over TCP a password is wanted, from a file or the environment", async () => {
  await using box = new Sandbox();
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  const started = await pool(
    box,
    `[inet_http_server]
port=127.0.0.1:${port}
username=me
password=se:cr%%t
[supervisord]
[program:a]
command=${CHILDREN}/forever.sh
`,
    "pool.ini",
  );
  const at = ["-s", `http://127.0.0.1:${port}`];
  const stranger = await box.ask(["pid", ...at]);
  assertEquals(stranger.code, 1);
  assert.match(stranger.err, /Cannot log in[^]*RUNNER_PASSWORD/);
  const env = { RUNNER_USER: "me", RUNNER_PASSWORD: "se:cr%t" };
  assertEquals(Number((await box.ask(["pid", ...at], { env })).out), started.pid);
  box.write("secret", "se:cr%t\nanother line\n", 0o600);
  const file = ["--user", "me", "--password-file", "secret"];
  assertEquals(Number((await box.ask(["pid", ...at, ...file])).out), started.pid);
  const url = ["-s", `http://me:se%3Acr%25t@127.0.0.1:${port}`];
  assertEquals((await box.ask(["stop", "a", ...url])).out, "a: stopped\n");
});

Deno.test("on a terminal: a table that fits, a watch that leaves no trace, and whom stop waits for", async () => {
  await using box = new Sandbox();
  await pool(
    box,
    `[program.slow-${"x".repeat(24)}]
command = "${CHILDREN}/ignores_term.sh"
startsecs = 0
stopwaitsecs = 1000
stdout_logfile = "slow.log"
`,
  );
  await until("ready", async () => (await box.read("slow.log")).includes("ready"));
  const env = {
    PATH: `${BINARY.slice(0, BINARY.lastIndexOf("/"))}:${Deno.env.get("PATH") ?? ""}`,
    RUNNER_RUNTIME_DIR: box.path("run"),
    PS1: "$ ",
  };
  await using terminal = await Terminal.open({
    folder: box.folder,
    command: ["sh"],
    env,
    columns: 60,
  });
  await terminal.type("runner status\n");
  const table = await terminal.shows(/^slow-x+… +RUNNING .*-$/m);
  assertTrue(!/^ *\d+%?$/m.test(table), `no line goes on in the next:\n${table}`);
  await terminal.type("clear; runner status --watch\n");
  await terminal.shows(/RUNNING[^]*Ctrl-C ends/);
  await terminal.press("C-c");
  await until("the screen as it was", async () => {
    const screen = await terminal.screen();
    return !screen.includes("Ctrl-C ends") && !screen.includes("RUNNING");
  });
  await terminal.type("runner stop all\n");
  await terminal.shows(/^waiting for slow-x+ \(STOPPING, \d+s\)$/m);
  await terminal.press("C-c");
  await until("the line about the waiting to go", async () => {
    return !(await terminal.screen()).includes("waiting for");
  });
  await terminal.type("echo status $?\n");
  // The shell may write its prompt after what was typed.
  await terminal.shows(/status 130$/m);
  await box.ask(["exit"]);
});
