// Hooks of the binary: when they run, what they are told, and what a failure, a stop or a crash means for them.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { BINARY, CHILDREN, Sandbox } from "../support/runner_process.ts";
import { isAlive, until } from "../support/wait.ts";

const FOREVER = `command = "${CHILDREN}/forever.sh"\nstartsecs = 0\n`;

/** A hook that writes a line of its variables, with what it does besides. */
function tell(box: Sandbox, words: string, more = ""): string {
  return `["/bin/sh", "-c", '''echo "$RUNNER_EVENT ${words}" >>${box.path("log")}; ${more}''']`;
}

async function lines(box: Sandbox, count: number): Promise<readonly string[]> {
  return await until(`${count} lines`, async () => {
    const text = await box.read("log");
    const all = text.split("\n").slice(0, -1);
    return all.length >= count && all;
  });
}

/** A file, once it has a whole line. */
async function written(box: Sandbox, name: string): Promise<string> {
  return await until(`${name} to be written`, async () => {
    const text = await box.read(name);
    return text.endsWith("\n") && text;
  });
}

async function ctl(box: Sandbox, ...args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(BINARY, {
    args: [...args],
    cwd: box.folder,
    env: { RUNNER_RUNTIME_DIR: box.path("run"), NO_COLOR: "1" },
  }).output();
  return new TextDecoder().decode(stdout);
}

Deno.test("hooks run around a process, in order, and know what it is about", async () => {
  await using box = new Sandbox();
  const runner = box.start(`[program.web]\n${FOREVER}environment = { COLOUR = "red" }
pre_start = ${tell(box, "$RUNNER_PROCESS $RUNNER_RUN $COLOUR pid=$RUNNER_PID")}
post_start = ${tell(box, "$RUNNER_PID")}
pre_stop = ${tell(box, "$RUNNER_REASON", 'kill -0 "$RUNNER_PID" && echo alive >>"$PWD/log"')}
post_exit = ${tell(box, "$RUNNER_SIGNAL $RUNNER_EXPECTED $RUNNER_REASON")}\n`);
  const pid = await runner.spawnOf("web");
  assertEquals(await lines(box, 2), ["pre_start web 1 red pid=", `post_start ${pid}`]);
  // The last ones are waited for.
  assertEquals(await runner.stop(), 0);
  assertEquals((await lines(box, 5)).slice(2), [
    "pre_stop shutdown",
    "alive",
    "post_exit SIGTERM true shutdown",
  ]);
});

Deno.test("post_exit ends before the next pre_start begins", async () => {
  await using box = new Sandbox();
  box.start(`[program.web]\ncommand = "/bin/sh -c 'exit 3'"\nautorestart = true\nstartsecs = 0
pre_start = ${tell(box, "$RUNNER_RUN")}
post_exit = ${
    tell(box, "$RUNNER_RUN $RUNNER_EXIT_CODE", `sleep 0.1; echo done >>${box.path("log")}`)
  }\n`);
  assertEquals((await lines(box, 6)).slice(0, 6), [
    "pre_start 1",
    "post_exit 1 3",
    "done",
    "pre_start 2",
    "post_exit 2 3",
    "done",
  ]);
});

Deno.test("a failed pre_start is a failed start, and says why", async () => {
  await using box = new Sandbox();
  const runner = box.start(`[program.web]\n${FOREVER}startretries = 0
pre_start = ["/bin/sh", "-c", "echo no disk; exit 3"]\n`);
  await runner.said("hook: pre_start of web has failed: exit status 3: no disk");
  await runner.said("gave up: web entered FATAL state");
  assertTrue(
    (await ctl(box, "status")).includes("pre_start failed: exit status 3"),
    "status says why",
  );
  assertEquals(await runner.pidsOf("web"), []);
});

Deno.test("a stop ends pre_start, and no child is started", async () => {
  await using box = new Sandbox();
  const runner = box.start(`[program.web]\n${FOREVER}
pre_start = ["/bin/sh", "-c", "echo $$ >${box.path("pid")}; exec sleep 1000"]\n`);
  const pid = Number(await written(box, "pid"));
  assertTrue((await ctl(box, "status")).includes("STARTING"), "it waits for its hook");
  await ctl(box, "stop", "web");
  assertTrue((await ctl(box, "status")).includes("STOPPED"), "it is stopped");
  await until("the hook to be gone", () => !isAlive(pid));
  assertEquals(await runner.stop(), 0);
  assertEquals(await runner.pidsOf("web"), []);
});

Deno.test("hooks that hang are killed in time, and hold nobody up", async () => {
  await using box = new Sandbox();
  const runner = box.start(`[program.web]\n${FOREVER}hook_timeout = "200ms"
pre_stop = ["/bin/sh", "-c", "echo $$ >${box.path("pid")}; exec sleep 1000"]\n`);
  await runner.spawnOf("web");
  await runner.said("success: web entered RUNNING state");
  await ctl(box, "stop", "web");
  await runner.said("hook: pre_stop of web has failed: took longer than 200ms");
  await runner.said("stopped: web (terminated by SIGTERM)");
  assertTrue(!isAlive(Number(await box.read("pid"))), "the hook is gone");
});

Deno.test("a hook that a killed runner has left is stopped by the next one", async () => {
  await using box = new Sandbox();
  const manifest = `[program.web]\n${FOREVER}
pre_start = ["/bin/sh", "-c", "echo $$ >>${box.path("pid")}; exec sleep 1000"]\n`;
  const killed = box.start(manifest);
  const pid = Number(await written(box, "pid"));
  killed.signal("SIGKILL");
  await killed.status;
  assertTrue(isAlive(pid), "it outlives its runner");
  const next = box.start(manifest);
  await next.said(`an earlier runner was killed and left pre_start of web:web (${pid})`);
  await until("the hook to be gone", () => !isAlive(pid));
});
