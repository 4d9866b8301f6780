// Listening sockets: their files and rights, who has them already, and who connects.
import { RunnerError } from "../../src/base/errors.ts";
import { libc } from "../../src/os/libc.ts";
import { stat } from "../../src/os/log_libc.ts";
import { acceptSocket, closeSocket, receive, transmit } from "../../src/os/socket.ts";
import { openSocket } from "../../src/os/socket_libc.ts";
import {
  closeUnix,
  listenInet,
  listenUnix,
  lookAtSocket,
  type UnixListener,
} from "../../src/os/socket_listener.ts";
import { socketPlace } from "../../src/os/socket_place.ts";
import { lookUpHost } from "../../src/os/socket_lookup.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { freePort } from "../support/http_rig.ts";
import { until } from "../support/wait.ts";

// Opened for the whole process: no test leaks them.
libc();
stat("/");
closeSocket(openSocket(1));
lookUpHost("localhost");

class Folder implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "runner-socket-" });

  socket(name = "s"): string {
    return `${this.path}/${name}`;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

function listen(path: string, mode = 0o600): UnixListener {
  return listenUnix({ path, mode, owner: null });
}

/** Message of the refusal. */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof RunnerError) return error.message;
    throw error;
  }
  return "not refused";
}

Deno.test("listenUnix() gives the file its mode, whatever the umask is", () => {
  using folder = new Folder();
  const before = Deno.umask(0o000);
  try {
    for (const umask of [0o000, 0o077, 0o777]) {
      Deno.umask(umask);
      for (const mode of [0o600, 0o700, 0o770, 0o666]) {
        const listener = listen(folder.socket(), mode);
        assertEquals((Deno.statSync(folder.socket()).mode ?? 0) & 0o7777, mode);
        closeUnix(listener);
      }
    }
  } finally {
    Deno.umask(before);
  }
});

Deno.test("listenUnix() never has a file that is open to others, not for an instant", async () => {
  using folder = new Folder();
  const tracer = new Deno.Command("python3", {
    args: ["-c", WATCHER, folder.path],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const [shown, kept] = tracer.stdout.tee();
  const all = new Response(kept).text();
  // It may write by the piece: the first of them says that it is there.
  const reader = shown.getReader();
  await reader.read();
  const rest = reader.cancel();
  const before = Deno.umask(0o000);
  try {
    await until("the watcher to have looked often", () => {
      for (let time = 0; time < 50; time++) closeUnix(listen(folder.socket(), 0o600));
      return stat(folder.socket("enough")) !== null;
    });
  } finally {
    Deno.umask(before);
  }
  await tracer.stdin.close();
  await tracer.status;
  const [looks = 0, open = -1] = (await all).split("\n")[1]?.split(" ").map(Number) ?? [];
  await rest;
  assertTrue(looks > 50, "the watcher has seen the socket");
  assertEquals(open, 0);
});

/** Looks at the mode of the socket as often as it can until its stdin ends. */
const WATCHER = `
import os, select, sys
path = sys.argv[1] + "/s"
print("ready", flush=True)
looks = wide = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    for _ in range(100):
        try:
            mode = os.stat(path).st_mode & 0o777
        except OSError:
            continue
        looks += 1
        wide += mode & 0o177 != 0
    if looks > 50:
        open(sys.argv[1] + "/enough", "w").close()
print(looks, wide)
`;

Deno.test("listenUnix() gives the file to its owner", () => {
  using folder = new Folder();
  const uid = Deno.uid() === 0 ? 12_345 : Deno.uid() ?? 0;
  const listener = listenUnix({ path: folder.socket(), mode: 0o700, owner: { uid, gid: -1 } });
  const found = Deno.statSync(folder.socket());
  assertEquals([found.uid, found.gid], [uid, Deno.gid()]);
  closeUnix(listener);
});

Deno.test("a stale socket is taken over; a live one, a file and a long path are refused", () => {
  using folder = new Folder();
  const path = folder.socket();
  assertEquals(lookAtSocket(path), "free");
  const first = listen(path);
  assertEquals(lookAtSocket(path), "live");
  assertEquals(
    refusal(() => listen(path)),
    `Cannot listen on "${path}": another program is listening on it`,
  );
  // As a crash leaves it.
  closeSocket(first.fd);
  assertEquals(lookAtSocket(path), "stale");
  closeUnix(listen(path));
  Deno.writeTextFileSync(path, "mine");
  assertEquals(
    refusal(() => listen(path)),
    `Cannot listen on "${path}": there is a file that is no socket`,
  );
  assertEquals(Deno.readTextFileSync(path), "mine");
  const long = folder.socket("x".repeat(100));
  assertTrue(refusal(() => listen(long)).endsWith("the path is longer than 107 bytes"), long);
  const lost = folder.socket("no/s");
  assertEquals(refusal(() => listen(lost)), `Cannot listen on "${lost}": ENOENT`);
});

Deno.test("closeUnix() leaves a file alone that is no longer ours", () => {
  using folder = new Folder();
  const listener = listen(folder.socket());
  Deno.removeSync(folder.socket());
  using _other = Deno.listen({ transport: "unix", path: folder.socket() });
  closeUnix(listener);
  assertEquals(lookAtSocket(folder.socket()), "live");
});

Deno.test("acceptSocket() knows the user and process at the other end", async () => {
  using folder = new Folder();
  const listener = listen(folder.socket());
  assertEquals(acceptSocket(listener.fd, "unix"), { kind: "none" });
  using client = await Deno.connect({ transport: "unix", path: folder.socket() });
  const accepted = acceptSocket(listener.fd, "unix");
  if (accepted.kind !== "socket") throw new Error(accepted.kind);
  const { fd, peer } = accepted.socket;
  assertEquals(peer, { kind: "unix", uid: Deno.uid() ?? 0, pid: Deno.pid });
  const buffer = new Uint8Array(10);
  assertEquals(receive(fd, buffer), null);
  assertEquals(transmit(fd, new TextEncoder().encode("hello")), 5);
  await client.read(buffer);
  assertEquals(new TextDecoder().decode(buffer.subarray(0, 5)), "hello");
  client.close();
  assertEquals(await until("the end", () => receive(fd, buffer) === 0), true);
  assertEquals(transmit(fd, buffer), null);
  closeSocket(fd);
  closeUnix(listener);
});

Deno.test("children inherit neither listeners nor connections", async () => {
  using folder = new Folder();
  const listener = listen(folder.socket());
  using _client = await Deno.connect({ transport: "unix", path: folder.socket() });
  const accepted = acceptSocket(listener.fd, "unix");
  if (accepted.kind !== "socket") throw new Error(accepted.kind);
  const port = listenInet("127.0.0.1:" + freePort());
  for (const fd of [listener.fd, accepted.socket.fd, port.fd]) {
    const flags = Deno.readTextFileSync(`/proc/self/fdinfo/${fd}`).match(/flags:\s+(\d+)/)?.[1];
    // O_CLOEXEC and O_NONBLOCK.
    assertEquals(parseInt(flags ?? "", 8) & 0o2004000, 0o2004000, `fd ${fd}`);
  }
  for (const fd of [accepted.socket.fd, port.fd]) closeSocket(fd);
  closeUnix(listener);
});

/** Where to listen, and where to connect. */
const PORTS: readonly (readonly [string, readonly string[]])[] = [
  ["127.0.0.1", ["127.0.0.1"]],
  ["localhost", ["127.0.0.1"]],
  ["*", ["127.0.0.1", "::1"]],
  ["[::1]", ["::1"]],
];

Deno.test("listenInet() listens on one address or on all, and knows who comes", async () => {
  for (const [host, targets] of PORTS) {
    const port = freePort();
    const listener = listenInet(`${host}:${port}`);
    assertEquals(listener.port, port);
    for (const hostname of targets) {
      using _client = await Deno.connect({ hostname, port });
      const accepted = await until("a connection", () => {
        const found = acceptSocket(listener.fd, "inet");
        return found.kind === "socket" && found;
      });
      assertEquals(accepted.socket.peer, { kind: "inet", address: hostname });
      closeSocket(accepted.socket.fd);
    }
    closeSocket(listener.fd);
  }
});

Deno.test("listenInet() says why it cannot", () => {
  const port = freePort();
  const first = listenInet(`127.0.0.1:${port}`);
  const refused = (text: string) => refusal(() => listenInet(text));
  assertEquals(
    refused(`127.0.0.1:${port}`),
    `Cannot listen on "127.0.0.1:${port}": another program is listening on it`,
  );
  closeSocket(first.fd);
  assertEquals(
    refused("192.0.2.1:9"),
    'Cannot listen on "192.0.2.1:9": this machine does not have the address',
  );
  assertEquals(
    refused("no.such.host.invalid:9"),
    'Cannot listen on "no.such.host.invalid:9": there is no host "no.such.host.invalid"',
  );
});

Deno.test("a port is free again at once for the next runner", async () => {
  const port = freePort();
  const first = listenInet(`127.0.0.1:${port}`);
  const client = await Deno.connect({ hostname: "127.0.0.1", port });
  const accepted = await until("a connection", () => {
    const found = acceptSocket(first.fd, "inet");
    return found.kind === "socket" && found;
  });
  // The server closes first: the port is left in TIME_WAIT.
  closeSocket(accepted.socket.fd);
  closeSocket(first.fd);
  client.close();
  closeSocket(listenInet(`127.0.0.1:${port}`).fd);
});

Deno.test("lookUpHost() finds this machine", () => {
  assertEquals(lookUpHost("localhost"), [127, 0, 0, 1]);
});

Deno.test("socketPlace() moves to a shorter folder when the path would be too long", () => {
  assertEquals(socketPlace("/run/runner", "0123456789abcdef"), "/run/runner/0123456789abcdef.sock");
  const [one, other] = ["a", "b"].map((end) => socketPlace(`/${"x".repeat(100)}${end}`, "0123"));
  assertTrue((one ?? "").length <= 107 && /\/0123-[0-9a-f]{8}\.sock$/.test(one ?? ""), `${one}`);
  assertTrue(one !== other, "two runtime folders do not share a socket");
  assertEquals(one, socketPlace(`/${"x".repeat(100)}a`, "0123"));
});
