// `runner exec`: what it has besides tini and dumb-init, and what it says.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { AS_INIT, HAS_NAMESPACES, initOf } from "../support/namespaces.ts";
import { BINARY, CHILDREN, Sandbox } from "../support/runner_process.ts";
import { isAlive, until } from "../support/wait.ts";

const LICENSE = new URL("../../LICENSE", import.meta.url);

async function output(...args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(BINARY, {
    args: [...args],
    stdin: "null",
  })
    .output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test("exec: its options end where the command begins", async () => {
  const { code, out } = await output(
    "exec",
    "-g",
    "sh",
    "-c",
    'echo "$@"',
    "sh",
    "--help",
    "-v",
    "--",
  );
  assertEquals([code, out], [0, "--help -v --\n"]);
});

Deno.test("exec: help, license and faults of the command line", async () => {
  const [help, helpOf, license, unknown, nothing, nobody] = await Promise.all([
    output("exec", "--help"),
    output("help", "exec"),
    output("exec", "-l"),
    output("exec", "--grop", "true"),
    output("exec"),
    output("exec", "-u", "no-such-user", "true"),
  ]);
  assertEquals([help.code, helpOf.code, help.out], [0, 0, helpOf.out]);
  assertTrue(/--stop-timeout TIME/.test(help.out), help.out);
  assertEquals(license.out.trim(), Deno.readTextFileSync(LICENSE).trim());
  assertEquals([unknown.code, nothing.code, nobody.code], [2, 2, 2]);
  assertTrue(/there is no such option\n {2}Did you mean --group\?/.test(unknown.err), unknown.err);
  assertTrue(/^runner: Cannot run nothing/.test(nothing.err), nothing.err);
  assertTrue(/there is no such user/.test(nobody.err), nobody.err);
});

Deno.test("exec: says what happens, with -v", async () => {
  const { code, out, err } = await output(
    "exec",
    "-vv",
    "-e",
    "3",
    "sh",
    "-c",
    "kill -WINCH $PPID; exit 3",
  );
  assertEquals([code, out], [0, ""]);
  assertTrue(/^runner: Started sh with pid \d+\n/.test(err), err);
  assertTrue(err.endsWith("runner: sh has exited with status 3\n"), err);
});

Deno.test("exec: --cwd, --user and a variable of its own", async () => {
  const isRoot = Deno.uid() === 0;
  const user = isRoot ? ["--user", "nobody"] : [];
  const { out } = await output("exec", "--cwd", "/usr", ...user, "sh", "-c", "pwd; id -u");
  assertEquals(out, `/usr\n${isRoot ? 65534 : Deno.uid()}\n`);
});

Deno.test("exec: --stop-timeout leaves nobody, however hard it clings", async () => {
  await using box = new Sandbox();
  const script = `trap "" TERM INT; (trap "" TERM; echo $$ >>pids; setsid sh -c '
    trap "" TERM; echo $$ >>pids; while :; do sleep 1; done' & wait) & echo $! >>pids; wait`;
  const runner = box.run(["exec", "--stop-timeout", "100ms", "sh", "-c", script]);
  const pids = await until("three pids", async () => {
    const found = (await box.read("pids")).trim().split("\n").map(Number);
    return found.length === 3 && found;
  });
  assertEquals(await runner.stop("SIGTERM"), 137);
  assertEquals(await runner.stderr(), "runner: The time to stop is over: killing everything\n");
  assertEquals(pids.filter(isAlive), []);
});

Deno.test("exec: a command that stops in time leaves nobody either, with --stop-timeout", async () => {
  await using box = new Sandbox();
  const script = "trap 'exit 9' TERM; setsid sleep 1000007 & echo $! >pids; wait";
  const runner = box.run(["exec", "--stop-timeout", "1h", "sh", "-c", script]);
  const pid = await until("the pid", async () => Number(await box.read("pids")) || null);
  assertEquals(await runner.stop("SIGTERM"), 9);
  assertEquals([await runner.stderr(), isAlive(pid)], ["", false]);
});

Deno.test("exec: rewrites signals, real-time ones too", async () => {
  await using box = new Sandbox();
  const record = box.path("record");
  const rewrites = ["-r", "TERM:RTMIN+1", "-r", "HUP:0"];
  const runner = box.run(["exec", ...rewrites, `${CHILDREN}/records_signals.pl`, record]);
  await until("ready", async () => (await box.read("record")) === "ready\n");
  runner.signal("SIGHUP");
  runner.signal("SIGTERM");
  await until("35", async () => (await box.read("record")) === "ready\n35\n");
  runner.signal("SIGUSR2");
  await until("12", async () => (await box.read("record")) === "ready\n35\n12\n");
  assertEquals(await runner.stop("SIGUSR2"), 0);
});

Deno.test("exec: waits in less than a mebibyte, under its own name", async () => {
  await using box = new Sandbox();
  const runner = box.run(["exec", "sh", "-c", "echo up >up; exec sleep 1000007"]);
  await until("up", async () => (await box.read("up")) === "up\n");
  const status = Deno.readTextFileSync(`/proc/${runner.pid}/status`);
  assertEquals(/^Name:\t(.*)$/m.exec(status)?.[1], "runner");
  assertEquals(/^Threads:\t(.*)$/m.exec(status)?.[1], "1");
  const resident = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  assertTrue(resident < 1024, `${resident} kB`);
  assertEquals(await runner.stop("SIGTERM"), 143);
});

Deno.test({
  name: "exec: as PID 1 it forwards signals to a group, and its end is the end of all",
  ignore: !HAS_NAMESPACES,
  fn: async () => {
    await using box = new Sandbox();
    const script = `trap 'echo child >>got; wait; exit 4' TERM
      sh -c 'trap "echo grandchild >>got; exit" TERM; echo up >up; while :; do sleep 0.01; done' & wait`;
    const runner = box.run(["exec", "--group", "sh", "-c", script], { wrapper: AS_INIT });
    await until("up", async () => (await box.read("up")) === "up\n");
    Deno.kill((await initOf(runner.pid)).pid, "SIGTERM");
    assertEquals((await runner.status).code, 4);
    const got = (await box.read("got")).trim().split("\n").toSorted();
    assertEquals(got, ["child", "grandchild"]);
  },
});
