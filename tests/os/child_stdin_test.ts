// The stdin of real children: a full pipe, a slow reader, and one that is gone.
import { StdinPipe } from "../../src/engine/stdin_pipe.ts";
import { assertEquals } from "../support/assert.ts";
import { PLAIN, TestHost } from "../support/test_host.ts";
import { until } from "../support/wait.ts";

/** Starts a shell command, with our end of its stdin. */
function start(host: TestHost, script: string) {
  const spawned = host.children.spawn({
    ...PLAIN,
    path: "/bin/sh",
    argv: ["sh", "-c", script],
    stdin: { kind: "pipe" },
  });
  if (spawned.kind === "failed") throw new Error(spawned.reason);
  const { pid, stdin, stdout, stderr } = spawned;
  let text = "";
  let open = 2;
  const read = (fd: number | null) => {
    if (fd === null) throw new Error("no pipe");
    const write = (bytes: Uint8Array) => (text += new TextDecoder().decode(bytes)) !== "";
    host.poller.attach(fd, { write }, () => open--);
  };
  read(stdout);
  read(stderr);
  if (stdin === null) throw new Error("no stdin");
  const ended = () =>
    until("the child to end", () => {
      host.children.reap();
      return open === 0;
    });
  return { pid, pipe: new StdinPipe(stdin, host.children), said: () => text, ended };
}

Deno.test("StdinPipe brings a megabyte to a child that reads late, in order", async () => {
  await using host = new TestHost();
  const child = start(host, "read first; echo $first; tail -c 7; echo end");
  const lines = "one\n" + "x".repeat(1_000_000);
  assertEquals(child.pipe.write(new TextEncoder().encode(lines)), "sent");
  assertEquals(child.pipe.write(new TextEncoder().encode("tail\n")), "sent");
  await until("the first line", () => child.said() === "one\n");
  // Everything must be out before its end is.
  await until("everything to be written", () => child.pipe.isIdle);
  child.pipe[Symbol.dispose]();
  await child.ended();
  assertEquals(child.said(), "one\nxxtail\nend\n");
});

Deno.test("StdinPipe notices that its child has closed its stdin, while it waits, too", async () => {
  await using host = new TestHost();
  const child = start(host, "exec 0<&-; echo closed; exec sleep 1000");
  await until("the child to close it", () => child.said() === "closed\n");
  assertEquals(child.pipe.write(new TextEncoder().encode("x")), "closed");
  child.pipe[Symbol.dispose]();
  const late = start(host, "sleep 0.2; exec 0<&-; echo closed; exec sleep 1000");
  assertEquals(late.pipe.write(new Uint8Array(200_000)), "sent");
  await until("the pipe to break", () => late.pipe.write(new Uint8Array(1)) === "closed");
  late.pipe[Symbol.dispose]();
});
