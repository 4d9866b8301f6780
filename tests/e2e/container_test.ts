// The compiled runner in a container as operators harden it: not root, nothing writable; and where it is not PID 1.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { factsIn } from "../support/facts.ts";
import { AS_INIT, HAS_NAMESPACES, initOf } from "../support/namespaces.ts";
import { CHILDREN, Sandbox } from "../support/runner_process.ts";
import { isAlive, until } from "../support/wait.ts";

const NOBODY = 65534;
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
/** Nothing can be written but /dev/shm, as in a container with a read-only root. */
const READ_ONLY = [
  ...AS_INIT,
  "--mount",
  "sh",
  "-ec",
  'mount -t tmpfs shm /dev/shm; mount -o remount,bind,ro /; exec "$@"',
  "sh",
];

Deno.test({
  name: "PID 1 that is not root runs and stops a pool",
  ignore: !HAS_NAMESPACES,
  fn: async () => {
    await using box = new Sandbox();
    Deno.chownSync(box.folder, NOBODY, NOBODY);
    const runner = box.start(
      `[program.web]\ncommand = "${CHILDREN}/says_goodbye.sh"\nstdout_logfile = "out.log"\n`,
      { wrapper: [...AS_INIT, ...AS_NOBODY] },
    );
    await until("ready", async () => (await box.read("out.log")) === "ready\n");
    assertEquals(Deno.statSync(box.path("out.log")).uid, NOBODY);
    Deno.kill((await initOf(runner.pid)).pid, "SIGTERM");
    assertEquals((await runner.status).code, 0);
    assertEquals(await box.read("out.log"), "ready\ngoodbye\n");
  },
});

for (const [who, words] of [["root", []], ["nobody", AS_NOBODY]] as const) {
  Deno.test({
    name: `PID 1 as ${who} on a read-only root runs a pool, and says which logs it cannot write`,
    ignore: !HAS_NAMESPACES,
    fn: async () => {
      await using box = new Sandbox();
      Deno.mkdirSync(box.path("logs"));
      const old = box.write("logs/old-stdout---supervisor-01234567.log", "of an earlier runner");
      const runner = box.start(
        `[supervisord]
childlogdir=${box.path("logs")}
logfile=${box.path("logs/own.log")}
pidfile=${box.path("own.pid")}
[program:web]
command=${CHILDREN}/says_goodbye.sh
[program:file]
command=${CHILDREN}/says_goodbye.sh
stdout_logfile=${box.path("logs/not/there/file.log")}
`,
        { file: "pool.ini", wrapper: [...READ_ONLY, ...words], env: { RUNNER_RUNTIME_DIR: "" } },
      );
      await until("both", async () => [...(await runner.stdout()).matchAll(/ready/g)].length === 2);
      Deno.kill((await initOf(runner.pid)).pid, "SIGTERM");
      assertEquals((await runner.status).code, 0);
      const log = await runner.stderr();
      for (const path of ["own.log", "own.pid", "web-stdout---supervisor", "there/file.log"]) {
        const isTold = log.split("\n").some((line) => line.includes(path) && /EROFS/.test(line));
        assertTrue(isTold, `${path} in:\n${log}`);
      }
      assertTrue(
        !log.includes("is written again"),
        `what was never written is told as lost:\n${log}`,
      );
      assertEquals([...(await runner.stdout()).matchAll(/goodbye/g)].length, 2);
      assertEquals(await Deno.readTextFile(old), "of an earlier runner");
    },
  });
}

Deno.test("not PID 1, a daemon of a program is adopted, and gone after the program's stop", async () => {
  await using box = new Sandbox();
  const daemonizes = (name: string, then: string) =>
    `[program.${name}]\ncommand = "${CHILDREN}/leaves_daemon.sh ${box.path(name)} ${then}"\n` +
    `autorestart = false\nstartsecs = 0\nstdout_logfile = "${box.path(`${name}.log`)}"\n`;
  const runner = box.start(daemonizes("stays", "stay") + daemonizes("ends", "0"));
  const daemonOf = (name: string) =>
    until(`${name} to be ready`, async () => {
      return (await box.read(`${name}.log`)) === "ready\n" && Number(await box.read(name));
    });
  const [stays, ends] = [await daemonOf("stays"), await daemonOf("ends")];
  await runner.said("exited: ends (exit status 0; expected)");
  for (const daemon of [stays, ends]) {
    assertTrue(isAlive(daemon), "the daemon lives");
    const status = await Deno.readTextFile(`/proc/${daemon}/status`);
    assertTrue(status.includes(`\nPPid:\t${runner.pid}\n`) || daemon === stays, status);
  }
  box.write("runner.toml", daemonizes("ends", "0"));
  runner.signal("SIGHUP");
  await runner.said("removed stays:stays");
  await until("the daemon to be gone", () => !isAlive(stays));
  assertTrue(isAlive(ends), "the other one lives");
  assertEquals(await runner.stop(), 0);
  assertTrue(!isAlive(ends), "nothing outlives the runner");
});

for (const [place, ...args] of [["in front"], ["in the background", "--detach"]]) {
  Deno.test({
    name: `[supervisord] user= is what the runner becomes, and stays able to work ${place}`,
    ignore: Deno.uid() !== 0,
    fn: async () => {
      await using box = new Sandbox();
      Deno.chownSync(box.folder, NOBODY, NOBODY);
      box.write(
        "pool.ini",
        `[supervisord]
user=nobody
logfile=%(here)s/own.log
pidfile=%(here)s/own.pid
[program:web]
command=${CHILDREN}/tells_about_itself.sh
stdout_logfile=%(here)s/web.log
startsecs=0
[program:other]
command=${CHILDREN}/forever.sh
user=daemon
startretries=0
`,
      );
      const command = box.run(["start", "-c", "pool.ini", ...args], { env: { SECRET: "given" } });
      const said = async () => await box.read("own.log");
      await until("the program", async () => (await said()).includes("success: web"));
      await until("its failure", async () => (await said()).includes("gave up: other"));
      assertTrue(/spawnerr: other: couldn't setuid/.test(await said()), await said());
      const facts = await factsIn(box, "web.log");
      assertEquals(facts.get("id"), `${NOBODY}:${NOBODY}:${NOBODY}`);
      assertEquals(facts.get("env:SECRET"), "given");
      for (const file of ["own.log", "own.pid", "web.log"]) {
        assertEquals(Deno.statSync(box.path(file)).uid, NOBODY, file);
      }
      const pid = Number(await box.read("own.pid"));
      Deno.kill(pid, "SIGHUP");
      await until("the update", async () => (await said()).includes("nothing has changed"));
      Deno.kill(pid, "SIGTERM");
      await until("its end", () => !isAlive(pid));
      assertEquals((await command.status).code, args.length === 0 ? 0 : 1);
      assertEquals(await box.read("own.pid"), "", "the pidfile is removed");
    },
  });
}
