// The stdin of programs: what an operator sends arrives whole, and is refused where nobody can read it.
import { assertEquals } from "../support/assert.ts";
import { hasCommand } from "../support/namespaces.ts";
import { callRemote } from "../support/remote_call.ts";
import { Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

const isThere = hasCommand("supervisord");
if (!isThere) console.log("No tests of sendProcessStdin: supervisord is not installed");

Deno.test({
  name: "sendProcessStdin reaches a program whole, and says when it cannot",
  ignore: !isThere,
  fn: async () => {
    await using box = new Sandbox();
    const program = (name: string, command: string) =>
      `[program:${name}]\ncommand=sh -c "${command}"\nstartsecs=0\n` +
      `stdout_logfile=${box.path(`${name}.out`)}\n`;
    const go = box.path("go");
    const runner = box.start(
      `[supervisord]\n[unix_http_server]\nfile=${box.path("s.sock")}\n` +
        program("reads", `until [ -e ${go} ]; do sleep 0.01; done; exec cat`) +
        program("deaf", "exec 0<&-; echo closed; exec sleep 1000") +
        program("none", "exec sleep 1000") + "autostart=false\n",
      { file: "runner.ini" },
    );
    const call = (name: string, text: string) =>
      callRemote(box.path("s.sock"), [["sendProcessStdin", name, text]]);
    await runner.said("spawned: 'deaf'");
    await until("deaf to close its stdin", async () => (await box.read("deaf.out")) !== "");
    await until("the control socket", () => call("none", "").catch(() => null));
    const lines = "行 of text\n".repeat(20_000);
    // It does not read yet: what the pipe does not hold waits, and there is a bound.
    assertEquals(await call("reads", lines), ["true"]);
    assertEquals(await call("reads", "last\n"), ["true"]);
    box.write("go", "");
    await until("everything to arrive", async () => {
      return (await box.read("reads.out")) === `${lines}last\n`;
    });
    assertEquals(await call("deaf", "x"), ["NO_FILE: deaf"]);
    assertEquals(await call("none", "x"), ["NOT_RUNNING: none"]);
    assertEquals(await call("nobody", "x"), ["BAD_NAME: nobody"]);
    assertEquals(await runner.stop(), 0);
  },
});
