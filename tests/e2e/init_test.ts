// The compiled runner as PID 1 of a container: orphans, signals, exit statuses.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { AS_INIT, HAS_NAMESPACES, inhabitants, initOf } from "../support/namespaces.ts";
import { CHILDREN, type RunnerProcess, Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

const init = { wrapper: AS_INIT };

function initTest(name: string, test: () => Promise<void>): void {
  Deno.test({ name: `PID 1: ${name}`, ignore: !HAS_NAMESPACES, fn: test });
}

/** Sends a signal to PID 1 itself: unshare, which is in front of it, passes none on. */
async function signalInit(runner: RunnerProcess, signal: Deno.Signal): Promise<void> {
  Deno.kill((await initOf(runner.pid)).pid, signal);
}

/** Milliseconds since the epoch, as the first line of the log that has this text says. */
function stampOf(log: string, text: string): number {
  const line = log.split("\n").find((one) => one.includes(text)) ?? "";
  return Date.parse(line.slice(0, 23).replace(",", ".").replace(" ", "T"));
}

initTest("programs run, SIGTERM stops them gracefully, status 0", async () => {
  await using box = new Sandbox();
  const runner = box.start(
    `
[program.polite]
command = "${CHILDREN}/says_goodbye.sh"
numprocs = 3
process_name = "polite_%(process_num)d"
startsecs = 0
stdout_logfile = "${box.path("out.log")}"
`,
    init,
  );
  await until("ready", async () => (await box.read("out.log")) === "ready\n".repeat(3));
  await runner.said("runner started with pid 1");
  await signalInit(runner, "SIGTERM");
  assertEquals((await runner.status).code, 0);
  assertEquals(await box.read("out.log"), "ready\n".repeat(3) + "goodbye\n".repeat(3));
  await runner.said("stopped: polite_0 (exit status 0)");
  const shown = await runner.stdout();
  assertTrue(/^polite_\d \| ready$/m.test(shown), `the output is copied to stdout:\n${shown}`);
});

initTest("a thousand orphans that end at once are reaped at once", async () => {
  await using box = new Sandbox();
  const gatePath = box.path("gate");
  assertTrue(new Deno.Command("mkfifo", { args: [gatePath] }).outputSync().success, "mkfifo");
  const gate = await Deno.open(gatePath, { read: true, write: true });
  const runner = box.start(
    `[program.maker]\ncommand = "${CHILDREN}/leaves_orphans_at_gate.sh 1000 ${gatePath}"\n`,
    init,
  );
  const { pid } = await initOf(runner.pid);
  const count = () => inhabitants(pid).length;
  await until("a thousand orphans", async () => /made/.test(await runner.stdout()));
  assertTrue(count() >= 1002, `${count()} processes are in there`);
  gate.close();
  // supervisord takes about a hundred in a turn of a second: 10 s.
  await until("all but two to be gone", () => count() === 2, 4_000);
  assertEquals(inhabitants(pid).filter(({ isZombie }) => isZombie), []);
  await signalInit(runner, "SIGTERM");
  assertEquals((await runner.status).code, 0);
});

initTest("what daemonized itself is gone after its program's stop", async () => {
  await using box = new Sandbox();
  const daemonizes = (name: string, then: string) =>
    `[program.${name}]\ncommand = "${CHILDREN}/leaves_daemon.sh ${box.path(name)} ${then}"\n` +
    `autorestart = false\nstartsecs = 0\n`;
  const runner = box.start(daemonizes("stays", "stay") + daemonizes("ends", "0"), init);
  const { pid } = await initOf(runner.pid);
  const lives = async (name: string) => {
    const daemon = Number(await box.read(name));
    return inhabitants(pid).some(({ innerPid }) => innerPid === daemon);
  };
  await runner.said("exited: ends (exit status 0; expected)");
  await until("the first program", async () => /ready/.test(await runner.stdout()));
  assertTrue(await lives("stays"), "its daemon lives");
  box.write("runner.toml", daemonizes("ends", "0"));
  await signalInit(runner, "SIGHUP");
  await runner.said("removed stays:stays");
  await until("the daemon to be gone", async () => !(await lives("stays")));
  assertTrue(await lives("ends"), "a program that ended by itself may leave a daemon");
  await signalInit(runner, "SIGTERM");
  assertEquals((await runner.status).code, 0);
  await runner.said("killed 1 adopted processes that were left");
});

for (
  const [what, words, code] of [
    ["ends well", ["exit_with.sh 0", "exit_with.sh 0"], 0],
    ["fails with 5", ["exit_with.sh 0", "exit_with.sh 5"], 5],
    ["is killed by SIGKILL", ["exit_with.sh 0", "kills_itself.sh KILL"], 137],
    ["dies of SIGSEGV", ["kills_itself.sh SEGV"], 139],
  ] as const
) {
  initTest(`shutdown_when = all-exited gives ${code} when a program ${what}`, async () => {
    await using box = new Sandbox();
    const programs = words.map((word, index) =>
      `[program.p${index}]\ncommand = "${CHILDREN}/${word}"\nautorestart = false\nstartsecs = 0\n`
    );
    const manifest = `[runner]\nshutdown_when = "all-exited"\n${programs.join("")}`;
    assertEquals((await box.start(manifest, init).status).code, code);
  });
}

initTest("shutdown_when = any-fatal stops the others and tells the status", async () => {
  await using box = new Sandbox();
  const runner = box.start(
    `
[runner]
shutdown_when = "any-fatal"
[program.bad]
command = "${CHILDREN}/exit_with.sh 7"
startretries = 0
[program.good]
command = "${CHILDREN}/forever.sh"
`,
    init,
  );
  assertEquals((await runner.status).code, 7);
  await runner.said("stopped: good (terminated by SIGTERM)");
});

initTest("a program that ignores TERM is killed after 8 s", async () => {
  await using box = new Sandbox();
  const runner = box.start(
    `
[program.stubborn]
command = "${CHILDREN}/ignores_term.sh"
stopwaitsecs = 600
stdout_logfile = "${box.path("out.log")}"
`,
    init,
  );
  await until("ready", async () => (await box.read("out.log")) === "ready\n");
  await signalInit(runner, "SIGTERM");
  assertEquals((await runner.status).code, 0);
  const log = await runner.stderr();
  const took = stampOf(log, "killing 'stubborn'") - stampOf(log, "received SIGTERM");
  assertTrue(took >= 7_900 && took < 9_000, `${took} ms in:\n${log}`);
  assertTrue(log.includes("had to be killed: stubborn"), log);
});

initTest("no catchable signal does harm", async () => {
  await using box = new Sandbox();
  const runner = box.start(
    `[program.web]\ncommand = "${CHILDREN}/forever.sh"\nstartsecs = 0\n`,
    init,
  );
  await runner.spawnOf("web");
  const { pid } = await initOf(runner.pid);
  // Not KILL and STOP, which cannot be caught, nor INT, QUIT and TERM, which stop it.
  const script = `for n in $(seq 1 64); do
    case $n in 2|3|9|15|19|32|33) ;; *) kill -$n ${pid} || exit 1 ;; esac
  done`;
  for (let round = 0; round < 2; round++) {
    const sent = new Deno.Command("bash", { args: ["-c", script], stderr: "null" }).outputSync();
    assertTrue(sent.success, "every signal was sent");
  }
  await runner.said("update: nothing has changed");
  await runner.said(/reload done(.|\n)*stopped: web|stopped: web(.|\n)*reload done/);
  // USR1 asks for a reload: one for both rounds, or one for each.
  await until("the latest of its children to run", async () => {
    const latest = (await runner.pidsOf("web")).at(-1);
    return inhabitants(pid).some(({ innerPid }) => innerPid === latest);
  });
  await signalInit(runner, "SIGTERM");
  assertEquals((await runner.status).code, 0);
});
