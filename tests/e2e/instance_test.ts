// One runner per manifest, and never two copies of a program, whatever became of the runner before.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CHILDREN, type RunnerProcess, Sandbox } from "../support/runner_process.ts";
import { isAlive, until } from "../support/wait.ts";

/** A pool of processes each of which can run once only, in one log. */
function locked(box: Sandbox, numprocs = 1): string {
  return `
[program.only]
command = "${CHILDREN}/holds_lock.sh ${box.path("lock_%(process_num)02d")}"
process_name = "only_%(process_num)02d"
numprocs = ${numprocs}
startsecs = 0
startretries = 0
stdout_logfile = "${box.path("out.log")}"
`;
}

/** Living processes that have a lock file of this box open. */
function holders(box: Sandbox): number[] {
  const pids = [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((n) => n > 0);
  return pids.filter((pid) => {
    try {
      return Deno.readLinkSync(`/proc/${pid}/fd/9`).startsWith(box.path("lock_"));
    } catch {
      return false; // no such process or descriptor
    }
  });
}

async function kill9(runner: RunnerProcess): Promise<void> {
  runner.signal("SIGKILL");
  await runner.status;
}

/** Path of the one file in the runtime folder with this ending. */
function runtimeFile(box: Sandbox, ending: string): string {
  const found = [...Deno.readDirSync(box.path("run"))].filter(({ name }) => name.endsWith(ending));
  assertEquals(found.length, 1, `files *${ending}`);
  return box.path(`run/${found[0]?.name}`);
}

Deno.test("a second start of a manifest is refused, by whatever name it goes, and the first goes on", async () => {
  await using box = new Sandbox();
  const runner = box.start(locked(box));
  await until("ready", async () => (await box.read("out.log")) === "ready\n");
  Deno.symlinkSync("runner.toml", box.path("other.toml"));
  for (const name of ["runner.toml", `${box.folder}/./runner.toml`, "other.toml"]) {
    const second = box.run(["start", name]);
    assertEquals((await second.status).code, 3, name);
    const said = await second.stderr();
    assertTrue(said.includes(`process ${runner.pid} is running it already`), said);
    assertTrue(said.includes("runner update applies changes of the manifest"), said);
    assertTrue(!said.includes("    at "), `no stack in:\n${said}`);
  }
  assertEquals(holders(box).length, 4);
  assertEquals(await box.read("out.log"), "ready\n");
  assertEquals(await runner.stop(), 0);
  const third = box.run(["start", "other.toml"]);
  await until("ready", async () => (await box.read("out.log")) === "ready\nready\n");
  assertEquals(await third.stop(), 0);
});

Deno.test("a runner in another runtime folder is found by its children", async () => {
  await using box = new Sandbox();
  const runner = box.start(locked(box));
  await until("ready", async () => (await box.read("out.log")) === "ready\n");
  const env = { RUNNER_RUNTIME_DIR: box.path("elsewhere") };
  const second = box.run(["start", "runner.toml"], { env });
  assertEquals((await second.status).code, 3);
  assertTrue(/RUNNER_RUNTIME_DIR/.test(await second.stderr()), await second.stderr());
  assertEquals(holders(box).length, 4);
  assertEquals(await runner.stop(), 0);
});

Deno.test("children survive a kill -9 of the runner, and the next start stops them all first", async () => {
  await using box = new Sandbox();
  const first = box.start(locked(box));
  await until("ready", async () => (await box.read("out.log")) === "ready\n");
  const other = box.start(
    locked(box).replaceAll("lock_", "other_").replaceAll("out.log", "2.log"),
    {
      file: "other.toml",
    },
  );
  await until("the other", async () => (await box.read("2.log")) === "ready\n");
  await kill9(first);
  const left = holders(box);
  assertEquals(left.length, 4, "child and grandchildren live on");
  const second = box.start(locked(box));
  await second.said(/an earlier runner was killed and left only:only_00 \(\d+\)/);
  await until("ready again", async () => (await box.read("out.log")) === "ready\nready\n");
  assertEquals(left.filter(isAlive), []);
  assertEquals(holders(box).length, 4);
  assertTrue(isAlive((await other.pidsOf("only_00"))[0] ?? 0), "the other pool is left alone");
  assertEquals((await second.pidsOf("only_00")).length, 1);
  assertEquals(await second.stop(), 0);
  assertEquals(holders(box), []);
  assertEquals(await other.stop(), 0);
});

Deno.test("leftovers that ignore SIGTERM are killed after the stop time", async () => {
  await using box = new Sandbox();
  const manifest = `
[program.stubborn]
command = "${CHILDREN}/ignores_term.sh"
startsecs = 0
stopwaitsecs = 0.3
stdout_logfile = "${box.path("out.log")}"
`;
  const first = box.start(manifest);
  const pid = await first.spawnOf("stubborn");
  await until("ready", async () => (await box.read("out.log")) === "ready\n");
  await kill9(first);
  const second = box.start(manifest);
  await second.said(new RegExp(`killing stubborn:stubborn \\(${pid}\\).* with SIGKILL`));
  await second.spawnOf("stubborn");
  assertTrue(!isAlive(pid), "the old one is gone");
  assertEquals(await second.stop(), 0);
});

Deno.test("kill -9 in the middle of a boot of 50: the next start has exactly 50", async () => {
  await using box = new Sandbox();
  const first = box.start(locked(box, 50));
  await first.said("spawned: 'only_09'");
  await kill9(first);
  const before = (await first.stderr()).match(/spawned/g)?.length ?? 0;
  const second = box.start(locked(box, 50));
  await until("50 spawned", async () => (await second.stderr()).match(/spawned/g)?.length === 50);
  const isCopied = async () => (await box.read("out.log")).includes("copy");
  await until("50 locks, or a copy", async () => holders(box).length === 200 || await isCopied());
  assertTrue(!(await isCopied()), `no second copy of the ${before} there were`);
  const held = holders(box).map((pid) => Deno.readLinkSync(`/proc/${pid}/fd/9`));
  assertEquals(new Set(held).size, 50);
  assertEquals(await second.stop(), 0);
  assertEquals(holders(box), []);
});

Deno.test("leftovers that start others without a pause leave nobody behind", async () => {
  await using box = new Sandbox();
  const program = (command: string) =>
    `[program.busy]\ncommand = "${CHILDREN}/${command}"\nstartsecs = 0\n`;
  const first = box.start(program(`leaves_without_pause.pl ${box.path("lock_")}`));
  await until("the first of them", () => holders(box).length > 10);
  await kill9(first);
  const second = box.start(program("forever.sh"));
  await second.spawnOf("busy");
  assertEquals(holders(box), []);
  assertEquals(await second.stop(), 0);
});

Deno.test("stale and broken files of an earlier runner do not block a start", async () => {
  await using box = new Sandbox();
  const manifest = `[runner]\npidfile = "${box.path("pid")}"\n${locked(box)}`;
  await kill9(await started(box, manifest));
  for (const pid of holders(box)) Deno.kill(pid, "SIGKILL");
  assertTrue(/^\d+\n$/.test(await box.read("pid")), "the pidfile of the dead runner is there");
  const [lock, record, journal] = [".lock", ".json", ".journal"].map((end) =>
    runtimeFile(box, end)
  );
  for (const broken of ["", "nonsense\n", "{}", "+ 1 1 1 init\n"]) {
    Deno.writeTextFileSync(lock ?? "", broken);
    Deno.writeTextFileSync(record ?? "", broken);
    Deno.writeTextFileSync(journal ?? "", broken);
    box.write("pid", "1\n");
    const runner = await started(box, manifest);
    assertEquals(await box.read("pid"), `${runner.pid}\n`);
    assertEquals(await runner.stop(), 0);
    assertEquals(await box.read("pid"), "", "the pidfile is removed");
    assertEquals([...Deno.readDirSync(box.path("run"))], []);
  }
});

Deno.test("a stranger that has got the pid of an old child is left alone", async () => {
  await using box = new Sandbox();
  const first = await started(box, locked(box));
  const child = await first.spawnOf("only_00");
  await kill9(first);
  for (const pid of holders(box)) Deno.kill(pid, "SIGKILL");
  const stranger = new Deno.Command("setsid", { args: ["sleep", "1000"] }).spawn();
  const journal = runtimeFile(box, ".journal");
  const text = await Deno.readTextFile(journal);
  assertTrue(text.includes(`+ ${child} `), `the child is in the journal:\n${text}`);
  await Deno.writeTextFile(journal, text.replace(`+ ${child} `, `+ ${stranger.pid} `));
  const second = await started(box, locked(box));
  assertTrue(isAlive(stranger.pid), "the stranger lives");
  assertTrue(!(await second.stderr()).includes("an earlier runner"), await second.stderr());
  assertEquals(await second.stop(), 0);
  stranger.kill();
  await stranger.status;
});

/** Starts a pool of `locked` and waits until it is up. */
async function started(box: Sandbox, manifest: string): Promise<RunnerProcess> {
  const runner = box.start(manifest);
  await until("its lock", () => holders(box).length >= 4);
  return runner;
}

Deno.test("a start removes the AUTO logs of its own manifest's last run, not those of a runner that lives", async () => {
  await using box = new Sandbox();
  Deno.mkdirSync(box.path("logs"));
  const manifest = (name: string) =>
    `[supervisord]\nchildlogdir=%(here)s/logs\n[program:${name}]\nstartsecs=0\n` +
    `command=${CHILDREN}/forever.sh\n`;
  const logsOf = (name: string) =>
    [...Deno.readDirSync(box.path("logs"))].map((file) => file.name)
      .filter((file) => file.startsWith(`${name}-stdout---supervisor-`));
  const other = box.start(manifest("other"), { file: "other.ini" });
  const [kept = ""] = await until("its log", () => logsOf("other").length > 0 && logsOf("other"));
  await until("its words", async () => (await box.read(`logs/${kept}`)) === "ready\n");
  const first = box.start(manifest("web"), { file: "web.ini" });
  await first.said("success: web");
  const old = logsOf("web");
  await kill9(first);
  const second = box.start(manifest("web"), { file: "web.ini" });
  await second.said("success: web");
  assertEquals(old.length, 1);
  await until("the old one to go", () => !logsOf("web").includes(old[0] ?? ""));
  assertEquals(logsOf("web").length, 1);
  assertEquals(await box.read(`logs/${kept}`), "ready\n");
  for (const runner of [second, other]) assertEquals(await runner.stop(), 0);
});
