// The listening socket of a FastCGI program: made, refused with a reason, changed and removed.
import { openListenSocket } from "../../src/os/listen_socket.ts";
import type { FcgiPlan } from "../../src/manifest/plan.ts";
import type { ListenSocket } from "../../src/ports/host.ts";
import { stat } from "../../src/os/log_libc.ts";
import { AF_UNIX, closeFd, openSocket } from "../../src/os/socket_libc.ts";
import { lookUpHost } from "../../src/os/socket_lookup.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { TestHost, textOfBytes } from "../support/test_host.ts";

// Libraries are opened for the whole process: no test leaks them.
stat("/");
closeFd(openSocket(AF_UNIX));
lookUpHost("localhost");

function plan(socket: string, own: Partial<FcgiPlan> = {}): FcgiPlan {
  return { socket, backlog: null, owner: null, mode: null, ...own };
}

function open(wanted: FcgiPlan): ListenSocket {
  const opened = openListenSocket(wanted);
  if (opened.kind === "failed") throw new Error(opened.reason);
  return opened.socket;
}

function reasonOf(wanted: FcgiPlan): string {
  const opened = openListenSocket(wanted);
  if (opened.kind === "failed") return opened.reason;
  opened.socket.close();
  return "";
}

class Folder implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "runner-socket-" });

  names(): string[] {
    return [...Deno.readDirSync(this.path)].map(({ name }) => name);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

Deno.test("openListenSocket() listens, has the mode asked for, and takes its file with it", async () => {
  using folder = new Folder();
  const path = `${folder.path}/s`;
  const socket = open(plan(`unix://${path}`));
  assertEquals(modeOf(path), 0o700);
  (await Deno.connect({ path, transport: "unix" })).close();
  assertEquals(socket.adjust(plan(`unix://${path}`, { mode: 0o666, backlog: 5 })), null);
  assertEquals(modeOf(path), 0o666);
  socket.close();
  assertEquals(folder.names(), []);
});

Deno.test("openListenSocket() leaves the file of another one alone", () => {
  using folder = new Folder();
  const path = `${folder.path}/s`;
  const socket = open(plan(`unix://${path}`));
  Deno.removeSync(path);
  Deno.writeTextFileSync(path, "mine");
  socket.close();
  assertEquals(Deno.readTextFileSync(path), "mine");
});

Deno.test("openListenSocket() says why it cannot", () => {
  using folder = new Folder();
  Deno.writeTextFileSync(`${folder.path}/file`, "");
  const unix = (name: string) => reasonOf(plan(`unix://${folder.path}/${name}`));
  const head = `couldn't make socket unix://${folder.path}`;
  assertTrue(unix("file").startsWith(`${head}/file: `), unix("file"));
  assertTrue(unix("none/s").includes("ENOENT"), unix("none/s"));
  assertTrue(unix("x".repeat(200)).includes("107"), unix("x".repeat(200)));
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const busy = reasonOf(plan(`tcp://127.0.0.1:${taken.addr.port}`));
  assertTrue(busy.startsWith(`couldn't make socket tcp://127.0.0.1:${taken.addr.port}: `), busy);
  assertTrue(reasonOf(plan("tcp://nobody.invalid:80")).includes("nobody.invalid"), "no such host");
  assertEquals(folder.names(), ["file"]);
});

Deno.test("openListenSocket() makes a socket that children can wait on", async () => {
  using folder = new Folder();
  await using host = new TestHost();
  const path = `${folder.path}/s`;
  const socket = open(plan(`unix://${path}`));
  // Deno's own sockets never block; a child's accept(2) must.
  const script =
    "import socket; s = socket.socket(fileno=0); print(s.getblocking(), flush=True); " +
    "c, _ = s.accept(); print(c.recv(9).decode())";
  const child = host.start({
    path: "/usr/bin/python3",
    argv: ["python3", "-c", script],
    stdin: { kind: "fd", fd: socket.fd },
  });
  const client = await Deno.connect({ path, transport: "unix" });
  await client.write(new TextEncoder().encode("hello"));
  client.close();
  const { stdout, reaped } = await child.ended;
  assertEquals([textOfBytes(stdout), reaped.exit], ["True\nhello\n", { kind: "code", code: 0 }]);
  socket.close();
});
